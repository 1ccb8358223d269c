"""The terms on which a county's critical-illness or catastrophe cover is shared: data, with the day they begin on.

Sources: 湖北省巨灾保险试点方案（鄂财金发〔2019〕13号） for co-insurance, reinsurance, special reserve and
who pays the premium; the call-back of payouts as Sichuan has it; reinsurance by its usual forms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal

from pipelines.errors import WarehouseError

FORMS = {"quota": "成数", "surplus": "溢额", "quota_surplus": "成数溢额混合", "excess": "超额赔款"}
CONTRACTS = {"obligatory": "固定分保", "facultative": "临时分保", "facultative_obligatory": "预约分保"}
PREMIUMS = {"gross": "毛保费", "net": "净保费"}
ZERO = Decimal(0)
FEN = Decimal("0.01")


@dataclass(frozen=True)
class Share:
    """Somebody who carries a share: an insurer of the pool (one leads it), or who pays a part of the premium."""

    name: str
    share: Decimal
    leads: bool = False


@dataclass(frozen=True)
class Treaty:
    """A contract of reinsurance. form: of FORMS; contract: of CONTRACTS.

    share: of a quota, 0 to 1; line_yuan, lines: what the pool keeps of a sum insured, and how many times that a surplus
    takes; limit_yuan: the most of a year; an excess of loss begins where the pool ends. premium_share: of the premium,
    what goes over with the risk; commission: the part of that which comes back, of the gross or the net premium.
    accepted: an offer of one risk (临时分保) binds nobody until it is answered; whoever has agreed to take, takes.
    """

    form: str
    reinsurer: str
    share: Decimal = ZERO
    line_yuan: Decimal = ZERO
    lines: Decimal = ZERO
    limit_yuan: Decimal | None = None
    premium_share: Decimal = ZERO
    commission: Decimal = ZERO
    commission_on: str = "gross"
    contract: str = "obligatory"
    accepted: bool = True


@dataclass(frozen=True)
class Terms:
    """What holds from a day on. Yuan a year, but for deductible_yuan, which is of each case.

    cost_rate and profit_rate: of the premium, before what is left goes to the special reserve; called_back: once all
    layers are spent everybody is paid the same share of what is owed, otherwise the public purse bears the rest.
    """

    title: str
    begins: date
    pool_limit_yuan: Decimal
    insurers: tuple[Share, ...]
    treaties: tuple[Treaty, ...] = ()
    payers: tuple[Share, ...] = ()
    deductible_yuan: Decimal = ZERO
    reserve_yuan: Decimal = ZERO
    premium_yuan: Decimal = ZERO
    cost_rate: Decimal = ZERO
    profit_rate: Decimal = Decimal("0.05")
    called_back: bool = True


LISTS = {"insurers": Share, "payers": Share, "treaties": Treaty}
RATES = ("share", "premium_share", "commission", "cost_rate", "profit_rate")
WORDS = {"form": FORMS, "contract": CONTRACTS, "commission_on": PREMIUMS}


def read_terms(told: Mapping[str, object]) -> Terms:
    """The terms that a mapping (a TOML file) tells. Raises WarehouseError with what is wrong and where, in Chinese."""
    lists = {
        key: tuple(read(kind, item, f"{key} 第 {n} 项") for n, item in enumerate(listed(told, key), 1))
        for key, kind in LISTS.items()
    }
    terms = read(Terms, {**told, **lists}, "条款")
    check(terms)
    return terms


def listed(told: Mapping[str, object], key: str) -> Sequence[Mapping]:
    """A list of tables; none where there is no such key."""
    found = told.get(key, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise WarehouseError(f"条款的 {key} 应为若干项，每项写成 [[{key}]]")
    return found


def read(kind: type, told: Mapping[str, object], where: str):
    """One of the dataclasses of this module from what is told of it."""
    known = {field.name: field for field in fields(kind)}
    if unknown := sorted(set(told) - set(known)):
        raise WarehouseError(f"{where}：不认识 {'、'.join(unknown)}；可以写 {'、'.join(known)}")
    if missing := [name for name, field in known.items() if field.default is MISSING and name not in told]:
        raise WarehouseError(f"{where}：没有写 {'、'.join(missing)}")
    return kind(**{name: value_of(known[name].type, name, value, where) for name, value in told.items()})


def value_of(kind: object, name: str, value: object, where: str) -> object:
    """A value as its field has it: amounts exact."""
    if kind in (Decimal, Decimal | None):
        return number(name, value, where)
    if (kind is not tuple and isinstance(kind, type) and not isinstance(value, kind)) or value == "":
        raise WarehouseError(
            f"{where}：{name} 是“{value}”，应为{'日期' if kind is date else '是或否' if kind is bool else '文字'}"
        )
    if name in WORDS and value not in WORDS[name]:
        raise WarehouseError(
            f"{where}：{name} 是“{value}”，应为 {'、'.join(f'{k}（{zh}）' for k, zh in WORDS[name].items())}"
        )
    return value


def number(name: str, value: object, where: str) -> Decimal:
    """An amount in fen at most, a rate of at most 1, a share of any size."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise WarehouseError(f"{where}：{name} 是“{value}”，应为数字")
    found = Decimal(str(value))
    if not found.is_finite() or found < 0:
        raise WarehouseError(f"{where}：{name} 是 {value}，不能是负数")
    if name.endswith("_yuan") and found % FEN:
        raise WarehouseError(f"{where}：{name} 是 {value}，应以元计，最多到分")
    return found


def check(terms: Terms) -> None:
    """Raises WarehouseError for terms that contradict themselves."""
    for shares, what in ((terms.insurers, "共保人"), (terms.payers, "保费分担方")):
        names = [each.name for each in shares]
        if len(set(names)) < len(names) or (shares and not any(each.share for each in shares)):
            raise WarehouseError(f"条款的{what}：名称不能重复，份额不能都是 0")
    if not terms.insurers or sum(each.leads for each in terms.insurers) > 1:
        raise WarehouseError("条款的共保人：至少一家，首席共保人至多一家")
    if terms.cost_rate + terms.profit_rate > 1:
        raise WarehouseError("条款：费用率与利润率合计不能超过 1")
    for number_, treaty in enumerate(terms.treaties, 1):
        check_treaty(treaty, f"分保第 {number_} 项（{treaty.reinsurer}）")
    if sum(treaty.premium_share for treaty in terms.treaties) > 1:
        raise WarehouseError("条款：分出的保费合计不能超过保费")


def check_treaty(treaty: Treaty, where: str) -> None:
    """Raises WarehouseError for a treaty without what its form needs, or with a rate above 1."""
    if treaty.form in ("surplus", "quota_surplus") and not (treaty.line_yuan and treaty.lines):
        raise WarehouseError(f"{where}：{FORMS[treaty.form]}要写自留额 line_yuan 和线数 lines")
    if treaty.form in ("quota", "quota_surplus") and not treaty.share:
        raise WarehouseError(f"{where}：{FORMS[treaty.form]}要写分出成数 share")
    if treaty.form == "excess" and treaty.limit_yuan is None:
        raise WarehouseError(f"{where}：超额赔款要写责任限额 limit_yuan")
    if above := [name for name in ("share", "premium_share", "commission") if getattr(treaty, name) > 1]:
        raise WarehouseError(f"{where}：{'、'.join(above)} 不能超过 1")
