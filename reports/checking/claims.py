"""What each figure of a text claims: which quantity, of which scheme, where, when, and in which role."""

import re
from dataclasses import dataclass, field, replace

from reports.checking import context
from reports.checking.layout import Layout, Mention
from reports.checking.lists import SEPARATOR, list_item
from reports.checking.naming import inherited_quantity, quantity_of, rest_of
from reports.checking.relating import inheriting, relinked, sharing
from reports.checking.roles import Role, role_of
from reports.checking.said import Said

INHERITS = ("year_ago", "base", "difference", "growth", "points")
INHERITED_WHERE = ("place", "pilot", "level", "institution")


@dataclass
class State:
    """What the text has said so far: of the paragraph, and of the sentence."""

    paragraph: int = -1
    scheme: str = ""
    period: str = ""
    sentence: int = -1
    where: dict = field(default_factory=dict)
    first: dict = field(default_factory=dict)  # the conditions of the sentence's first figure
    segment: str = ""
    year: int = 0


def claims_of(layout: Layout) -> list[Said]:
    """Every figure with what it claims, in the order of the text."""
    year = main_year(layout)
    default = main_period(layout, year)
    state = State(period=default, year=year)
    said: list[Said] = []
    for mention in layout.mentions:
        enter(layout, mention, state, default)
        said.append(resolved(layout, mention, said, state))
    return [relinked(claim, said) for claim in said]


def main_year(layout: Layout) -> int:
    """The year that the text is about: the first that it names; 0 where it names none."""
    found = re.search(r"(20\d\d)年", layout.text)
    return int(found[1]) if found else 0


def plain_period(period: str, year: int) -> str:
    """2026:H1 in a text about 2026 is H1, in one about 2027 H1_prev; another year stays as it is."""
    said, colon, part = period.rpartition(":")
    if not colon or int(said) == year:
        return part
    return f"{part}_prev" if int(said) == year - 1 else period


def main_period(layout: Layout, year: int) -> str:
    """The period that the text is about: the first that it names, in its headings or in its text."""
    for sentence in layout.sentences[:6]:
        found = context.periods_in(layout.text[sentence.start : sentence.end])
        if found:
            return plain_period(found[0], year)
    return ""


def enter(layout: Layout, mention: Mention, state: State, default: str) -> None:
    """Follow the text to a figure: a new paragraph begins with what its headings say."""
    sentence = layout.sentence_of(mention)
    if sentence.paragraph != state.paragraph:
        state.paragraph, state.period = sentence.paragraph, default
        titles = [context.schemes_in(title) for title in sentence.headings]
        state.scheme = next((found[0] for found in reversed(titles) if len(found) == 1), "")
    segment = layout.segment(mention)
    if mention.sentence != state.sentence or segment != state.segment:
        same = mention.sentence == state.sentence
        state.first = state.first if same else {}
        state.where = {dim: code for dim, code in state.first.items() if dim in ("pilot", "institution")}
        state.sentence, state.segment = mention.sentence, segment
    passed = layout.text[max(sentence.start, mention.figure.start - len(mention.head)) : mention.figure.start]
    for period in context.periods_in(passed):
        if not plain_period(period, state.year).endswith("_prev"):
            state.period = plain_period(period, state.year)


def resolved(layout: Layout, mention: Mention, said: list[Said], state: State) -> Said:
    before = said[-1] if said and said[-1].mention.sentence == mention.sentence else None
    listed = list_item(layout, mention)
    if (
        listed is None
        and before
        and before.role == "share"
        and SEPARATOR.match(mention.head)
        and before.figure.family == mention.figure.family
    ):
        listed = (Role("share", whole=before.whole), before.mention.clause, "")
    following = layout.mentions[mention.place + 1] if mention.place + 1 < len(layout.mentions) else None
    role = listed[0] if listed else role_of(mention, before.role if before else "", following)
    scheme = scheme_of(mention, state, listed)
    draft = Said(mention, role.role, scheme=scheme, period=period_of(mention, state), verb=role.verb)
    if role.role in INHERITS:
        return inheriting(draft, role, said)
    if role.role == "share":
        return sharing(draft, role, said, listed)
    return valued(layout, draft, role, said, state, listed)


def scheme_of(mention: Mention, state: State, listed) -> str:
    found = context.schemes_in(listed[1] if listed else mention.head)
    if not found and context.RESET.search(mention.clause):
        state.scheme = ""
    elif found:
        state.scheme = found[-1] if len(found) == 1 or listed or not together(mention.head) else ""
    return state.scheme


def together(head: str) -> bool:
    """Whether several schemes are named as one: 居民和职工医保基金共支出."""
    return len(context.schemes_in(re.split(r"[,，;；]", head)[-1])) > 1


def period_of(mention: Mention, state: State) -> str:
    found = [plain_period(p, state.year) for p in context.periods_in(mention.head)]
    prior = [period for period in found if period.endswith("_prev")]
    return prior[-1] if prior else state.period


# ---------------------------------------------------------------- values


def valued(layout: Layout, draft: Said, role: Role, said: list[Said], state: State, listed) -> Said:
    """A value with its quantity: named in its clause, behind it, or by its unit and the words around."""
    mention, segment = draft.mention, layout.segment(draft.mention)
    clause = listed[1] if listed else mention.clause
    quantity = quantity_of(mention, clause, segment)
    where = context.conditions(mention.head) if not listed else context.conditions(clause)
    own = context.conditions(clause)
    if context.RESET.search(mention.head) and "place" not in own:
        state.where.pop("place", None)
    where = {dim: code for dim, code in where.items() if dim in own or dim in INHERITED_WHERE}
    quantity = quantity or inherited_quantity(mention, clause, said)
    state.where |= {dim: code for dim, code in where.items() if dim in INHERITED_WHERE}
    state.first = state.first or dict(state.where)
    where = state.where | where
    rest = rest_of(clause, quantity)
    against = said[-1].place if role.moved and said and said[-1].role in ("year_ago", "base") else None
    found = replace(draft, quantity=quantity, where=tuple(sorted(where.items())), rest=rest, against=against)
    return found
