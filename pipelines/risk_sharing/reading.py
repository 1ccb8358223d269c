"""Terms from data (a TOML file, a form, a line of the journal) and back; what is wrong is said with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, fields
from datetime import date
from decimal import Decimal, InvalidOperation

from pipelines.errors import WarehouseError
from pipelines.risk_sharing.terms import BY_SUM_INSURED, FEN, FORMS, LISTS, NAMES, WORDS, ZERO, Share, Terms, Treaty

MOST = Decimal(10) ** 13  # more yuan than any fund has: beyond it nothing is exact any more


class TermsError(WarehouseError):
    """What is wrong with terms. place: the list of them that it is in, '' for the terms themselves."""

    def __init__(self, sentence: str, place: str = "") -> None:
        super().__init__(sentence)
        self.place = place


def read_terms(told: Mapping[str, object]) -> Terms:
    """The terms that a mapping tells; amounts and days may be text. Raises TermsError, a sentence in Chinese."""
    lists = {
        key: tuple(read(kind, offered(key, item), key, n) for n, item in enumerate(listed(told, key), 1))
        for key, kind in LISTS.items()
    }
    terms = read(Terms, {**told, **lists}, "")
    check(terms)
    return terms


def told_of(terms: Terms) -> dict[str, object]:
    """The terms as read_terms takes them: lists of tables, amounts and days as text; without what is not set."""
    return plain(asdict(terms))


def plain(told: Mapping[str, object]) -> dict[str, object]:
    made = {}
    for key, value in told.items():
        if isinstance(value, list | tuple):
            made[key] = [plain(each) for each in value]
        elif value is not None and value != "":
            made[key] = value if isinstance(value, bool | str) else str(value)
    return made


def called(name: str) -> str:
    """A field as it is written in a file, and its name in Chinese."""
    return f"{name}（{NAMES[name].replace('（元）', '')}）"


def offered(key: str, item: Mapping[str, object]) -> Mapping[str, object]:
    """An item; an offer of one risk counts as accepted only where that is told."""
    waits = key == "treaties" and item.get("contract") == "facultative"
    return {"accepted": False, **item} if waits else item


def listed(told: Mapping[str, object], key: str) -> Sequence[Mapping]:
    """A list of tables; none where there is no such key."""
    found = told.get(key, [])
    if not isinstance(found, list | tuple) or not all(isinstance(item, dict) for item in found):
        raise TermsError(f"条款的 {called(key)}应为若干项，每项写成 [[{key}]]", key)
    return found


def read(kind: type, told: Mapping[str, object], key: str, number: int = 0):
    """One of the dataclasses of terms from what is told of it, the so many-th of its list."""
    where = f"{called(key)}第 {number} 项" if key else "条款"
    known = {field.name: field for field in fields(kind)}
    if unknown := sorted(set(told) - set(known)):
        raise TermsError(f"{where}：不认识 {'、'.join(unknown)}；可以写 {'、'.join(map(called, known))}", key)
    if missing := [name for name, field in known.items() if field.default is MISSING and name not in told]:
        raise TermsError(f"{where}：没有写 {'、'.join(map(called, missing))}", key)
    try:
        return kind(**{name: value_of(known[name].type, name, value) for name, value in told.items()})
    except ValueError as error:
        raise TermsError(f"{where}：{error}", key) from error


def value_of(kind: object, name: str, value: object) -> object:
    """A value as its field has it, amounts exact. Raises ValueError with what was found and what was wanted."""
    if kind in (Decimal, Decimal | None):
        return number(name, value)
    if kind in (date, date | None):
        return day(name, value)
    if kind is bool and not isinstance(value, bool):
        raise ValueError(f"{called(name)}是“{value}”，应为是或否")
    if kind is str and (not isinstance(value, str) or (not value.strip() and name != "index_name")):
        raise ValueError(f"{called(name)}是“{value}”，应为文字")
    if name in WORDS and value not in WORDS[name]:
        raise ValueError(
            f"{called(name)}是“{value}”，应为 {'、'.join(f'{k}（{zh}）' for k, zh in WORDS[name].items())}"
        )
    return value


def number(name: str, value: object) -> Decimal:
    """An amount in fen at most, a share of any size."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if isinstance(value, bool) or not found.is_finite():
        raise ValueError(f"{called(name)}是“{value}”，应为数字")
    if found < 0:
        raise ValueError(f"{called(name)}是 {value}，不能是负数")
    if found > MOST:
        raise ValueError(f"{called(name)}是 {value}，太大了；至多 {MOST:,}")
    if name.endswith("yuan") and found % FEN:
        raise ValueError(f"{called(name)}是 {value}，应以元计，最多到分")
    return found


