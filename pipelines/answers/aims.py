"""Whether a figure reaches its target, and which side of it is the good one."""

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
