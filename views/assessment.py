"""指标考核: who misses the year's targets and by how much, what the rule deducts, what other terms would change."""

from decimal import Decimal

import streamlit as st

import pipelines
from pipelines import assessment
from pipelines.assessment import MET, MISSED, NEARLY, STATES, UNKNOWN
from views import assessment_marks, assessment_targets, assessment_trial, look, shared

LISTS = (MISSED, NEARLY, MET, UNKNOWN)
NEAR = "临界：达标，但离目标不到 5%（比例类不到 1 个百分点）"
COLUMNS = {
    "机构": st.column_config.TextColumn(width=170),
    "判定": st.column_config.TextColumn(width=65),
    "未达标的指标": st.column_config.TextColumn(width=440),
    "扣分": st.column_config.NumberColumn(format="%.10g", width=60),
} | {head: st.column_config.NumberColumn(format="%,.2f") for head in ("应扣（元）", "台账已扣（元）", "相差（元）")}


def page() -> None:
    months = shared.period()
    with look.header("指标考核"):
        told = f"{months.last[:4]}年目标，各按目标所写的险种"
        look.scope(months.label, told, f"数据截至 {look.month_end(shared.county().last_month)}")
        try:
            found = read(shared.county(), shared.county().key, months)
        except assessment.AssessmentError as problem:
            found, why = None, str(problem)
        if found and found.judged:
            look.takeaway(shared.named_files(files(shared.county(), shared.county().key, months)))
    if found is None:
        look.empty("这个期间不能考核", look.safe(why))
    elif not found.judged:
        nothing(found)
    else:
        draw(found)


@st.cache_resource(max_entries=20, show_spinner=False, hash_funcs={pipelines.Period: str})
def read(_county, key: str, months) -> assessment.Assessment:
    return assessment.assess(_county, months)


@st.cache_resource(max_entries=20, show_spinner=False, hash_funcs={pipelines.Period: str})
def chances(_county, key: str, months) -> list:
    return assessment.chances(_county, read(_county, key, months))


def nothing(found) -> None:
    """No targets of institutions: what the ledger deducted nevertheless, and how to get targets."""
    year, booked = found.period.last[:4], sum(found.booked.values())
    ledger = f"；台账上这个期间已因考核扣减 {look.number(booked)} 元" if booked else ""
    why = "上传考核指标，写明每家机构的目标；扣减办法填在每档幅度、每档扣分、每分金额三列。"
    shared.not_uploaded(f"{year}年没有机构的考核目标{ledger}", why)
    assessment_targets.begin(int(year))


def draw(found) -> None:
    look.answer(answer(found))
    indicators(found)
    who(found)
    assessment_trial.show(found, chances(shared.county(), shared.county().key, found.period))
    assessment_targets.show(int(found.period.last[:4]))


def answer(found) -> str:
    unknown = [one for one in found.judged if one.state == UNKNOWN]
    if len(unknown) == len(found.judged):
        reasons = "；".join(dict.fromkeys(look.safe(one.missing) for one in unknown))
        return f"{len(found.institutions)} 家机构有考核目标，但这个期间**都不能判定**：{reasons}。"
    failing = len(found.failing)
    missed = f"**{failing} 家未达标**" if failing else "**都达标**"
    said = [f"有考核目标的 {len(found.institutions)} 家机构{'中' if failing else ''}{missed}"]
    if failing:
        said.append(f"按办法扣 **{points(found.points)} 分、{look.number(found.yuan)} 元**")
    if found.without_rule:
        said.append(f"另有 **{len(found.without_rule)} 项**未达标而没有扣减办法")
    if found.near:
        said.append(f"**{len(found.near)} 家**临界")
    if not whole_half(found.period):
        return "；".join(said) + "。考核按半年或全年，这个期间的结果只供参考。"
    return "；".join([*said, against_ledger(found)]) + "。"


def whole_half(period) -> bool:
    """Whether the months are a half-year or a year."""
    return (period.first[5:], period.last[5:]) in {("01", "06"), ("07", "12"), ("01", "12")}


