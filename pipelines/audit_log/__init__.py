"""The audit log: who saw which rows, took what away, changed what; append-only, each line sealed by a hash.

record      write a line, on the disk before this returns; LogUnwritable where it can't be, and nothing is given out
search      the lines that a question asks for, the newest first;  events: what is recorded, in Chinese
locked      while nobody writes a line, for whoever copies the log
unbound     whether the journal still is what its entries were told after
verify      whether every line is as it was written and none is missing;  head: count and last hash, to keep elsewhere
"""

from pipelines.audit_log.entries import journalled, unbound
from pipelines.audit_log.events import EVENTS, GROUPS
from pipelines.audit_log.lines import Happened, Line
from pipelines.audit_log.searching import Asked, search
from pipelines.audit_log.verifying import State, glance, head, verify
from pipelines.audit_log.writing import LogUnwritable, locked, record, record_all, renew_key, seen

__all__ = [
    "EVENTS",
    "GROUPS",
    "Asked",
    "Happened",
    "Line",
    "LogUnwritable",
    "State",
    "glance",
    "head",
    "journalled",
    "locked",
    "record",
    "record_all",
    "renew_key",
    "search",
    "seen",
    "unbound",
    "verify",
]
