"""One workbook with every KPI and every table of a period, a sheet each."""

from datetime import datetime
from io import BytesIO

import pipelines
from pipelines import County, Period
from pipelines.side_by_side import Progress, quiet
from pipelines.spreadsheets import Sheet, write_workbook
from reports import words


def workbook(
    county: County, period: Period, by: str = "", at: datetime | None = None, progress: Progress = quiet
) -> bytes:
    """Everything about a period as one xlsx; by, at: who made it and when. Equal inputs give equal bytes."""
    rows = [
        (f.kpi.name_zh, words.shown(f.kpi, f.value), f.kpi.display_unit)
        for f in pipelines.ask(county, pipelines.kpis(), period)
    ]
    target = BytesIO()
    write_workbook(target, {"指标": Sheet(["指标", "数值", "单位"], rows)})
    return target.getvalue()
