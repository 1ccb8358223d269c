"""A figure with what it claims, as the checker's own parts know it."""

import re
from dataclasses import dataclass

from reports.checking.layout import Mention
from reports.checking.quantities import quantities
from reports.checking.tokens import Figure


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


WINDOW = 60  # figures of one sentence that are looked at together: no sentence that people write has more


def before(claim: Said, said: list[Said]) -> list[Said]:
    """The claims before one in its sentence, in order."""
    near = said[max(0, claim.place - WINDOW) : claim.place]
    return [other for other in near if other.mention.sentence == claim.mention.sentence]


def after(claim: Said, said: list[Said], sentences: int = 0) -> list[Said]:
    """The claims after one in its sentence, or in the one that many sentences on."""
    near = said[claim.place + 1 : claim.place + 1 + WINDOW]
    return [other for other in near if other.mention.sentence == claim.mention.sentence + sentences]


def here(claim: Said, said: list[Said]) -> list[Said]:
    """The claims of a claim's sentence, itself among them."""
    return [*before(claim, said), claim, *after(claim, said)]
