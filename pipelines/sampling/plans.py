"""Sampling plans: proposed, made (written into the journal with the files drawn), redrawn, withdrawn. Never changed."""

import json
import secrets
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from pipelines.answers.county import County
from pipelines.formulas import rounded
from pipelines.sampling.frame import SEED, Frame, FrameError, Scope, among, drawn_files, frame_of, largest_files
from pipelines.sampling.sizes import margin_of, shared_out, size_for
from pipelines.store.decisions import Decision, decide, decisions
from pipelines.store.warehouse import WarehouseError, now

SHARING = {"equal": "按份数", "amount": "按金额差异"}
MOST = 5_000  # files of a plan: more are not read by hand
LIMITS = {
    "margin": ("误差", Decimal("0.5"), Decimal(20)),
    "confidence": ("置信度", Decimal(80), Decimal(99)),
    "expected": ("预计问题率", Decimal(1), Decimal(99)),
    "cap": ("外推上限", Decimal(0), Decimal(100)),
}


@dataclass(frozen=True)
class Draft:
    """What a plan asks for; margin, confidence, expected and cap in per cent (cap: of the frame's fund paid).

    sharing: a key of SHARING; clues, amounts: files of the risk arm by clues and by the largest amounts.
    """

    scope: Scope
    seed: str
    margin: Decimal = Decimal(5)
    confidence: Decimal = Decimal(95)
    expected: Decimal = Decimal(50)
    sharing: str = "equal"
    cap: Decimal = Decimal(10)
    clues: int = 30
    amounts: int = 20


@dataclass(frozen=True)
class Proposal:
    """What a draft comes to: size files, shares of the strata, margin reached in per cent."""

    draft: Draft
    frame: Frame
    size: int
    shares: dict[str, int]
    margin: Decimal


@dataclass(frozen=True)
class Plan:
    """A plan as it was made. random: {stratum: files in the order of the draw}; risk: {file: why}; frame: as it was.

    withdrawn: why it was, '' while it stands.
    """

    id: str
    at: str
    by: str
    why: str
    draft: Draft
    frame: Frame
    random: dict[str, tuple[str, ...]]
    risk: dict[str, str]
    withdrawn: str = ""

    @property
    def drawn(self) -> list[str]:
        """The files of the random arm, stratum by stratum."""
        return [id for ids in self.random.values() for id in ids]

    @property
    def files(self) -> list[str]:
        """The files of both arms, each once."""
        return list(dict.fromkeys([*self.drawn, *self.risk]))

    @property
    def cap_yuan(self) -> Decimal:
        """The most that may be asked for by extrapolation."""
        return rounded(self.frame.fund_yuan * self.draft.cap / 100, 2)


@dataclass(frozen=True)
class Redraw:
    """The plan's draw, done again. same: the very files again; changed: how the frame differs now, '' if it does not.

    gone: drawn files that are no longer in the frame (undone, refunded, uploaded anew).
    """

    same: bool
    changed: str
    gone: tuple[str, ...]


def new_seed() -> str:
    """A seed that nobody chose: today and six random digits."""
    return f"{now()[:10].replace('-', '')}-{secrets.randbelow(10**6):06d}"


def propose(county: County, draft: Draft) -> Proposal:
    """What a draft comes to in this build; draws nothing. Raises FrameError, a Chinese sentence, for what can't be."""
    refuse(draft)
    frame = frame_of(county, draft.scope)
    confidence, expected = draft.confidence / 100, draft.expected / 100
    size = size_for(frame.files, draft.margin / 100, confidence, expected)
    spread = {name: frame.sizes[name] * frame.spreads[name] for name in frame.sizes}
    weights = spread if draft.sharing == "amount" and any(spread.values()) else frame.sizes
    shares = shared_out(size, weights, frame.sizes)
    if sum(shares.values()) > MOST:
        raise FrameError(f"要抽 {sum(shares.values()):,} 份，超过 {MOST:,} 份；放宽误差或缩小范围")
    margin = rounded(Decimal(repr(100 * margin_of(frame.files, size, confidence, expected))), 2)
    return Proposal(draft, frame, sum(shares.values()), shares, margin)


def refuse(draft: Draft) -> None:
    """Raise FrameError for what a draft can't be."""
    for key, (name, low, high) in LIMITS.items():
        if not low <= getattr(draft, key) <= high:
            raise FrameError(f"{name}“{getattr(draft, key)}%”不能用；应在 {low}%—{high}% 之间")
    if draft.sharing not in SHARING:
        raise FrameError(f"没有“{draft.sharing}”这种分配；应为 {'、'.join(SHARING)}")
    if not SEED.fullmatch(draft.seed):
        raise FrameError(f"随机种子“{draft.seed}”不能用；应为 1—40 个数字、字母或连字符，如 20260712")
    for name, number in (("疑点线索", draft.clues), ("大额", draft.amounts)):
        if not 0 <= number <= MOST:
            raise FrameError(f"风险臂的{name}份数 {number} 不能用；应在 0—{MOST} 之间")


