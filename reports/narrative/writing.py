"""Texts to sections: names become figures of today, what is missing is left out, the rest is put right."""

from collections.abc import Mapping
from dataclasses import dataclass

import pipelines
from pipelines import County, Period
from reports.document import Paragraph, Run
from reports.narrative.facts import FACTS, Told
from reports.narrative.language import ORDINAL, Clause, Optional, Piece, Token, as_written, parse, tokens
from reports.narrative.saying import NEEDS, Quotes, Said, say
from reports.narrative.themes import Listing, Theme, code_word, known, listings, slots, themes
from reports.narrative.tidying import closed, joined, numbered, spaced
from reports.quoting import Quote, Ref, quotes

NOT_UPLOADED = "未上传"


@dataclass(frozen=True)
class Section:
    """One theme written out. blocks: its paragraphs; left_out: uploads that some clauses lack.

    unsaid: the clauses that were not written, as the text has them, each with why, '' where it just was not so.
    """

    theme: str
    title: str
    blocks: tuple[Paragraph, ...]
    left_out: tuple[str, ...] = ()
    unsaid: tuple[tuple[str, str], ...] = ()

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
    named = [code_word(listing.by, code, county.names) for f in most_first if (code := f.dims[listing.by])]
    shown, more = named[: listing.most], "等" if len(named) > listing.most else ""
    if any("、" in name for name in shown):  # names that are lists themselves
        return ("".join(f"“{name}”" for name in shown) + more,)
    return ("、".join(shown) + more,) if shown else ()


# ---------------------------------------------------------------- a theme


def section(theme: Theme, paragraphs: list[list[Clause]], material: Material) -> Section:
    unsaid: dict[str, str] = {}
    lines = numbered([line for each in paragraphs if (line := paragraph(each, material, unsaid))])
    missing = tuple(dict.fromkeys(reason for reason in unsaid.values() if reason.startswith(NOT_UPLOADED)))
    blocks = [Paragraph(tuple(line)) for line in lines]
    if missing or not blocks:
        blocks.append(Paragraph((apology(missing),), "note"))
    return Section(theme.id, theme.title, tuple(blocks), missing, tuple(unsaid.items()))


def apology(missing: tuple[str, ...]) -> str:
    """Why something is not written: which uploads it lacks."""
    lacking = "；".join(reason.removeprefix(NOT_UPLOADED).lstrip("：") for reason in missing)
    return f"说明：以下数据未上传，有关内容从略：{lacking}。" if missing else "本期没有可写的数据。"


def paragraph(clauses: list[Clause], material: Material, unsaid: dict[str, str]) -> list[Run]:
    """The clauses that can be said, in one run; unsaid takes those that can't, with why."""
    said = [spoken(each, material, unsaid) for each in clauses]
    counted = isinstance(clauses[0][0], str) and clauses[0][0].startswith(ORDINAL)
    kept = [] if counted and not said[0] else [runs for runs in said if runs]
    return spaced(joined(closed(kept, last_said=bool(said[-1])))) if kept else []


def spoken(pieces: tuple[Piece, ...], material: Material, unsaid: dict[str, str]) -> list[Run]:
    """The runs of a clause; none if a figure is missing that is not optional."""
    runs: list[Run] = []
    for each in pieces:
        if isinstance(each, Optional):
            runs += spoken(each.pieces, material, unsaid)
            continue
        said = Said((each,)) if isinstance(each, str) else resolved(each, material)
        if said.missing is not None:
            unsaid[as_written(pieces)] = said.missing
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
