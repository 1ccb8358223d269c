"""The headline figures of a build as text, to be held against those of a restored one."""

from pathlib import Path

from pipelines.answers.county import opened_once
from pipelines.answers.query import Figure, ask
from pipelines.registry import headlines
from pipelines.store.builds import build_path
from pipelines.store.purged import purged

Headlines = tuple[tuple[str, str], dict[str, str]]


def headline_figures(warehouse: Path, build_id: str) -> Headlines:
    """((first month, last month), {KPI id: value in its unit, or why there is none}) of a build; ('', '') and nothing
    if it is not there or holds no month.
    """
    if not build_path(warehouse, build_id).exists():
        return ("", ""), {}
    county = opened_once(warehouse.resolve(), build_id, gone=purged(warehouse))
    try:
        if not county.last_month:
            return ("", ""), {}
        period = county.default_period
        figures = ask(county, headlines(), period)
        return (period.first, period.last), {figure.kpi.id: told(figure) for figure in figures}
    finally:
        county.con.close()


def told(figure: Figure) -> str:
    return figure.missing if figure.value is None else str(figure.value)
