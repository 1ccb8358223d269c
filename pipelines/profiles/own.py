"""An institution's own profile, for its own account: its figures beside nameless peers, as the bureau works them out.

It is worked out of the whole county, as nobody can be set against peers that aren't there; what comes back holds the
institution's figures, and of its peers, where they are enough, the nameless values of ratios: never a sum of another.
"""

from dataclasses import replace
from pathlib import Path

from pipelines.answers.county import whole_for
from pipelines.periods import Period
from pipelines.profiles.describing import SCALE, profile
from pipelines.profiles.model import Indicator, Profile


def own_profile(warehouse: Path, institution: str, period: Period, scheme: str = "all") -> Profile:
    """What an institution's account is shown of it. Raises NotAllowed for one that is not of the account's own."""
    found = profile(whole_for(warehouse, institution), institution, period, scheme)
    told = tuple(alone(each) if found.few or each.figure.kpi.id in SCALE else each for each in found.indicators)
    return replace(found, indicators=told, findings=())  # a finding may name another institution: the letter does not


def alone(each: Indicator) -> Indicator:
    """Without peers: of two or three a median tells the others' values, and a median of sums is the sum of one."""
    return replace(each, middle=None, others=(), place=None, excess=None)