def day(name: str, value: object) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{called(name)}是“{value}”，应为日期，如 2026-01-01") from None


def check(terms: Terms) -> None:
    """Raises TermsError for terms that contradict themselves."""
    if terms.ends and terms.ends < terms.begins:
        raise TermsError(f"条款：截止日 {terms.ends} 早于起始日 {terms.begins}")
    if terms.cost_rate + terms.profit_rate > 1:
        raise TermsError("条款：费用率与利润率合计不能超过 1（100%）")
    check_shares(terms.insurers, "insurers")
    check_shares(terms.payers, "payers")
    if not terms.insurers or sum(each.leads for each in terms.insurers) > 1:
        raise TermsError("条款的共保人：至少一家，首席共保人至多一家", "insurers")
    for place, treaty in enumerate(terms.treaties, 1):
        check_treaty(treaty, f"分保第 {place} 项（{treaty.reinsurer}）")
    held = terms.binding(*FORMS)
    if sum(treaty.premium_share for treaty in held) > 1:
        raise TermsError("条款的分保：分出的保费合计不能超过保费", "treaties")
    if sum(treaty.share for treaty in terms.binding("quota")) > 1:
        raise TermsError("条款的分保：各家的分出成数都是占共保体的，合计不能超过 1（100%）", "treaties")
    if overlapping(held):
        raise TermsError("条款的分保：几份险位超赔赔到了每例的同一段；后一份的起赔点应不低于前一份赔完之处", "treaties")
    check_benefits(terms)


def overlapping(treaties: Sequence[Treaty]) -> bool:
    """Whether two case-excess treaties would take the same part of a case."""
    ends = ZERO
    for treaty in sorted((t for t in treaties if t.form == "case_excess"), key=lambda treaty: treaty.line_yuan):
        if treaty.line_yuan < ends:
            return True
        ends = MOST if treaty.case_limit_yuan is None else treaty.line_yuan + treaty.case_limit_yuan
    return False


def check_shares(shares: Sequence[Share], key: str) -> None:
    names = [each.name for each in shares]
    if len(set(names)) < len(names) or (shares and not any(each.share for each in shares)):
        raise TermsError(f"条款的{NAMES[key]}：名称不能重复，份额不能都是 0", key)


def check_treaty(treaty: Treaty, where: str) -> None:
    """Raises TermsError for a treaty without what its form needs, or with a rate above 1."""
    form, wrong = FORMS[treaty.form], ""
    if treaty.form in BY_SUM_INSURED and not (treaty.line_yuan and treaty.lines):
        wrong = f"{form}要写{called('line_yuan')}和{called('lines')}"
    elif treaty.form in ("quota", "quota_surplus") and not treaty.share:
        wrong = f"{form}要写{called('share')}，即分出成数"
    elif treaty.form == "excess" and treaty.limit_yuan is None:
        wrong = f"{form}要写{called('limit_yuan')}"
    elif treaty.form == "case_excess" and not treaty.line_yuan:
        wrong = f"{form}要写{called('line_yuan')}，即每例超过多少才赔"
    elif treaty.contract == "obligatory" and not treaty.accepted:
        wrong = "固定分保不用逐笔接受，不能写“未接受”"
    elif above := [name for name in ("share", "premium_share", "commission") if getattr(treaty, name) > 1]:
        wrong = f"{'、'.join(map(called, above))}不能超过 1（100%）"
    if wrong:
        raise TermsError(f"{where}：{wrong}", "treaties")


def check_benefits(terms: Terms) -> None:
    """Raises TermsError for items told twice, stages of no item, and steps of which a higher one pays less."""
    names = [each.name for each in terms.benefits]
    if len(set(names)) < len(names):
        raise TermsError("条款的赔付项目：名称不能重复", "benefits")
    for place, stage in enumerate(terms.stages, 1):
        if stage.item not in names:
            raise TermsError(f"生长期第 {place} 项：赔付项目里没有“{stage.item}”", "stages")
        if stage.share > 1:
            raise TermsError(f"生长期第 {place} 项（{stage.name}）：{called('share')}不能超过 1（100%）", "stages")
    by_index = [step.yuan for step in sorted(terms.steps, key=lambda step: step.index)]
    if by_index != sorted(by_index):
        raise TermsError("条款的指数档：指数越高，赔付不能越少", "steps")
