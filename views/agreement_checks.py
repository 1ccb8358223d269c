"""三方核对 on the roster page: why fewer are signed than managed, and where roster, agreement, settlement disagree."""

from collections import Counter

import streamlit as st

from pipelines.agreements import FINDINGS, STATES, Reconciliation, check_agreements
from views import look, partly, shared

PAID = ("unsigned_paid", "expired_paid", "terminated_paid", "suspended_paid")
ALL = "all"
COLUMNS = {
    "核对结果": st.column_config.TextColumn(width=175),
    "机构": st.column_config.TextColumn(width=190),
    "人次": st.column_config.NumberColumn(format="%,d"),
    "基金支付（元）": st.column_config.NumberColumn(format="%,.2f"),
    "依据": st.column_config.TextColumn(width=520),
}


def checked() -> Reconciliation:
    return check_agreements(shared.county(), shared.period())


def unsigned(found: Reconciliation) -> list:
    """Those settled with in months for which they have no agreement."""
    return [each for each in found.findings if each.kind in PAID]


def in_a_sentence(found: Reconciliation) -> str:
    """差 84 家：协议到期未续 46 家、没有签过协议 25 家、协议解除 13 家."""
    states: Counter = Counter()
    for (state, _), count in found.apart.items():
        states[state] += count
    told = "、".join(f"{STATES[state]} {count} 家" for state, count in states.most_common() if state != "later")
    apart = sum(count for state, count in states.items() if state != "later")
    return f"差 **{apart} 家**：{told}" if apart else ""


def section(found: Reconciliation) -> None:
    look.section("三方核对", "机构名册、服务协议、结算明细对得上吗；不一致的要查明原因，不是结论")
    for text in found.unread:
        look.caption(f":orange[{look.safe(text)}]")
    left, right = st.columns([11, 8], gap="medium")
    with left:
        apart(found)
    with right:
        summary(found)
    if found.findings:
        listing(found)


def apart(found: Reconciliation) -> None:
    """Managed but not signed, by kind and by why."""
    states = [state for state in STATES if any(key[0] == state for key in found.apart)]
    kinds = list(dict.fromkeys(kind for _, kind in sorted(found.apart, key=lambda key: -found.apart[key])))
    with st.container(gap=None):
        look.subheader(f"在册 {found.managed} 家，协议有效 {found.signed} 家")
        look.caption("在册而期末协议不在有效期的，家")
        rows = [kind_cells(found, kind, states) for kind in kinds]
        whole = [sum(found.apart.get((state, kind), 0) for kind in kinds) for state in states]
        rows.append(("合计", *(f"{count}" for count in whole), f"**{sum(whole)}**"))
        heads = ("类别", *(STATES[state] for state in states), "合计")
        look.markdown(look.grid(heads, "l" + "r" * (len(states) + 1), rows))


def kind_cells(found: Reconciliation, kind: str | None, states: list[str]) -> tuple[str, ...]:
    counts = [found.apart.get((state, kind), 0) for state in states]
    name = look.safe(shared.named("kind", kind))
    return name, *(f"{count}" if count else ":gray[—]" for count in counts), f"**{sum(counts)}**"


def summary(found: Reconciliation) -> None:
    """Every kind of disagreement, also those of which there is none: that they were looked for is said too."""
    with st.container(gap=None):
        places = {code for each in found.findings for code in (each.institution, each.other) if code}
        look.subheader(f"{len(places)} 家对不上" if places else "三方都对得上")
        look.caption(f"{shared.period().label}，全部险种")
        rows = [summary_cells(found, kind) for kind in FINDINGS]
        look.markdown(look.grid(("核对结果", "处", "基金支付（元）"), "lrr", rows))


def summary_cells(found: Reconciliation, kind: str) -> tuple[str, str, str]:
    listed = [each for each in found.findings if each.kind == kind]
    paid = [each.fund_yuan for each in listed]
    count = f"**{len(listed)}**" if listed else ":gray[0]"
    return FINDINGS[kind], count, ":gray[—]" if not any(paid) and None not in paid else partly.money(paid, "").rstrip()


def listing(found: Reconciliation) -> None:
    counts = Counter(each.kind for each in found.findings)
    names = {ALL: f"全部 {len(found.findings)}"}
    names |= {kind: f"{words} {counts[kind]}" for kind, words in FINDINGS.items() if counts[kind]}
    chosen = look.pick("核对结果", names, "f", widget=st.segmented_control, required=True, label_visibility="collapsed")
    kept = [each for each in found.findings if chosen in (ALL, each.kind)]
    row = look.table(table(kept), COLUMNS, key=f"findings-{chosen}", rows_shown=8, alt="三方核对不一致的机构")
    if row is not None:
        st.switch_page(shared.link("institutions"), query_params=shared.carry(inst=kept[row].institution))


def table(findings) -> dict[str, list]:
    """{head: values}, in the order of the findings."""
    return {
        "核对结果": [FINDINGS[each.kind] for each in findings],
        "编码": [each.institution for each in findings],
        "机构": [each.name for each in findings],
        "类别": [shared.named("kind", each.institution_kind) for each in findings],
        "乡镇": [each.town for each in findings],
        "人次": [each.visits for each in findings],
        "基金支付（元）": [None if each.fund_yuan is None else float(each.fund_yuan) for each in findings],
        "依据": [each.why for each in findings],
    }