def against_ledger(found) -> str:
    """Whether the penalty ledger holds what the rules say, institution by institution."""
    booked = sum(found.booked.values())
    if not booked:
        return "台账上这个期间还没有考核扣减"
    if not found.disagreeing:
        return f"台账已扣 {look.number(booked)} 元，逐家一致"
    return f"台账已扣 {look.number(booked)} 元，**{len(found.disagreeing)} 家不一致**"


def points(value) -> str:
    """Points without zeros that say nothing: 127, 1.5."""
    return "—" if value is None else f"{Decimal(value).normalize():f}"


def indicators(found) -> None:
    look.section("各指标", f"{NEAR}；点一个点看这家机构")
    left, right = st.columns([11, 9], gap="medium")
    with left, st.container(gap=None):
        missed = assessment.missed_by(found)
        worst = max(missed, key=lambda kpi: len(missed[kpi]))
        name = pipelines.kpis()[worst].name_zh
        look.subheader(f"{name}未达标最多，{len(missed[worst])} 家" if missed[worst] else "各指标都达标")
        look.caption(f"{found.period.label}，家；分和元为未达标的合计")
        heads = ("指标", "达标", "临界", "未达标", "不判定", "扣分", "应扣（元）")
        worst_first = sorted(missed, key=lambda kpi: -len(missed[kpi]))
        look.markdown(look.grid(heads, "lrrrrrr", (indicator_cells(found, kpi) for kpi in worst_first)))
        for kpi, why in found.left_out:
            look.caption(f"{look.safe(kpi)}：{why}，没有判定")
    with right:
        code = assessment_marks.show(found)
    if code:
        st.switch_page(shared.link("institutions"), query_params=shared.carry(inst=code))


def indicator_cells(found, kpi: str) -> tuple[str, ...]:
    lines = [one for one in found.judged if one.kpi.id == kpi]
    count = {state: sum(one.state == state for one in lines) for state in LISTS}
    missed = f":orange-badge[{count[MISSED]}]" if count[MISSED] else "0"
    paid = look.number(sum(one.yuan or 0 for one in lines))
    name = f"{lines[0].kpi.name_zh}（{lines[0].kpi.unit}）"
    counts = (str(count[MET]), str(count[NEARLY]), missed, str(count[UNKNOWN]))
    return name, *counts, points(sum(one.points or 0 for one in lines)), f"**{paid}**"


def state_of(lines: list) -> str:
    """The worst that is said of an institution's lines."""
    states = {one.state for one in lines}
    return next(state for state in (MISSED, NEARLY, MET, UNKNOWN) if state in states)


def who(found) -> None:
    look.section("各机构", "应扣 = 扣分 × 每分金额；勾选一行看它的每项指标")
    groups = {state: [c for c, lines in found.institutions.items() if state_of(lines) == state] for state in LISTS}
    names = {state: f"{STATES[state]} {len(codes)}" for state, codes in groups.items() if codes}
    names |= {"all": f"全部 {len(found.institutions)}"}
    chosen = look.pick("名单", names, "st", widget=st.segmented_control, required=True, label_visibility="collapsed")
    codes = groups.get(chosen) or list(found.institutions)
    codes = sorted(codes, key=lambda code: (-found.yuan_of(code), code))
    table = by_institution(found, codes)
    shown = {head: look.plain_numbers(values) for head, values in table.items() if head != "编码"}
    row = look.table(shown, COLUMNS, key=f"assessed-{chosen}", rows_shown=12, alt="机构考核结果")
    code = st.query_params.get("inst") if row is None else codes[row]
    if code in found.institutions:
        lines_of(found, code)


def by_institution(found, codes: list[str]) -> dict[str, list]:
    """{head: values}, one row for each institution."""
    records = [institution_record(found, code) for code in codes]
    return {head: [record[head] for record in records] for head in records[0]} if records else {}


def institution_record(found, code: str) -> dict:
    lines, paid, booked = found.institutions[code], found.yuan_of(code), found.booked.get(code, 0)
    missed = [one for one in lines if one.state == MISSED]
    return {
        "机构": shared.named("institution", code),
        "编码": code,
        "判定": STATES[state_of(lines)],
        "未达标的指标": "；".join(missed_words(one) for one in missed),
        "扣分": sum(one.points or 0 for one in missed),
        "应扣（元）": paid,
        "台账已扣（元）": booked,
        "相差（元）": booked - paid,
    }


