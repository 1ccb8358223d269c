"""The county's own terms: every version a line of the journal, with the day it begins on, who wrote it and why.

A cover (大病保险, 巨灾保险) has one pool and its own versions. The version that begins last on or before a day is in
force on it; of two that begin on one day the one written later. A version that was taken back never counts.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from pipelines.contracts import DEFINITIONS
from pipelines.errors import WarehouseError
from pipelines.risk_sharing.reading import TermsError, read_terms, told_of
from pipelines.risk_sharing.terms import COVERS, NAMES, RATES, WORDS, Share, Terms
from pipelines.store.decisions import Decision, decide, decisions
from pipelines.uploads.privacy import masked

KIND = "terms"
PARTS = ("treaties", "stages")  # whose shares are of a whole, not of each other


@dataclass(frozen=True)
class Version:
    """Terms as somebody wrote them down. number: of its line in the journal; withdrawn: why it was taken back."""

    number: int
    at: str
    by: str
    why: str
    terms: Terms
    withdrawn: str = ""


@cache
def examples() -> dict[str, Terms]:
    """Cover -> terms to begin with; no county's own."""
    told = defined()
    return {cover: read_terms(told[cover]) for cover in COVERS}


@cache
def premium_shares() -> dict[str, tuple[Share, ...]]:
    """Ways to divide a premium by financial strength, by what they are called: 6:4, 5:5, 3:7."""
    return {
        each["title"]: tuple(Share(payer["name"], Decimal(payer["share"])) for payer in each["shares"])
        for each in defined()["payers"]
    }


@cache
def defined() -> Mapping:
    return tomllib.loads((DEFINITIONS / "sharing.toml").read_text("utf-8"), parse_float=Decimal)


def terms_of(text: str, name: str) -> Terms:
    """The terms of a TOML text, amounts exact. Raises WarehouseError, naming the file, for what is none."""
    try:
        return read_terms(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise WarehouseError(f"{name} 不是可读的条款文件（TOML，UTF-8）：{error}") from error


def keep(warehouse: Path, terms: Terms, by: str, why: str) -> Version:
    """Write terms down as a new version of their cover.

    Raises WarehouseError without a reason, for terms that say what those in force on that day say, and for a text that
    looks like the number of a person.
    """
    told = json.dumps(told_of(terms), ensure_ascii=False, sort_keys=True)
    read_terms(json.loads(told))
    if not why.strip():
        raise TermsError("没有写原因；条款每改一次都要写为什么，如“2026 年续签”")
    if masked(told) != told:
        raise TermsError("条款里像有身份证号或电话号码；请去掉")
    stands = in_force(warehouse, terms.covers, terms.begins)
    if stands and stands.terms == terms:
        raise TermsError("条款没有改动，没有保存")
    return version(decide(warehouse, KIND, {terms.covers: {"terms": told}}, by, why)[0])


def versions(warehouse: Path, cover: str) -> list[Version]:
    """Every version of a cover's terms, the oldest first, with those taken back."""
    lines = [each for each in decisions(warehouse, KIND) if each.subject == cover]
    gone = {int(each.values["withdraws"]): each.why for each in lines if "withdraws" in each.values}
    return [replace(version(each), withdrawn=gone.get(each.number, "")) for each in lines if "terms" in each.values]


def version(line: Decision) -> Version:
    return Version(line.number, line.at, line.by, line.why, read_terms(json.loads(line.values["terms"])))


def in_force(warehouse: Path, cover: str, day: date) -> Version | None:
    """The version that holds on a day, even where its last day is past; None before the first one begins."""
    begun = [each for each in versions(warehouse, cover) if not each.withdrawn and each.terms.begins <= day]
    return max(begun, key=lambda each: (each.terms.begins, each.number), default=None)


def stored(warehouse: Path, day: date) -> dict[str, Version]:
    """Cover -> the version that holds on a day, of the covers that have one."""
    found = {cover: in_force(warehouse, cover, day) for cover in COVERS}
    return {cover: each for cover, each in found.items() if each}


def numbered(warehouse: Path, number: int) -> Version:
    """The version of a number. Raises WarehouseError where there is none."""
    found = [each for cover in COVERS for each in versions(warehouse, cover) if each.number == number]
    if not found:
        raise WarehouseError(f"没有第 {number} 号条款；有哪些，见条款的历次版本")
    return found[0]


def restore(warehouse: Path, number: int, day: date, by: str, why: str) -> Version:
    """Bring an earlier version back in place of the one in force on a day, from the day on that this one begins.

    Raises WarehouseError for no such version, and where it is the one in force.
    """
    former = numbered(warehouse, number)
    stands = in_force(warehouse, former.terms.covers, day)
    begins = max(stands.terms.begins, former.terms.begins) if stands else former.terms.begins
    return keep(warehouse, replace(former.terms, begins=begins), by, why or f"恢复第 {number} 号条款")


def withdraw(warehouse: Path, number: int, by: str, why: str) -> Version:
    """Take a version back: what was in force before it holds again. Raises WarehouseError if it can't be."""
    gone = numbered(warehouse, number)
    if gone.withdrawn:
        raise WarehouseError(f"第 {number} 号条款已经撤回（{gone.withdrawn}），没有改变什么")
    if not why.strip():
        raise WarehouseError("没有写撤回的原因")
    decide(warehouse, KIND, {gone.terms.covers: {"withdraws": str(number)}}, by, why)
    return replace(gone, withdrawn=why)


def differences(former: Terms, later: Terms) -> list[tuple[str, str, str]]:
    """(what, before, after) of all that two versions say differently, in Chinese; '' where one says nothing."""
    before, after = lines(former), lines(later)
    names = list(dict.fromkeys([*before, *after]))
    pairs = [(name, before.get(name, ""), after.get(name, "")) for name in names]
    return [pair for pair in pairs if pair[1] != pair[2]]


def lines(terms: Terms) -> dict[str, str]:
    """What terms say, one thing a line: its name in Chinese -> its value as text."""
    found = {}
    for key, value in asdict(terms).items():
        if isinstance(value, tuple):
            for item in value:
                found[unlike(label(key, item), found)] = item_words(key, item)
        elif text := said(key, value):
            found[NAMES[key]] = text
    return found


def unlike(told: str, found: Mapping) -> str:
    """A label that is not there yet: a reinsurer may have two treaties of one form."""
    more = (f"{told}（第 {number} 份）" for number in range(2, len(found) + 3))
    return told if told not in found else next(each for each in more if each not in found)


def label(key: str, item: Mapping) -> str:
    """What tells an item of a list from the others."""
    if key == "treaties":
        return f"{NAMES[key]} {item['reinsurer']} {said('form', item['form'])}"
    return " ".join([NAMES[key], *([item["item"]] if "item" in item else []), str(item.get("name", item.get("index")))])


def item_words(key: str, item: Mapping) -> str:
    """All that an item says, but for what is nothing or not set."""
    labelled = ("form", "reinsurer", "name", "item") if key != "steps" else ("index",)
    kept = ((name, value) for name, value in item.items() if name not in labelled and value not in (0, "", None))
    told = ((NAMES[name], said(name, value, key)) for name, value in kept)
    return "，".join(f"{name} {text}" for name, text in told)


def said(name: str, value: object, key: str = "") -> str:
    """A value in words; '' for what is not set. key: the list of terms that it is in."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if name in WORDS:
        return WORDS[name][value]
    if name in RATES and (name != "share" or key in PARTS):
        return f"{(100 * value).normalize():f}%"
    return f"{value:,f}" if isinstance(value, Decimal) else str(value)
