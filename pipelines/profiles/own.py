"""An institution's own profile, for its own account: its figures beside nameless peers, as the bureau works them out.

It is worked out of the whole county, as nobody can be set against peers that aren't there; what comes back holds the
institution's figures, and of its peers no more than the median and the rank, and only where they are enough of them.
"""

from dataclasses import replace
from pathlib import Path

from pipelines.answers.county import whole_for
from pipelines.periods import Period
from pipelines.profiles.describing import profile
from pipelines.profiles.model import Indicator, Profile


def own_profile(warehouse: Path, institution: str, period: Period, scheme: str = "all") -> Profile:
    """What an institution's account is shown of it. Raises NotAllowed for one that is not of the account's own."""
    found = profile(whole_for(warehouse, institution), institution, period, scheme)
    told = found.indicators if not found.few else tuple(map(alone, found.indicators))
    return replace(found, indicators=told, findings=())  # a finding may name another institution: the letter does not


def alone(each: Indicator) -> Indicator:
    """Without peers: of two or three, a median tells the others' values."""
    return replace(each, middle=None, others=(), place=None, excess=None)
