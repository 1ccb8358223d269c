"""What each figure of a text claims: which quantity, of which scheme, where, when, and in which role."""

import re
from dataclasses import dataclass, replace

from reports.checking import context
from reports.checking.layout import Layout, Mention
from reports.checking.lists import SEPARATOR, list_item
from reports.checking.quantities import named_around, named_by, names_in, quantities
from reports.checking.roles import Role, role_of
from reports.checking.tokens import Figure

INHERITS = ("year_ago", "base", "difference", "growth", "points")
FILLERS = re.compile(
    r"今年以来|今年年?|本年度?|我[县区市]|全[县区市]|[县区市]|我中心|中心|城乡|一共|共有|共计|总共|累计|实际|发生|截至|截止|目前|现有|其中|同时|同期|分别|主要"
    r"|医疗保险|医疗保障|医保|保险|基金|统筹|当期|本期|报告期|期末|合计|总计|达到|大约|参保人员|参保|定点医疗机构|医疗机构|机构|总体|整体|各类|"
    r"[\s共已为达是约有的中及和与、,，:：了在计总对也则分含均到实占比月日年底末]"
)
INHERITED_WHERE = ("place", "pilot", "level", "institution")


@dataclass(frozen=True)
class Said:
    """A figure with what it claims. of: the figure that it is about (a change's, a share's), against: what that is
    compared with (base, whole), both as places in the list; whole: a quantity id where the whole is only named.
    rest: words of its clause that nothing explains: it may be of something narrower than its quantity.
    """

    mention: Mention
    role: str
    quantity: str = ""
    scheme: str = ""
    where: tuple[tuple[str, str], ...] = ()
    period: str = ""
    verb: str = ""
    of: int | None = None
    against: int | None = None
    whole: str = ""
    rest: str = ""

    @property
    def figure(self) -> Figure:
        return self.mention.figure

    @property
    def place(self) -> int:
        return self.mention.place

    @property
    def additive(self) -> bool:
        """Whether figures like it can be added up: a sum or a count, no ratio and no average."""
        kpi = quantities()[self.quantity].kpi if self.quantity else None
        ratio = kpi is not None and (kpi.denominator or "/" in kpi.numerator)
        plain = self.figure.family not in ("percent", "points", "times", "permille", "months", "")
        return plain and not ratio and not re.search(r"次均|人均|平均|日均|每|例均", self.mention.clause)

    @property
    def averaged(self) -> bool:
        kpi = quantities()[self.quantity].kpi if self.quantity else None
        return kpi is not None and bool(kpi.denominator or "/" in kpi.numerator)


@dataclass
class State:
    """What the text has said so far: of the paragraph, and of the sentence."""

    paragraph: int = -1
    scheme: str = ""
    period: str = ""
    sentence: int = -1
    where: dict | None = None
    segment: str = ""


def claims_of(layout: Layout) -> list[Said]:
    """Every figure with what it claims, in the order of the text."""
    default = main_period(layout)
    state = State(period=default)
    said: list[Said] = []
    for mention in layout.mentions:
        enter(layout, mention, state, default)
        said.append(resolved(layout, mention, said, state))
    return said


def main_period(layout: Layout) -> str:
    """The period that the text is about: the first that it names, in its headings or in its text."""
    for sentence in layout.sentences[:6]:
        found = context.periods_in(layout.text[sentence.start : sentence.end])
        if found:
            return found[0].split(":")[-1]
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
        state.sentence, state.segment, state.where = mention.sentence, segment, {}
    passed = layout.text[max(sentence.start, mention.figure.start - len(mention.head)) : mention.figure.start]
    for period in context.periods_in(passed):
        if not period.endswith("_prev"):
            state.period = period.split(":")[-1]


def resolved(layout: Layout, mention: Mention, said: list[Said], state: State) -> Said:
    before = said[-1] if said and said[-1].mention.sentence == mention.sentence else None
    listed = list_item(layout, mention)
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
    found = [p for p in context.periods_in(mention.head) if p.endswith("_prev")]
    return found[-1].split(":")[-1] if found else state.period


# ---------------------------------------------------------------- values


def valued(layout: Layout, draft: Said, role: Role, said: list[Said], state: State, listed) -> Said:
    """A value with its quantity: named in its clause, behind it, or by its unit and the words around."""
    mention, segment = draft.mention, layout.segment(draft.mention)
    clause = listed[1] if listed else mention.clause
    quantity = quantity_of(mention, clause, segment)
    where = context.conditions(clause)
    if mention.depth and not quantity:
        quantity = inherited_quantity(mention, said)
    state.where = {**state.where, **{d: c for d, c in where.items() if d in INHERITED_WHERE}} if state.where else where
    where = {**{d: c for d, c in (state.where or {}).items() if d in INHERITED_WHERE}, **where}
    rest = rest_of(clause, quantity)
    against = said[-1].place if role.moved and said and said[-1].role in ("year_ago", "base") else None
    found = replace(draft, quantity=quantity, where=tuple(sorted(where.items())), rest=rest, against=against)
    return found


