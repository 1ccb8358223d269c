"""CSV -> numbers: the county's uploads, its warehouse, its KPIs. This is the package's front door."""

from pipelines.answers.county import County, NothingLoaded, open_county
from pipelines.answers.gaps import sources
from pipelines.answers.identities import Reconciled, reconcile
from pipelines.answers.listing import BedDayRate, bed_day_rates
from pipelines.answers.query import Figure, QuestionError, ask
from pipelines.answers.rows import RowSet, row_batches, rows
from pipelines.build import Receipt, check, load, undo
from pipelines.demo import demo
from pipelines.periods import Period, PeriodError
from pipelines.registry import Kpi, kpis, themes
from pipelines.store.warehouse import Batch, WarehouseError

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
