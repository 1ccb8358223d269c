"""The register of documents made: what each printed, so that a file can be verified and a change told on the next one.

mark      the id that a document carries in its metadata
keep      a made file -> warehouse/documents/<sha256>.json
find      the record of a file; listed: all of them
verdict   a file -> genuine and current, genuine but restated, altered, not ours
restatements  what official documents printed that is another figure now, and why
"""

from reports.register.identity import figures, identity, mark
from reports.register.keeping import Kept, find, keep, listed, unreadable
from reports.register.restating import Restatement, restatements
from reports.register.verdicts import Changed, Verdict, changed, contents, verdict

__all__ = [
    "Changed",
    "Kept",
    "Restatement",
    "Verdict",
    "changed",
    "contents",
    "figures",
    "find",
    "identity",
    "keep",
    "listed",
    "mark",
    "restatements",
    "unreadable",
    "verdict",
]