def missed_words(one) -> str:
    """次均住院费用高出 3.51%; a ratio in percentage points."""
    side = "高出" if one.target.operator == "<=" else "低"
    if one.kpi.unit == "%":
        return f"{one.kpi.name_zh}{side} {look.number(one.beyond)} 个百分点"
    return f"{one.kpi.name_zh}{side} {look.number(one.beyond_percent)}%"


def lines_of(found, code: str) -> None:
    """One institution, target by target, and the rows behind each figure."""
    name = shared.named("institution", code)
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            look.subheader(look.safe(name), width="stretch")
            query = shared.carry(inst=code)
            shared.page_link("institutions", label="看这家机构", icon=":material/open_in_new:", query_params=query)
        heads = ("指标", "本期", "目标", "判定", "离目标（＋为未达标）", "例数", "扣分", "应扣（元）", "办法")
        look.markdown(look.grid(heads, "lrrlrrrrl", map(line_cells, found.institutions[code])))
        with st.container(horizontal=True):
            for one in found.institutions[code]:
                query = shared.rows_query(one.kpi.id, scheme=one.target.scheme or "all", institution=code)
                label = f"{one.kpi.name_zh}的明细"
                shared.page_link("rows", label=label, icon=":material/table_rows:", query_params=query)


def line_cells(one) -> tuple[str, ...]:
    badge = STATES[one.state]
    told = f":orange-badge[{badge}]" if one.state == MISSED else f":gray[{badge}]"
    value = f"**{look.number(one.value, one.kpi.digits)}**" if one.value is not None else look.safe(one.missing)
    aim = f"{'≤' if one.target.operator == '<=' else '≥'} {look.number(one.target.value, one.kpi.digits)}"
    away = "—" if one.beyond_percent is None else f"{look.signed(one.beyond_percent) if one.beyond else '0.00'}%"
    cases = "—" if one.cases is None else f"{one.cases:,.0f}"
    rule = look.safe(one.target.terms.told(one.target.operator, one.kpi.unit))
    return (
        f"{one.kpi.name_zh}（{one.kpi.unit}）",
        value,
        aim,
        told,
        away,
        cases,
        points(one.points),
        look.number(one.yuan),
        rule,
    )


@st.cache_resource(max_entries=20, show_spinner=False, hash_funcs={pipelines.Period: str})
def files(_county, key: str, months) -> dict[str, dict[str, list]]:
    """What is taken away: the institutions, every line with its figure, target and rule, and the year's targets."""
    found = read(_county, key, months)
    codes = sorted(found.institutions, key=lambda code: (-found.yuan_of(code), code))
    records = [line_record(one) for one in found.judged]
    lines = {head: [record[head] for record in records] for head in records[0]}
    year = found.period.last[:4]
    targets = assessment_targets.targets_table(assessment_targets.of_institutions(int(year)))
    tables = {
        "考核结果（按机构）": by_institution(found, codes),
        "考核结果（逐项）": lines,
        f"{year}年考核目标": targets,
    }
    return tables | assessment_targets.draft_table(int(year) + 1)


def line_record(one) -> dict:
    return {
        "机构": shared.named("institution", one.institution),
        "编码": one.institution,
        "指标": one.kpi.name_zh,
        "单位": one.kpi.unit,
        "险种": shared.named("scheme", one.target.scheme) if one.target.scheme else "不分险种",
        "本期": one.value,
        "判定方式": "不高于" if one.target.operator == "<=" else "不低于",
        "目标": one.target.value,
        "判定": STATES[one.state],
        "离目标（%，正数为未达标）": one.beyond_percent,
        "例数": one.cases,
        "扣减办法": one.target.terms.told(one.target.operator, one.kpi.unit),
        "扣分": one.points,
        "应扣（元）": one.yuan,
        "说明": one.missing,
    }
