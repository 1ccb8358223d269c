"""Audit work: how much was checked, of whom, against floors and plan; who visits whom, and where a day brings most.

work, touched      what was done by month and kind, and at which institutions
arrange, report    visits of staff, as lines of the journal; set_quota: what a year should bring of a kind of work
ranking            institutions by the yuan that a staff-day may bring back: an order to think about, not an order
"""

from pipelines.audit_work.coverage import Touched, Work, touched, work
from pipelines.audit_work.quotas import Progress, progress, set_quota
from pipelines.audit_work.ranking import Evidence, Pace, Ranked, evidence, ranking
from pipelines.audit_work.visits import (
    DONE,
    DROPPED,
    PLANNED,
    STATES,
    Visit,
    arrange,
    days_of_staff,
    in_post,
    report,
    visits,
)

__all__ = [
    "DONE",
    "DROPPED",
    "PLANNED",
    "STATES",
    "Evidence",
    "Pace",
    "Progress",
    "Ranked",
    "Touched",
    "Visit",
    "Work",
    "arrange",
    "days_of_staff",
    "evidence",
    "in_post",
    "progress",
    "ranking",
    "report",
    "set_quota",
    "touched",
    "visits",
    "work",
]
