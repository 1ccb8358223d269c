"""The rules beside each other, and who the clues are about; one rule in plain words, with its parameters."""

from collections import defaultdict

import streamlit as st

import pipelines
from pipelines.clues import Standing, parameters, rules
from pipelines.clues.rules import SHAPES
from pipelines.periods import shifted
from reports.charts.style import SOFT
from views import clues_settings, clues_words, look, shared
from views.clues_list import ALL
from views.place import warehouse

PAID = "fund_expenditure"
STAKE = "涉及基金（万元）"
RULE_COLUMNS = {
    "规则": st.column_config.TextColumn(width=182),
    "严重度": st.column_config.TextColumn(width=56),
    "未了结": st.column_config.NumberColumn(format="%,d", width=58),
    "新增": st.column_config.NumberColumn(format="%,d", width=50, help="未了结中本月新增的"),
    "机构": st.column_config.NumberColumn(format="%,d", width=50, help="未了结的涉及几家机构"),
}
PLACE_COLUMNS = {
    "机构": st.column_config.TextColumn(width=160),
    "未了结": st.column_config.NumberColumn(format="%,d", width=56),
    "高": st.column_config.NumberColumn("高", format="%,d", width=44, help="其中严重度高的"),
    STAKE: st.column_config.NumberColumn("涉及（万元）", format="%,.2f", width=86),
    "占": st.column_config.NumberColumn(
        "占其支付", format="%.1f%%", width=72, help="涉及基金占这家机构同 12 个月全部基金支付的比例"
    ),
}


def overview(every: list[Standing], lacking: dict[str, str], month: str) -> None:
    note = "勾选一行，下面只列它的线索；同一笔结算可能被几条规则筛到，金额是待核查的范围，不是应追回的数"
    look.section("按规则和机构", note)
    left, right = st.columns([11, 9], gap="medium")
    with left:
        table = by_rule(every)
        bar = st.column_config.ProgressColumn(
            format="%,.2f", min_value=0, max_value=max(*table[STAKE], 0.01), color=SOFT, width=122
        )
        ticked(table, list(rules_in_order(every)), RULE_COLUMNS | {STAKE: bar}, "rule", "各规则的线索")
    with right:
        table = by_place(every, month)
        ticked(table, table.pop("编码"), PLACE_COLUMNS, "at", "各机构的线索")
    for id, why in lacking.items():
        look.markdown(f":orange-badge[没有筛全] {look.safe(rules()[id].title)}：:gray[{look.safe(why)}]")


def rules_in_order(every: list[Standing]) -> dict[str, list[Standing]]:
    """{rule: its open clues}: the more severe first, then the most yuan; all rules are there."""
    found: dict[str, list[Standing]] = {id: [] for id in rules()}
    for each in every:
        if clues_words.is_open(each):
            found[each.hit.rule].append(each)
    order = clues_words.SEVERITY_ORDER
    return dict(
        sorted(
            found.items(),
            key=lambda item: (not item[1], order.index(rules()[item[0]].severity), -clues_words.yuan(item[1])),
        )
    )


def by_rule(every: list[Standing]) -> dict[str, list]:
    found = rules_in_order(every)
    return {
        "规则": [rules()[id].title for id in found],
        "严重度": [rules()[id].severity_zh for id in found],
        "未了结": [len(those) for those in found.values()],
        "新增": [sum(each.state == "new" for each in those) for those in found.values()],
        "机构": [len({each.hit.institution for each in those}) for those in found.values()],
        STAKE: [float(clues_words.yuan(those)) / 10000 for those in found.values()],
    }


def by_place(every: list[Standing], month: str) -> dict[str, list]:
    """Institutions with open clues, the most yuan at stake first; 占: of all that the fund paid them in the months."""
    found: dict[str, list[Standing]] = defaultdict(list)
    for each in every:
        if clues_words.is_open(each):
            found[each.hit.institution].append(each)
    codes = sorted(found, key=lambda code: (-clues_words.yuan(found[code]), code))
    paid = paid_by_place(month) if codes else {}
    stakes = [float(clues_words.yuan(found[code])) for code in codes]
    return {
        "机构": [shared.named("institution", code) for code in codes],
        "未了结": [len(found[code]) for code in codes],
        "高": [sum(clues_words.rule_of(each.hit).severity == "high" for each in found[code]) for code in codes],
        STAKE: [stake / 10000 for stake in stakes],
        "占": [100 * stake / paid[code] if paid.get(code) else None for code, stake in zip(codes, stakes, strict=True)],
        "编码": codes,
    }


def paid_by_place(month: str) -> dict[str, float]:
    """Institution -> yuan that the fund paid it in the twelve months."""
    months = pipelines.Period(max(shifted(month, -11), shared.county().first_month), month)
    found = shared.figures((PAID,), by=("institution",), months=months, scheme=None)
    return {figure.dims["institution"]: float(figure.value) for figure in found if figure.value}


def ticked(table: dict[str, list], codes: list[str], config: dict, picker: str, alt: str) -> None:
    """A table whose ticked row is the choice of a picker below; another tick or none changes the picker."""
    if not codes:
        look.empty("没有未了结的线索", "这个月没有筛出，或都已处置。")
        return
    now = st.session_state.get(picker, ALL)
    at = codes.index(now) if now in codes else None
    key = f"clues-by-{picker}-{now}-{at}"  # a tick is a place: where rows have moved it must be made anew
    look.dataframe(
        table,
        config,
        11,
        alt,
        on_select=lambda: choose(key, picker, codes),
        selection_mode="single-row",
        selection_default={"selection": {"rows": [] if at is None else [at], "columns": []}},
        key=key,
    )


def choose(key: str, picker: str, codes: list[str]) -> None:
    rows = st.session_state[key].selection.rows
    st.session_state[picker] = codes[rows[0]] if rows and rows[0] < len(codes) else ALL
    st.session_state["list"] = "open"


def chosen(month: str) -> None:
    """The rule that is picked, in plain words, on which grounds, by which parameters."""
    rule = rules().get(st.session_state.get("rule", st.query_params.get("rule", ALL)))
    if rule is None:
        return
    look.section(look.safe(rule.title), f"严重度{rule.severity_zh} · {SHAPES[rule.shape]}筛查")
    left, right = st.columns([11, 9], gap="medium")
    with left:
        look.markdown(f"{look.safe(rule.plain)}\n\n:gray[核查依据：{look.safe(rule.basis)}]")
    with right:
        look.markdown(look.grid(("参数", "现值", "原定"), "lrr", settings(rule)) if rule.parameters else "没有参数")
    if rule.parameters:
        clues_settings.show(rule, month)


def settings(rule) -> list[tuple[str, str, str]]:
    values = parameters(warehouse())[rule.id]
    return [
        (
            look.safe(p.name_zh),
            f"**{look.safe(clues_words.amount(values[p.name], p.unit))}**",
            look.safe(clues_words.amount(p.default, p.unit)),
        )
        for p in rule.parameters
    ]
