"""CSV -> numbers: the county's uploads, its warehouse, its KPIs. This is the package's front door."""

from pipelines.build import Receipt, check, load, undo
from pipelines.county import County, NothingLoaded, open_county
from pipelines.demo import demo
from pipelines.gaps import sources
from pipelines.identities import Reconciled, reconcile
from pipelines.listing import BedDayRate, bed_day_rates
from pipelines.periods import Period, PeriodError
from pipelines.query import Figure, QuestionError, ask
from pipelines.registry import Kpi, kpis, themes
from pipelines.rows import RowSet, row_batches, rows
from pipelines.warehouse import Batch, WarehouseError

__all__ = [
    "Batch",
    "BedDayRate",
    "County",
    "Figure",
    "Kpi",
    "NothingLoaded",
    "Period",
    "PeriodError",
    "QuestionError",
    "Receipt",
    "Reconciled",
    "RowSet",
    "WarehouseError",
    "ask",
    "bed_day_rates",
    "check",
    "demo",
    "kpis",
    "load",
    "open_county",
    "reconcile",
    "row_batches",
    "rows",
    "sources",
    "themes",
    "undo",
]
