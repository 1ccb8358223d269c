"""CSV -> numbers: the county's uploads, its warehouse, its KPIs. This is the package's front door."""

from pipelines.answers.county import County, NothingLoaded, one_county, open_county
from pipelines.answers.gaps import sources
from pipelines.answers.identities import Reconciled, reconcile
from pipelines.answers.listing import BedDayRate, bed_day_rates
from pipelines.answers.query import Figure, QuestionError, ask
from pipelines.answers.row_lines import Told
from pipelines.answers.rows import RowSet, row_batches, row_lines, rows
from pipelines.answers.schemes import scheme_gap
from pipelines.build import Receipt, amend, leave_sample, load, lock, renew, undo, unlock
from pipelines.demo import demo
from pipelines.periods import Period, PeriodError
from pipelines.registry import Kpi, headlines, kpis, themes
from pipelines.store.builds import outdated
from pipelines.store.calendar import Calendar, Cell, calendar
from pipelines.store.history import Event, events
from pipelines.store.receipts import receipt_text
from pipelines.store.warehouse import Batch, WarehouseError, user
from pipelines.trial import Control, Effect, Replaced, Roster, Trial, Tried, accept, discard, effects, try_out

__all__ = [
    "Batch",
    "BedDayRate",
    "Calendar",
    "Cell",
    "Control",
    "County",
    "Effect",
    "Event",
    "Figure",
    "Kpi",
    "NothingLoaded",
    "Period",
    "PeriodError",
    "QuestionError",
    "Receipt",
    "Reconciled",
    "Replaced",
    "Roster",
    "RowSet",
    "Told",
    "Trial",
    "Tried",
    "WarehouseError",
    "accept",
    "amend",
    "ask",
    "bed_day_rates",
    "calendar",
    "demo",
    "discard",
    "effects",
    "events",
    "headlines",
    "kpis",
    "leave_sample",
    "load",
    "lock",
    "one_county",
    "open_county",
    "outdated",
    "receipt_text",
    "reconcile",
    "renew",
    "row_batches",
    "row_lines",
    "rows",
    "scheme_gap",
    "sources",
    "themes",
    "try_out",
    "undo",
    "unlock",
    "user",
]
