"""Whether a figure reaches its target, and which side of it is the good one."""

from collections.abc import Mapping
from dataclasses import replace

from pipelines.answers.query import Figure
from pipelines.registry import Kpi


def more_is_better(kpi: Kpi) -> bool:
    """Which side of its target is the good one."""
    return kpi.target_kind == "floor" or (kpi.target_kind != "ceiling" and kpi.direction == "up")


def met(figure: Figure) -> bool | None:
    """Whether the target is reached; None without a value or a target."""
    if figure.target is None or figure.value is None:
        return None
    return figure.value == figure.target or (figure.value > figure.target) == more_is_better(figure.kpi)


def aimed(figure: Figure, last: str, where: Mapping[str, str]) -> Figure:
    """The figure with the target that it is held against at the end of a month, under these conditions."""
    return bound(paced(figure, last), where)


def paced(figure: Figure, last: str) -> Figure:
    """A yearly target that is reached as time passes, at its share of the year: 50 for 100 at the end of June."""
    if figure.kpi.target_kind != "time" or figure.target is None:
        return figure
    return replace(figure, target=figure.target * int(figure.dims.get("month", last)[5:7]) / 12)


def bound(figure: Figure, where: Mapping[str, str]) -> Figure:
    """Uploaded targets of hospital care bind the county's own institutions: none for figures that include others."""
    kpi, told = figure.kpi, {**where, **figure.dims}
    local = told.get("place") == "in_county" or told.get("institution") or told.get("kind")
    if kpi.target is not None or "place" not in kpi.levels or kpi.theme == "audit" or local:
        return figure
    return replace(figure, target=None)
