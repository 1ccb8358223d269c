"""The words that staff put in place of a template's: kept as decisions, with what the figures were at that moment.

keep, restore     one theme's text, for one period or for all; back to the template
in_force          what counts for a period;  history: every version of a theme
changed           the figures that print otherwise today than when the text was kept
lost, typed       what an edit would drop, and what it wrote by hand: to be shown before it is kept
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pipelines
from pipelines import County, Period, QuestionError, WarehouseError
from pipelines.store.decisions import Decision, decide, decisions
from pipelines.uploads.privacy import masked
from reports.narrative.language import TOKEN, parse, tokens
from reports.narrative.themes import checked, code_word, known, themes
from reports.narrative.writing import written
from reports.quoting import ASPECTS, Ref, quotes

EVERY = "*"  # in place of the months: whatever the period
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


@dataclass(frozen=True)
class Worded:
    """A theme's text as staff worded it. text: '' where it was given back to the template; every: for all periods.

    at, by, why: of the edit; months: the period it was made in; printed: {figure's key: as it was printed then}.
    """

    number: int
    theme: str
    every: bool
    text: str
    at: str
    by: str
    why: str
    months: str
    printed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Changed:
    """A figure that prints otherwise today: its name, as it was printed when the text was kept, as it is now."""

    key: str
    name: str
    was: str
    now: str


def keep(county: County, period: Period, theme: str, text: str, by: str, why: str = "", every: bool = False) -> None:
    """Use this text for the theme, in this period or in every one.

    Raises WordingError for a text that can't be read, WarehouseError if nothing changed or a personal number is in it.
    """
    text = tidied(text)
    checked(text)
    stands = in_force(county.warehouse, period).get(theme)
    if text == (stands.text if stands else themes()[theme].text) and (not stands or stands.every == every):
        raise WarehouseError("文字没有改动，没有保存")
    if masked(text) != text:
        raise WarehouseError("文字里像有身份证号或手机号；请去掉后再保存")
    (section,) = written(county, period, {theme: text})
    printed = {key: quote.text for key, quote in section.quotes().items()}
    store(county.warehouse, period, theme, text, by, why, every, printed)


def restore(warehouse: Path, period: Period, theme: str, by: str, why: str = "") -> None:
    """Give the theme back to the text that stood before: of every period, else the template's.

    Raises WarehouseError if staff never worded it.
    """
    stands = in_force(warehouse, period).get(theme)
    if stands is None:
        raise WarehouseError("这一节用的就是模板文字，没有改变什么")
    store(warehouse, period, theme, "", by, why, stands.every, {})


def store(
    warehouse: Path, period: Period, theme: str, text: str, by: str, why: str, every: bool, printed: dict[str, str]
) -> None:
    months = f"{period.first}..{period.last}"
    values = {"text": text, "months": months, "figures": json.dumps(printed, ensure_ascii=False)}
    decide(warehouse, "wording", {subject(theme, EVERY if every else months): values}, by, why)


def in_force(warehouse: Path, period: Period) -> dict[str, Worded]:
    """{theme: the text that counts for the period}; a text of the period itself goes before one of every period."""
    last = {each.subject: each for each in decisions(warehouse, "wording")}
    found = {}
    for theme in themes():
        for scope in (f"{period.first}..{period.last}", EVERY):
            decision = last.get(subject(theme, scope))
            if decision and decision.values["text"]:
                found[theme] = read(decision)
                break
    return found


def history(warehouse: Path, period: Period, theme: str) -> list[Worded]:
    """Every version of a theme's text that concerns the period, the latest first."""
    subjects = {subject(theme, scope) for scope in (f"{period.first}..{period.last}", EVERY)}
    return [read(each) for each in reversed(decisions(warehouse, "wording")) if each.subject in subjects]


def subject(theme: str, scope: str) -> str:
    return f"{theme};{scope}"


def read(decision: Decision) -> Worded:
    theme, _, scope = decision.subject.partition(";")
    values = decision.values
    told = decision.at, decision.by, decision.why, values["months"], json.loads(values["figures"])
    return Worded(decision.number, theme, scope == EVERY, values["text"], *told)


def changed(county: County, worded: Worded) -> list[Changed]:
    """The figures of a text that print otherwise today than when it was kept."""
    found = []
    for key, was in worded.printed.items():
        now = printed_today(county, key)
        if now != was:
            found.append(Changed(key, name_of(key), was, now))
    return found


def printed_today(county: County, key: str) -> str:
    """A figure as it prints today; a sentence where the definitions don't know it any more."""
    try:
        return quotes(county, [Ref.parse(key)])[key].text
    except (QuestionError, ValueError):
        return "指标定义已改，不能再算"


def name_of(key: str) -> str:
    """居民、县内次均住院费用（上年同期）."""
    ref = Ref.parse(key)
    kpi = pipelines.kpis().get(ref.kpi)
    scheme_first = sorted(ref.where, key=lambda pair: pair[0] != "scheme")
    scope = "、".join(code_word(dim, code) for dim, codes in scheme_first for code in codes.split("+"))
    said = f"（{ASPECTS[ref.aspect]}）" if ASPECTS[ref.aspect] else ""
    return scope + (kpi.name_zh if kpi else ref.kpi) + said


# ---------------------------------------------------------------- before it is kept


def lost(text: str, before: str) -> list[str]:
    """What a text no longer says, as it was written, {居民参保人数}: dropped on purpose, or by a slip of the hand."""
    kept = set(tokens(parse(text, known())))
    return [token.written for token in dict.fromkeys(tokens(parse(before, known()))) if token not in kept]


def typed(text: str, before: str) -> list[str]:
    """Numbers written by hand that were not there before: they stay as they are when the data change."""
    there = set(NUMBER.findall(TOKEN.sub("", before)))
    return list(dict.fromkeys(number for number in NUMBER.findall(TOKEN.sub("", text)) if number not in there))


def tidied(text: str) -> str:
    """Without empty lines and blanks at the ends."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
