"""疑点线索 of one institution: open at the end of the period; every one a lead, none a finding."""

from collections import defaultdict

import streamlit as st

from pipelines import clues
from pipelines.clues.rules import SEVERITIES
from views import clues_desk, clues_words, look, shared

COLUMNS = {
    "规则": st.column_config.TextColumn(width=170),
    "为什么": st.column_config.TextColumn(width=760),
    "例数": st.column_config.NumberColumn(format="%,d"),
    "涉及基金（元）": st.column_config.NumberColumn(format="%,.2f"),
}


def open_leads(institution: str) -> list | None:
    """What is open about it at the end of the period, the most severe first, then the most yuan; None while nothing is
    screened, which is said.
    """
    rank = list(SEVERITIES)
    month = shared.period().last
    if not clues_desk.ready(clues.years_of(month)) and not clues_desk.waited(clues.years_of(month), look.caption):
        return None
    own = [
        each for each in clues_desk.standings(month) if each.hit.institution == institution and each.state != "resolved"
    ]
    return sorted(own, key=lambda s: (rank.index(clues.rules()[s.hit.rule].severity), -s.hit.at_stake_yuan, s.hit.key))


def section(institution: str) -> None:
    month = look.month_words(shared.period().last)
    look.section("疑点线索", f"到{month}仍待核查的，全部险种；是筛查出来的线索，不是认定；勾选一行看背后的行")
    found = open_leads(institution)
    if found is None:
        return
    if not found:
        look.empty("没有待核查的疑点线索", "规则没有筛查出，或都已处置。" + gap_words())
        return
    total = sum(each.hit.at_stake_yuan for each in found)
    with st.container(gap=None):
        look.subheader(f"{len(found)} 条待核查，涉及基金 {look.number(total)} 元")
        look.caption("同一笔结算可能被几条规则筛到，金额是待核查的范围，不是应追回的数。" + gap_words())
        heads = ("规则", "程度", "条数", "其中新增", "涉及基金（元）")
        look.markdown(look.grid(heads, "llrrr", by_rule(found)))
    row = look.table(table(found), COLUMNS, key="leads", rows_shown=8, alt="本机构待核查的疑点线索；勾选一行看背后的行")
    if row is not None:
        st.switch_page(shared.link("clues"), query_params=shared.carry(clue=found[row].hit.key))
    arrow = dict(icon=":material/arrow_forward:", icon_position="right")
    query = shared.carry(at=institution, rule="all", sev="all", list="open")
    shared.page_link("clues", label="处置这些线索", query_params=query, **arrow)


def by_rule(found: list) -> list[tuple[str, ...]]:
    groups = defaultdict(list)
    for each in found:
        groups[each.hit.rule].append(each)
    return [cells(clues.rules()[rule], listed) for rule, listed in groups.items()]


def cells(rule, listed: list) -> tuple[str, ...]:
    word = SEVERITIES[rule.severity]
    badge = f":orange-badge[{word}]" if rule.severity == "high" else f":gray[{word}]"
    new = sum(each.state == "new" for each in listed)
    total = sum(each.hit.at_stake_yuan for each in listed)
    return look.safe(rule.title), badge, f"{len(listed)}", f"{new}", f"**{look.number(total)}**"


def table(found: list) -> dict[str, list]:
    rules = clues.rules()
    return {
        "规则": [rules[each.hit.rule].title for each in found],
        "程度": [SEVERITIES[rules[each.hit.rule].severity] for each in found],
        "状态": ["，".join(filter(None, (clues.STATES[each.state], clues_words.handled(each)))) for each in found],
        "月份": [each.hit.month for each in found],
        "例数": [each.hit.cases for each in found],
        "涉及基金（元）": [float(each.hit.at_stake_yuan) for each in found],
        "为什么": [each.hit.reason for each in found],
    }


def gap_words() -> str:
    lacking = len(clues.gaps(shared.county(), shared.period().last[:4]))
    return f"{lacking} 条规则缺数据，没有或没有全部筛查。" if lacking else ""
