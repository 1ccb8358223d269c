"""What the warehouse writes down: the record of a batch, and a line of the journal."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Batch:
    """One accepted upload. totals: rows, persons and the sum of each amount and count column, as text.

    left_out: faulty rows that were kept out; mapping: source header -> column key, as it was mapped by hand; ignored:
    headers that no column of the table answers to; files: name -> SHA-256 of the others in its folder, none in records
    from before they were kept; counties: county code -> the periods in which it has rows ('' for rows without one),
    none where the file has no such column.
    """

    id: str
    table: str
    layout: str
    file: str
    sha256: str
    encoding: str
    periods: tuple[str, ...]
    columns: tuple[str, ...]
    dropped: tuple[str, ...]
    totals: dict[str, str]
    skipped: int
    loaded_by: str
    loaded_at: str
    supersedes: tuple[str, ...] = ()
    sheet: str = ""
    left_out: int = 0
    mapping: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    counties: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A line of the journal. action: commit, undo, lock, unlock, map or decide; period: the month that is locked.

    build: the id of the build that a commit or an undo led to; kind, subject, values: what was decided, about what;
    a commit of rows by hand has a subject too. A commit or an undo that changes locked months names them in values, as
    restated, and has the reason as why. record: the hash of the batch's record, as it stands from here on.
    """

    action: str
    batch: str
    by: str
    at: str
    why: str = ""
    period: str = ""
    build: str = ""
    kind: str = ""
    subject: str = ""
    values: dict[str, str] = field(default_factory=dict)
    record: str = ""
