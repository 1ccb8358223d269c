"""The list of clues: filtered in the address, sorted by yuan at stake, chosen by rows."""

import streamlit as st

from pipelines.clues import Standing, rules
from pipelines.clues.rules import SEVERITIES
from views import clues_acts, clues_words, look, shared

ALL = "all"
LISTS = {"new": "新增", "open": "未了结", "continuing": "持续", "review": "复核中", "resolved": "已了结"}
COLUMNS = {
    "状态": st.column_config.TextColumn(width=58),
    "规则": st.column_config.TextColumn(width=140),
    "严重度": st.column_config.TextColumn(width=60),
    "机构": st.column_config.TextColumn(width=162),
    "人员代号": st.column_config.TextColumn(width=76),
    "月份": st.column_config.TextColumn(width=72),
    "涉及基金（元）": st.column_config.NumberColumn(format="%,.2f", width=108),
    "处置": st.column_config.TextColumn(width=76),
    "为什么": st.column_config.TextColumn(),
}


def show(every: list[Standing]) -> None:
    look.section("线索", "涉及基金多的在前，点表头可重排；勾选一行或几行再处置，也可全选")
    kept, asked = filtered(every)
    with st.container(horizontal=True, vertical_alignment="center"):
        groups = members(kept)
        names = {code: f"{words} {len(groups[code]):,}" for code, words in LISTS.items()}
        name = look.pick(
            "名单", names, "list", widget=st.segmented_control, required=True, label_visibility="collapsed"
        )
        shown = groups[name]
        look.caption(f"共 {len(shown):,} 条，涉及基金 {look.number(clues_words.yuan(shown))} 元")
    if not shown:
        look.empty("名单里没有线索", "换一个名单，或放宽上面的规则、机构、严重度和查找。")
        return
    chosen = table(shown, f"{name}-{asked}")
    if chosen:
        clues_acts.bar(chosen)
        clues_acts.links(chosen, opens=True)


def filtered(every: list[Standing]) -> tuple[list[Standing], str]:
    """The clues that fit the pickers and the search, and what was asked as one text."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        rule = look.pick("规则", rule_names(every), "rule", width=250, label_visibility="collapsed")
        place = look.pick("机构", place_names(every), "at", width=260, label_visibility="collapsed")
        names = {ALL: "全部严重度"} | {code: f"严重度{words}" for code, words in SEVERITIES.items()}
        severity = look.pick("严重度", names, "sev", width=140, label_visibility="collapsed")
        typed = look.sought("seek", "人员代号、病种、案件、原因")
        if typed or (rule, place, severity) != (ALL, ALL, ALL):
            st.button("清除筛选", icon=":material/filter_alt_off:", type="tertiary", on_click=clear)
    words, known = typed.lower().split(), shared.county().names
    kept = [
        each
        for each in every
        if rule in (ALL, each.hit.rule)
        and place in (ALL, each.hit.institution)
        and severity in (ALL, clues_words.rule_of(each.hit).severity)
        and (not words or all(word in clues_words.sought(each, known) for word in words))
    ]
    return kept, "-".join((rule, place, severity, *words))


def clear() -> None:
    """All rules, institutions and severities, no search."""
    st.session_state.update({"rule": ALL, "at": ALL, "sev": ALL, "seek": ""})


def rule_names(every: list[Standing]) -> dict[str, str]:
    counts = counted(each.hit.rule for each in every if clues_words.is_open(each))
    return {ALL: "全部规则"} | {
        id: rule.title + (f"（{counts[id]:,}）" if id in counts else "") for id, rule in rules().items()
    }


def place_names(every: list[Standing]) -> dict[str, str]:
    """Institutions with clues, the most open ones first."""
    counts = counted(each.hit.institution for each in every if clues_words.is_open(each))
    codes = sorted({each.hit.institution for each in every}, key=lambda code: (-counts.get(code, 0), code))
    return {ALL: "全部机构"} | {
        code: f"{shared.named('institution', code)}（{counts.get(code, 0):,}）" for code in codes
    }


def counted(codes) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in codes:
        found[code] = found.get(code, 0) + 1
    return found


def members(kept: list[Standing]) -> dict[str, list[Standing]]:
    """{list: its clues}."""
    return {
        "new": [each for each in kept if each.state == "new"],
        "open": [each for each in kept if clues_words.is_open(each)],
        "continuing": [each for each in kept if each.state == "continuing"],
        "review": [each for each in kept if clues_words.is_open(each) and each.verdict == "review"],
        "resolved": [each for each in kept if each.state == "resolved"],
    }


def columns_of(found: list[Standing]) -> dict[str, list]:
    """{head: values} of clues, in their order."""
    rows = [clues_words.record(each, shared.county().names) for each in found]
    return {head: [row[place] for row in rows] for place, head in enumerate(clues_words.HEADS)}


def table(shown: list[Standing], asked: str) -> list[Standing]:
    """The clues that are ticked."""
    state = look.dataframe(
        {head: look.plain_numbers(values) for head, values in columns_of(shown).items()},
        COLUMNS,
        alt="疑点线索",
        on_select="rerun",
        selection_mode="multi-row",
        key=f"clues-{clues_acts.turn()}-{asked}",
    )
    return [shown[row] for row in state.selection.rows if row < len(shown)]
