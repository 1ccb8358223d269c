"""What the journal says of explanations and notes, in words."""

from pipelines import Period
from pipelines.answers.identities import identities
from pipelines.signing import KINDS, Note
from reports.naming import figure_name
from reports.quoting import Ref
from views import run, words

JOURNAL = ("explain", "note")


def decided(kind: str, subject: str, values: dict[str, str]) -> tuple[str, str]:
    """(what it is about, what was decided) of a line of the journal of one of JOURNAL."""
    if kind == "explain":
        return explained(subject), "撤回说明" if "withdrawn" in values else sides(values)
    about, _, code = subject.partition(":")
    return named(about, code), f"撤回 {values['withdraws']} 号批注" if "withdraws" in values else ""


def explained(subject: str) -> str:
    """2026年6月 参保人数不大于应参保人数（居民）."""
    identity, _, month = subject.partition("@")
    known = identities().get(identity)
    return f"{words.month_words(month)} {known.title if known else identity}"


def sides(values: dict[str, str]) -> str:
    return f"左边 {values['left']}，右边 {values['right']}"


def about(note: Note) -> str:
    """What a note is about, in words: a figure with its months, an institution, a month."""
    return named(note.kind, note.about)


def named(kind: str, about_: str) -> str:
    if kind == "figure":
        return figure_name(run.county(), Ref.parse(about_)) if run.opened() else about_
    if kind == "institution":
        return run.named("institution", about_) if run.opened() else about_
    return Period(about_, about_).label if kind in KINDS else about_