def make(warehouse: Path, county: County, draft: Draft, by: str, why: str = "", suspects: dict | None = None) -> Plan:
    """Draw both arms and write the plan into the journal. suspects: {file: why} of the clues, gravest first.

    Raises FrameError, and WarehouseError while another writer holds the warehouse.
    """
    proposal = propose(county, draft)
    random = drawn_files(county, draft.scope, draft.seed, proposal.shares)
    risk = dict(list((suspects or {}).items())[: draft.clues])
    largest = largest_files(county, draft.scope, draft.amounts + len(risk))
    largest = [id for id in largest if id not in risk][: draft.amounts]
    risk |= dict.fromkeys(largest, f"基金支付最高的 {draft.amounts} 笔")
    plan = Plan(f"{now()[:10]}-{secrets.token_hex(3)}", now(), by, why, draft, proposal.frame, random, risk)
    (made,) = decide(warehouse, "sample", {plan.id: written(plan)}, by, why)
    return replace(plan, at=made.at, why=made.why)


def withdraw(warehouse: Path, plan_id: str, by: str, why: str) -> None:
    """Take a plan out of use; it stays in the journal. Raises WarehouseError without a reason or such a plan."""
    if not why.strip():
        raise WarehouseError("作废要写明原因，如“范围选错了险种”")
    if plan_of(warehouse, plan_id).withdrawn:
        raise WarehouseError(f"方案 {plan_id} 已经作废，没有改变什么")
    decide(warehouse, "sample", {plan_id: {"withdrawn": "1"}}, by, why)


def plans(warehouse: Path) -> list[Plan]:
    """Every plan that was made, the latest first, withdrawn ones too."""
    found: dict[str, Plan] = {}
    for made in decisions(warehouse, "sample"):
        if "withdrawn" not in made.values:
            found.setdefault(made.subject, read(made))
        elif made.subject in found:
            found[made.subject] = replace(found[made.subject], withdrawn=made.why)
    return list(found.values())[::-1]


def plan_of(warehouse: Path, plan_id: str) -> Plan:
    """The plan of an id; WarehouseError if there is none."""
    found = next((plan for plan in plans(warehouse) if plan.id == plan_id), None)
    if found is None:
        raise WarehouseError(f"没有抽样方案 {plan_id}；可用 sampling 命令查看全部方案")
    return found


def drawn_before(made: list[Plan], plan: Plan) -> int:
    """How many plans of the same settlements were made before this one, withdrawn ones too: who draws again may choose.

    made: all plans, the latest first.
    """
    at = next(place for place, each in enumerate(made) if each.id == plan.id)
    scope = replace(plan.draft.scope, strata="none")
    return sum(replace(each.draft.scope, strata="none") == scope for each in made[at + 1 :])


def redraw(county: County, plan: Plan) -> Redraw:
    """Draw again from the county as it is now, with the seed of the plan; whether the frame is still the same."""
    scope = plan.draft.scope
    gone = tuple(sorted(set(plan.files) - among(county, scope, plan.files)))
    try:
        frame = frame_of(county, scope)
    except FrameError as error:
        return Redraw(False, str(error), gone)
    shares = {name: len(ids) for name, ids in plan.random.items()}
    again = drawn_files(county, scope, plan.draft.seed, shares)
    return Redraw(again == plan.random, difference(plan.frame, frame), gone)


def difference(then: Frame, now_: Frame) -> str:
    """How a frame has changed since; '' if it holds the same files with the same amounts."""
    if then.sha256 == now_.sha256:
        return ""
    if (then.files, then.fund_yuan) == (now_.files, now_.fund_yuan):
        return f"总体仍是 {now_.files:,} 份、{now_.fund_yuan:,.2f} 元，但其中的结算换过"
    return (
        f"总体从 {then.files:,} 份、{then.fund_yuan:,.2f} 元变为 {now_.files:,} 份、{now_.fund_yuan:,.2f} 元"
        "（定方案后又装入或撤销过数据）"
    )


def written(plan: Plan) -> dict[str, str]:
    """A plan as the text values of a decision."""
    draft, scope, frame = plan.draft, plan.draft.scope, plan.frame
    plain = {key: getattr(scope, key) for key in ("first", "last", "scheme", "care", "place", "strata")}
    plain |= {key: str(getattr(draft, key)) for key in (*LIMITS, "seed", "sharing", "clues", "amounts")}
    told = {
        "institutions": list(scope.institutions),
        "sizes": frame.sizes,
        "funds": {name: str(yuan) for name, yuan in frame.funds.items()},
        "random": {name: " ".join(ids) for name, ids in plan.random.items()},
        "risk": plan.risk,
    }
    as_text = {key: json.dumps(value, ensure_ascii=False) for key, value in told.items()}
    return plain | {"build": frame.build, "sha256": frame.sha256} | as_text


def read(made: Decision) -> Plan:
    """The plan that a decision holds."""
    values = made.values
    told = {key: json.loads(values[key]) for key in ("institutions", "sizes", "funds", "random", "risk")}
    parts = {key: values[key] for key in ("first", "last", "scheme", "care", "place", "strata")}
    scope = Scope(institutions=tuple(told["institutions"]), **parts)
    limits = {key: Decimal(values[key]) for key in LIMITS}
    arms = {"clues": int(values["clues"]), "amounts": int(values["amounts"])}
    draft = Draft(scope, values["seed"], sharing=values["sharing"], **limits, **arms)
    funds = {name: Decimal(yuan) for name, yuan in told["funds"].items()}
    frame = Frame(scope, values["build"], values["sha256"], told["sizes"], funds, {})
    random = {name: tuple(ids.split()) for name, ids in told["random"].items()}
    return Plan(made.subject, made.at, made.by, made.why, draft, frame, random, told["risk"])
