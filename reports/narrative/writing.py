"""Texts to sections: names become figures of today, what is missing is left out, the rest is put right."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pipelines
from pipelines import County, Period
from pipelines.cases import violations
from pipelines.contracts import zh
from reports.document import Paragraph, Run
from reports.narrative.facts import FACTS, Told
from reports.narrative.language import ORDINAL, Clause, Optional, Piece, Token, parse, tokens
from reports.narrative.saying import NEEDS, Quotes, Said, say
from reports.narrative.themes import Listing, Theme, known, listings, slots, themes
from reports.quoting import Quote, Ref, quotes

NOT_UPLOADED = "未上传"
ORDINALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Section:
    """One theme written out. blocks: its paragraphs; left_out: why some clauses were not written."""

    theme: str
    title: str
    blocks: tuple[Paragraph, ...]
    left_out: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)

    def quotes(self) -> dict[str, Quote]:
        """Every figure in it by its key, in reading order."""
        return {run.key: run for block in self.blocks for run in block.runs if isinstance(run, Quote)}


@dataclass(frozen=True)
class Material:
    """What the names in the texts stand for."""

    period: Period
    quotes: Quotes
    told: dict[str, Told]


def written(county: County, period: Period, texts: Mapping[str, str]) -> list[Section]:
    """Sections from {theme id: text}, in the order of the report. Raises WordingError for a text that can't be read."""
    parsed = {theme: parse(text, known()) for theme, text in texts.items()}
    material = gathered(county, period, dict.fromkeys(t for each in parsed.values() for t in tokens(each)))
    return [section(themes()[theme], paragraphs, material) for theme, paragraphs in parsed.items()]


def gathered(county: County, period: Period, named: Mapping[Token, None]) -> Material:
    """Everything that these tokens need, each figure asked once."""
    others = dict.fromkeys(token.name for token in named if token.name not in slots())
    told = {name: looked_up(county, period, name) for name in others}
    refs = [slots()[t.name].ref(period, aspect) for t in named if t.name in slots() for aspect in NEEDS[t.manner]]
    refs += [run for runs in told.values() for run in runs if isinstance(run, Ref)]
    return Material(period, quotes(county, dict.fromkeys(refs)), told)


def looked_up(county: County, period: Period, name: str) -> Told:
    return FACTS[name].find(county, period) if name in FACTS else names_of(county, period, listings()[name])


def names_of(county: County, period: Period, listing: Listing) -> Told:
    """甲医院、乙卫生院等: those with the most of the KPI, by name."""
    where = {dim: codes.split("+") for dim, codes in listing.where}
    found = pipelines.ask(county, [listing.kpi], period, by=(listing.by,), where=where)
    most_first = sorted((f for f in found if f.value), key=lambda f: (-f.value, str(f.dims[listing.by])))
    named = [name_of(county, listing.by, code) for f in most_first if (code := f.dims[listing.by])]
    if any("、" in name for name in named):
        named = [f"“{name}”" for name in named]
    more = "等" if len(named) > listing.most else ""
    return (("" if "“" in named[0] else "、").join(named[: listing.most]) + more,) if named else ()


def name_of(county: County, dim: str, code: str) -> str:
    if dim == "institution":
        return county.names.get(code, code)
    return violations()[code].name if dim == "violation" and code in violations() else zh(dim, code)


# ---------------------------------------------------------------- a theme


def section(theme: Theme, paragraphs: list[list[Clause]], material: Material) -> Section:
    reasons: dict[str, None] = {}
    lines = [line for each in paragraphs if (line := paragraph(each, material, reasons))]
    lines = numbered(lines)
    missing = tuple(reason for reason in reasons if reason.startswith(NOT_UPLOADED))
    blocks = [Paragraph(tuple(line)) for line in lines]
    if missing or not blocks:
        blocks.append(Paragraph((apology(missing),), "note"))
    return Section(theme.id, theme.title, tuple(blocks), missing)


def apology(missing: tuple[str, ...]) -> str:
    """Why something is not written: which uploads it lacks."""
    lacking = "；".join(reason.removeprefix(NOT_UPLOADED).lstrip("：") for reason in missing)
    return f"说明：以下数据未上传，有关内容从略：{lacking}。" if missing else "本期没有可写的数据。"


def paragraph(clauses: list[Clause], material: Material, reasons: dict[str, None]) -> list[Run]:
    """The clauses that can be said, in one run; reasons takes why the others can't."""
    said = [spoken(each, material, reasons) for each in clauses]
    counted = isinstance(clauses[0][0], str) and clauses[0][0].startswith(ORDINAL)
    kept = [] if counted and not said[0] else [runs for runs in said if runs]
    return spaced(joined(closed(kept))) if kept else []


def spoken(pieces: tuple[Piece, ...], material: Material, reasons: dict[str, None]) -> list[Run]:
    """The runs of a clause; none if a figure is missing that is not optional."""
    runs: list[Run] = []
    for each in pieces:
        if isinstance(each, Optional):
            runs += spoken(each.pieces, material, reasons)
            continue
        said = Said((each,)) if isinstance(each, str) else resolved(each, material)
        if said.missing is not None:
            reasons[said.missing] = None
            return []
        runs += said.runs
    return runs


def resolved(token: Token, material: Material) -> Said:
    if token.name in slots():
        return say(slots()[token.name], token.manner, material.quotes, material.period)
    runs = material.told[token.name]
    if not runs or token.manner:
        return Said(missing=None if runs else "")
    return Said(tuple(material.quotes[run.key] if isinstance(run, Ref) else run for run in runs))


# ---------------------------------------------------------------- put right


def closed(clauses: list[list[Run]]) -> list[Run]:
    """All clauses as one run, ending in 。 also where the last one was left out."""
    runs = [run for each in clauses for run in each]
    if isinstance(runs[-1], str):
        runs[-1] = runs[-1].rstrip("，、；。") + "。"
        return runs
    return [*runs, "。"]


def joined(runs: list[Run]) -> list[Run]:
    """Neighbouring words as one; no comma twice."""
    found: list[Run] = []
    for run in runs:
        if isinstance(run, str) and found and isinstance(found[-1], str):
            found[-1] += run
        elif run != "":
            found.append(run)
    return [re.sub("，{2,}", "，", run) if isinstance(run, str) else run for run in found]


def spaced(runs: list[Run]) -> list[Run]:
    """A space between a word and the figure that follows it, and between a percent sign and a word."""
    found = list(runs)
    for place, run in enumerate(runs[1:], start=1):
        before = runs[place - 1]
        if not isinstance(run, str) and isinstance(before, str) and before[-1:].isalnum():
            found[place - 1] += " "
        if isinstance(run, str) and not isinstance(before, str) and before.text.endswith("%") and run[:1].isalnum():
            found[place] = " " + run
    return found


def numbered(lines: list[list[Run]]) -> list[list[Run]]:
    """序 at the head of a paragraph becomes 一是, 二是 ... over those that are left; nothing where only one is."""
    heads = [line for line in lines if isinstance(line[0], str) and line[0].startswith(ORDINAL)]
    for place, line in enumerate(heads):
        line[0] = (f"{ORDINALS[place]}是" if len(heads) > 1 else "") + line[0].removeprefix(ORDINAL)
    return lines
