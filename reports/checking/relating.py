"""What a change or a share is about: the value before it, what that is compared with, what it is a part of."""

import re
from dataclasses import replace

from reports.checking import context
from reports.checking.quantities import names_in
from reports.checking.roles import Role
from reports.checking.said import Said, after, before

MOST_PERCENT = 1000  # what is more, without a unit, is no percentage


def inheriting(draft: Said, role: Role, said: list[Said]) -> Said:
    """Last year's value, a base, a change: about the value before it in its sentence or, for a change, its set."""
    subject = subject_of(draft, said)
    if subject is None or another(draft, said[subject]):
        return draft
    about = said[subject]
    same = {name: getattr(about, name) for name in ("quantity", "scheme", "where", "period", "rest")}
    return replace(draft, of=subject, **same)


def another(draft: Said, about: Said) -> bool:
    """Whether a change names a quantity of its own: 报销比例提高2.19个百分点."""
    own = names_in(draft.mention.clause)
    return bool(own) and draft.role in ("difference", "growth", "points") and own[-1].quantity.id != about.quantity


def subject_of(draft: Said, said: list[Said]) -> int | None:
    """The place of the value that a change or last year's figure is about."""
    for other in reversed(said):
        if far(draft, other):
            return None
        if other.role == "growth" and re.search(r"[增降涨减][幅速]", draft.mention.head):
            return other.place
        if other.role in ("difference", "growth", "points", "year_ago", "base"):
            if (
                draft.role in ("growth", "points", "difference")
                and other.of is not None
                and fits(draft, said[other.of])
            ):
                return other.of
        elif other.role in ("value", "share", "target") and fits(draft, other) and not elsewhere(draft, other):
            return other.place
    return None


def elsewhere(draft: Said, other: Said) -> bool:
    """Whether a change names another scheme than a value of the sentence before: 职工净增1018人."""
    named = context.schemes_in(draft.mention.head)
    return bool(named) and other.scheme != draft.scheme and other.mention.sentence != draft.mention.sentence


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
    bare = {mine, its} <= {"percent", ""} and draft.figure.base <= MOST_PERCENT
    return mine == its or bare


def own_part(draft: Said, said: list[Said]) -> tuple[bool, int | None]:
    """(whether the clause names what the share is of, its place): 住院占基金支出的83.73% is of 住院, where that is."""
    words = re.split("占(?!比)|相当于", draft.mention.clause)
    name = re.sub(r"[其中分别有也共则约,，、\s]|比重|人数|人次", "", words[0]) if len(words) > 1 else ""
    if not name or "占" not in draft.mention.clause:
        return False, None
    named = names_in(words[0])
    ids = {named[-1].quantity.id} if named else set()
    for other in reversed(before(draft, said)):
        if other.role == "value" and other.additive and (other.quantity in ids or name in other.mention.clause):
            return True, other.place
    return True, None


def sharing(draft: Said, role: Role, said: list[Said], listed) -> Said:
    """A share of a whole: given just before it, or only named, or not said at all (?)."""
    if said and said[-1].role == "whole" and not role.whole:
        whole = said[-1]
        part = last_value(draft, said, whole.figure.family, whole.place)
        return replace(draft, of=part, against=whole.place, period=whole.period)
    with_ = (
        re.search(r"(?:与|和|同|跟|按)([^,，]{2,16}?)(?:相比|比较|计算)", draft.mention.head)
        if role.whole == "?"
        else None
    )
    named = names_in(with_[1] if with_ else role.whole)
    quantity = named[-1].quantity.id if named else role.whole[-6:] if role.whole else "?"
    if "后者" in draft.mention.clause and said and said[-1].role == "share":
        quantity = said[-1].whole
    named_, place = own_part(draft, said)
    part = listed_part(listed, said) if listed else place if named_ else last_value(draft, said, "", len(said))
    if "前者" in draft.mention.clause and part:
        part = last_value(draft, said, "", part)
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


def by_order(claim: Said, said: list[Said]) -> list[Said]:
    """三项分别占51.8%、36.2%、12.1%: the part at the same place of the list before, then the others; 前者 likewise."""
    if pronoun := re.search(r"[前后]者", claim.mention.clause):
        values = [c for c in before(claim, said) if c.additive]
        return values[-2:][:1] if pronoun[0] == "前者" else values[-1:]
    here = before(claim, said)
    shares = []
    for other in reversed(here):
        if other.role != "share":
            break
        shares.append(other)
    values = [c for c in here if c.role == "value" and c.additive]
    following = list_after(claim, said)
    place, count = len(shares), len(shares) + 1 + following
    return values[-count:][place:] + values[-count:][:place] if count > 1 and len(values) >= count else []


def list_after(claim: Said, said: list[Said]) -> int:
    count = 0
    for other in after(claim, said):
        if other.role != "share" or other.mention.sentence != claim.mention.sentence:
            break
        count += 1
    return count


def relinked(claim: Said, said: list[Said]) -> Said:
    """A share with what it is a share of, now that the whole list is known."""
    if claim.role != "share" or claim.against is not None:
        return claim
    listed = by_order(claim, said)
    return replace(claim, of=listed[0].place) if listed else claim
