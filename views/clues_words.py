"""Clues in words: what stands, what was decided, what was measured. A clue is a lead to be checked, never a finding."""

from collections.abc import Mapping

from pipelines.clues import HIDDEN, STATES, VERDICTS, Hit, Standing, rules, shown_person
from pipelines.clues.rules import SEVERITIES
from views import shared

NOT_SHOWN = "不显示"
CAUTION = "线索都待核查，不是结论"
SEVERITY_ORDER = list(SEVERITIES)
HEADS = ("状态", "规则", "严重度", "机构", "人员代号", "月份", "涉及基金（元）", "处置", "为什么")


def rule_of(hit: Hit):
    return rules()[hit.rule]


def severity(hit: Hit) -> str:
    return rule_of(hit).severity_zh


def institution(hit: Hit) -> str:
    return shared.named("institution", hit.institution)


def person(hit: Hit) -> str:
    """The last six digits of the keyed hash; empty for a pattern."""
    if HIDDEN in hit.key:
        return NOT_SHOWN
    return "" if hit.person is None else shown_person(hit.person)


def state(each: Standing, month: str = "") -> str:
    """新增; with a month 2026年6月新增, or that the clue is not of that month."""
    if not each.state:
        return f"不在{shared.dotted(month)}的清单里" if month else ""
    return (shared.dotted(month) if month else "") + STATES[each.state]


def handled(each: Standing) -> str:
    """转复核 / 立案 CF2026-0012 / empty while nothing is decided."""
    if not each.verdict:
        return ""
    return " ".join(filter(None, (VERDICTS[each.verdict], each.case_no if each.verdict == "case" else "")))


def amount(value, unit: str) -> str:
    """A measured number without zeros that say nothing: 10 天, 32.5%."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{text}%" if unit == "%" else f"{text} {unit}"


def days(hit: Hit) -> str:
    """2026-06-03 至 2026-06-09; one day alone where it is one."""
    first, last = hit.first_day.isoformat(), hit.last_day.isoformat()
    return first if first == last else f"{first} 至 {last}"


def record(each: Standing, names: Mapping[str, str]) -> tuple:
    """The cells of a row of the list, under HEADS; names: institution -> its name."""
    hit = each.hit
    where = names.get(hit.institution, hit.institution)
    told = (state(each), rule_of(hit).title, severity(hit), where, person(hit), hit.month)
    return *told, hit.at_stake_yuan, handled(each), hit.reason


def sought(each: Standing, names: Mapping[str, str]) -> str:
    """All that a search looks into."""
    return " ".join((*map(str, record(each, names)), each.hit.institution, each.hit.key)).lower()


def yuan(found: list[Standing]):
    """Yuan at stake of clues; a row that two rules point at counts in both."""
    return sum(each.hit.at_stake_yuan for each in found)


def is_open(each: Standing) -> bool:
    return each.state in ("new", "continuing")


def decided(kind: str, subject: str, values: dict[str, str]) -> tuple[str, str]:
    """(what it is about, what was decided) of a line of the journal; others than of clues and rules as they are."""
    rule = rules().get(subject.partition("/")[0])
    if rule is None:
        return subject, "；".join(f"{name}：{value}" for name, value in values.items())
    if kind == "clue":
        told = (VERDICTS.get(values.get("verdict", ""), ""), values.get("case_no", ""))
        return f"{rule.title} {subject}", " ".join(filter(None, told))
    names = {p.name: (p.name_zh, p.unit) for p in rule.parameters}
    told = (f"{names[name][0]} {value} {names[name][1]}" for name, value in values.items() if name in names)
    return rule.title, "；".join(told)
