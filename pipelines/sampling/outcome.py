"""Where a plan stands: how far the reading has come, what was found, and what may be said of the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipelines.sampling.estimates import Money, NotRandom, Rate, Stratum, money, rate, refusal
from pipelines.sampling.frame import stratum_name
from pipelines.sampling.plans import Plan
from pipelines.sampling.results import Result


@dataclass(frozen=True)
class Arm:
    """An arm's files: all of them, those with a result, with a problem, that could not be got; yuan found."""

    files: int
    done: int
    problems: int
    missing: int
    yuan: Decimal


@dataclass(frozen=True)
class Outcome:
    """random, risk: the arms (a file of both is in both); rate, money: of the whole, None as long as why_not says why.

    confirmed: yuan found in the files of either arm, each counted once; said_of_risk: what the risk arm may not be
    taken for; claim: yuan that may be asked for. What is extrapolated to a frame of several institutions belongs to
    none of them in particular: of each only what was confirmed there may be asked for.
    """

    random: Arm
    risk: Arm
    rate: Rate | None
    money: Money | None
    why_not: str
    confirmed: Decimal
    said_of_risk: str
    claim: Decimal


def outcome(plan: Plan, found: Mapping[str, Result]) -> Outcome:
    """What the results say. The random arm alone is extrapolated, and only when every file of it has a result.

    Whoever reads the easy files first would else shift the estimate.
    """
    random, risk = arm(plan.drawn, found), arm(plan.risk, found)
    confirmed = sum((found[id].yuan for id in plan.files if id in found), Decimal(0))
    said = refusal(risk.problems, risk.done - risk.missing, "风险臂") if risk.done > risk.missing else ""
    told, amount, why_not = None, None, ""
    try:
        if plan.withdrawn:
            raise NotRandom(f"方案已作废：{plan.withdrawn}")
        if random.done < random.files:
            raise NotRandom(
                f"随机臂 {random.files:,} 份，还有 {random.files - random.done:,} 份没有结果；全部查完才推断"
            )
        strata = [stratum(plan, name, found) for name in plan.random]
        told = rate(strata, plan.draft.confidence / 100)
        amount = money(strata, plan.cap_yuan, known=confirmed)
    except NotRandom as error:
        why_not = str(error)
    one = len(plan.draft.scope.institutions) == 1
    claim = amount.claim if amount and one else confirmed
    return Outcome(random, risk, told, amount, why_not, confirmed, said, claim)


def arm(ids, found: Mapping[str, Result]) -> Arm:
    told = [found[id] for id in ids if id in found]
    counts = (sum(each.outcome == outcome for each in told) for outcome in ("problem", "missing"))
    return Arm(len(ids), len(told), *counts, sum((each.yuan for each in told), Decimal(0)))


def stratum(plan: Plan, name: str, found: Mapping[str, Result]) -> Stratum:
    """The results of one stratum of the random arm, every file of which has one."""
    ids = plan.random[name]
    told = arm(ids, found)
    yuan = tuple(found[id].yuan for id in ids if found[id].yuan)
    return Stratum(
        stratum_name(plan.draft.scope.strata, name),
        plan.frame.sizes[name],
        told.files,
        told.problems,
        told.missing,
        yuan,
    )
