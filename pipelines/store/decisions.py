"""What staff decided, as lines of the one journal: about clues, rules, samples, visits. A subject's last one counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.access import caller
from pipelines.store.warehouse import Entry, WarehouseError, append, journal, now, writing

KINDS = {
    "clue": "处置疑点线索",
    "rule": "改规则参数",
    "sample": "定抽样方案",
    "sample_result": "记抽样结果",
    "visit": "安排检查",
    "scenario": "存预测情景",
    "note": "写批注",
    "explain": "说明勾稽差额",
    "wording": "改报告文字",
    "reply": "答复函件",
    "terms": "改风险分担条款",
}


@dataclass(frozen=True)
class Decision:
    """One decision. number: its line of the journal; subject: what it is about; values: what was decided, as text."""

    number: int
    at: str
    by: str
    kind: str
    subject: str
    values: dict[str, str] = field(default_factory=dict)
    why: str = ""


def decide(warehouse: Path, kind: str, made: Mapping[str, Mapping[str, str]], by: str, why: str = "") -> list[Decision]:
    """Write decisions of one kind down, all or none: {subject: {name: value as text}}.

    Raises WarehouseError for a kind that the product doesn't know, and while another writer holds the warehouse.
    """
    if kind not in KINDS:
        raise WarehouseError(f"没有“{kind}”这一类决定；可用：{'、'.join(KINDS)}")
    if not made:
        return []
    told = {"by": caller(warehouse).signing(by), "at": now(), "why": " ".join(why.split()), "kind": kind}
    entries = [Entry("decide", "", subject=subject, values=dict(values), **told) for subject, values in made.items()]
    with writing(warehouse):
        first = len(journal(warehouse)) + 1
        append(warehouse, *entries)
    return [decision(number, entry) for number, entry in enumerate(entries, start=first)]


def decisions(warehouse: Path, kind: str) -> list[Decision]:
    """Every decision of a kind, oldest first."""
    entries = enumerate(journal(warehouse), start=1)
    return [decision(number, entry) for number, entry in entries if entry.action == "decide" and entry.kind == kind]


def latest(warehouse: Path, kind: str) -> dict[str, Decision]:
    """Subject -> the last decision about it."""
    return {each.subject: each for each in decisions(warehouse, kind)}


def decision(number: int, entry: Entry) -> Decision:
    return Decision(number, entry.at, entry.by, entry.kind, entry.subject, entry.values, entry.why)