def quantity_of(mention: Mention, clause: str, segment: str) -> str:
    family, near = mention.figure.family, mention.reach + re.split(r"[,，;；。]", mention.tail)[0]
    named = named_by(clause, family, near) or named_by(previous_clause(mention), family, near)
    if named:
        return named.quantity.id
    tail = tail_of(mention, segment)
    behind = [n for n in names_in(tail) if n.start <= 2 and n.quantity.family == family]
    behind = [n for n in behind if not n.quantity.excluded(near + tail) and n.quantity.vouched(segment)]
    if behind:
        return behind[0].quantity.id
    around = named_around(mention.reach + tail, family)
    return around.id if around else ""


def previous_clause(mention: Mention) -> str:
    """The clause before, where the figure's own says no more than 为 or 达到."""
    if FILLERS.sub("", mention.clause):
        return ""
    parts = [part for part in re.split(r"[,，;；:：()]", mention.head) if part.strip()]
    bare = [part for part in parts if part != mention.clause]
    return bare[-1] if bare else ""


def tail_of(mention: Mention, segment: str) -> str:
    """What stands behind a figure, or behind the last of the figures listed with it: 万人、64.68万人次就医补偿."""
    tail = mention.tail
    if not SEPARATOR.match(tail):
        return re.split(r"[,，;；。()]", tail)[0]
    rest = segment[segment.find(tail) :] if tail in segment else ""
    return re.split(r"[,，;；。()]", re.sub(r"^[、和及与\s]*[\d.,]+\s*[万亿]?(?:人次|人|元|个|家)?", "", rest))[0]


def inherited_quantity(mention: Mention, said: list[Said]) -> str:
    """In brackets the quantity of the figure before them, if it is of the same kind: 461843人（农村414648人…）."""
    outer = next((s for s in reversed(said) if s.mention.depth < mention.depth), None)
    same = outer and outer.mention.sentence == mention.sentence and outer.figure.family == mention.figure.family
    return outer.quantity if same else ""


def rest_of(clause: str, quantity: str) -> str:
    """The words of a clause that nothing explains."""
    text = context.without_groups(clause)
    for pattern in context.SCHEMES.values():
        text = re.sub(pattern, "", text)
    for name in [n for n in names_in(text) if n.quantity.id == quantity][:1]:
        text = text[: name.start] + text[name.end :]
    for patterns in context.WHERE.values():
        for pattern in patterns.values():
            text = re.sub(pattern, "", text)
    text = context.PERIOD.sub("", text)
    return re.sub(r"[^一-龥A-Za-z]|□", "", FILLERS.sub("", text))


# ---------------------------------------------------------------- changes and shares


def inheriting(draft: Said, role: Role, said: list[Said]) -> Said:
    """Last year's value, a base, a change: about the value before it in its sentence or, for a change, its set."""
    subject = subject_of(draft, said)
    if subject is None:
        return draft
    about = said[subject]
    same = {name: getattr(about, name) for name in ("quantity", "scheme", "where", "period", "rest")}
    return replace(draft, of=subject, **same)


def subject_of(draft: Said, said: list[Said]) -> int | None:
    """The place of the value that a change or last year's figure is about."""
    for other in reversed(said):
        if far(draft, other):
            return None
        if other.role in ("difference", "growth", "points", "year_ago", "base"):
            if (
                draft.role in ("growth", "points", "difference")
                and other.of is not None
                and fits(draft, said[other.of])
            ):
                return other.of
        elif other.role in ("value", "share", "target") and fits(draft, other):
            return other.place
    return None


def far(draft: Said, other: Said) -> bool:
    """Whether a figure stands too far back to be what another is about."""
    apart = draft.mention.sentence - other.mention.sentence
    return (
        apart > 1
        or draft.place - other.place > 8
        or (apart == 1 and not re.match(r"\s*(?:同比|比|较|与)", draft.mention.head))
    )


def fits(draft: Said, value: Said) -> bool:
    """Whether a value can be what a figure of this role and family changes from or to."""
    mine, its = draft.figure.family, value.figure.family
    if draft.role == "growth":
        return value.mention.depth == draft.mention.depth or draft.mention.depth > 0
    if draft.role == "points":
        return its in ("percent", "")
    return mine == its or {mine, its} <= {"percent", ""}


def sharing(draft: Said, role: Role, said: list[Said], listed) -> Said:
    """A share of a whole: given just before it, or only named, or not said at all (?)."""
    if said and said[-1].role == "whole" and not role.whole:
        whole = said[-1]
        part = last_value(draft, said, whole.figure.family, whole.place)
        return replace(draft, of=part, against=whole.place, period=whole.period)
    named = names_in(role.whole)
    quantity = named[-1].quantity.id if named else role.whole[-6:] if role.whole else "?"
    part = listed_part(listed, said) if listed else last_value(draft, said, "", len(said))
    return replace(draft, of=part, whole=quantity)


def last_value(draft: Said, said: list[Said], family: str, before: int) -> int | None:
    for other in reversed(said[:before]):
        if other.mention.sentence != draft.mention.sentence or (not family and not other.additive):
            if other.mention.sentence != draft.mention.sentence:
                return None
            continue
        if (
            other.role == "value"
            and other.mention.depth <= draft.mention.depth
            and (not family or other.figure.family == family)
        ):
            return other.place
    return None


def listed_part(listed, said: list[Said]) -> int | None:
    """The figure that an item of a list names: 补偿人数、人次分别占…."""
    return next((s.place for s in reversed(said) if s.quantity and s.quantity == listed[2] and s.role == "value"), None)
