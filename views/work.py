"""稽核工作: is enough being checked, of whom, and who goes where next?"""

import streamlit as st

import pipelines
from pipelines import audit_work
from views import ledger, look, noting, partly, shared, supervision, who, work_visits
from views.place import warehouse

LISTS = {"never": "本期没查过", "all": "全部"}
COLUMNS = {
    "基金支付（万元）": st.column_config.NumberColumn(format="%,.2f"),
    "最近一次": st.column_config.DateColumn(format="YYYY-MM-DD"),
}


def page() -> None:
    months = shared.period()
    whole = shared.total(supervision.WORK, history=24, scheme=None)
    done, places = by_month(months), institutions(months)
    with look.header("稽核工作"):
        ledger.scope("工作量不分险种")
        tables = {"每月工作量": month_table(done), "各机构检查情况": place_table(places)}
        tables |= {"检查安排": work_visits.visit_table(work_visits.every_visit())}
        shared.download("稽核工作", shared.flat(whole), tables, {"去哪里最值": work_visits.ranking_file(places)})
    noting.told()
    look.answer(answer(places))
    supervision.coverage(whole)
    monthly(done)
    work_visits.ranking(places)
    work_visits.arranged()
    listing(places)


def by_month(months) -> list:
    return read(shared.county(), shared.county().key, months)


@st.cache_data(max_entries=50, show_spinner=False, hash_funcs={pipelines.Period: str})
def read(_county, build: str, months) -> list:
    return audit_work.work(_county, months)


@st.cache_data(max_entries=50, show_spinner=False, hash_funcs={pipelines.Period: str})
def quotas(_county, build: str, stamp: tuple, months) -> dict:
    return {each.activity: each for each in audit_work.progress(_county, months)}


def institutions(months) -> list:
    return looked_at(shared.county(), shared.county().key, noting.stamp(), months)


@st.cache_data(max_entries=50, show_spinner="正在查每家机构…", hash_funcs={pipelines.Period: str})
def looked_at(_county, build: str, stamp: tuple, months) -> list:
    return audit_work.touched(_county, months)


def answer(places: list) -> str:
    """The floors, then who was not looked at, then what is arranged."""
    rows = supervision.floors()
    said = [f"{name} **{look.said(figure)}**" for name, figure, _ in rows if figure.value is not None]
    short = [name for name, figure, ended in rows if supervision.falls_short(figure, ended)]
    verdict = f"，{'、'.join(short)}**低于下限**" if short else "，到期的都不低于下限"
    first = "、".join(said) + verdict if said else "稽核覆盖面算不出来"
    if not places:
        return f"{first}；没有上传机构名册，说不出哪家没有查过。"
    never = [each for each in places if each.last_on is None]
    paid = partly.money((each.fund_yuan for each in never), "万元", 10000)
    gap = f"县内 {len(places)} 家机构中 **{len(never)} 家**本期没有查出问题、检查和抽查的记录，基金支付 {paid}"
    return f"{first}；{gap}。"


def monthly(done: list) -> None:
    look.section("每月做了多少", "抽查量；覆盖率只算填了应查量的；年计划由局里定，改动留痕")
    if not done:
        shared.not_uploaded("这个期间没有稽核工作量", "换一个期间，或上传稽核工作量表。")
        return
    months = sorted({each.month for each in done})[-12:]
    plans = quotas(shared.county(), shared.county().key, noting.stamp(), shared.period())
    heads = (
        "工作",
        *(shared.named("month", month) for month in months),
        "合计",
        "覆盖率（%）",
        "年计划",
        "年初至今",
        "进度",
    )
    kinds = dict.fromkeys([each.activity for each in done] + list(plans))
    rows = [month_cells(kind, months, done, plans.get(kind)) for kind in kinds]
    look.markdown(look.grid(heads, "l" + "r" * (len(heads) - 2) + "l", rows))
    quota(list(kinds))


def month_cells(kind: str, months: list[str], done: list, plan) -> tuple[str, ...]:
    found = {each.month: each for each in done if each.activity == kind}
    counts = [f"{found[month].checked:,}" if month in found else ":gray[—]" for month in months]
    known = [each for each in found.values() if each.universe]
    share = 100 * sum(e.checked for e in known) / sum(e.universe for e in known) if known else None
    total = f"**{sum(each.checked for each in found.values()):,}**"
    name = look.safe(shared.named("activity", kind))
    if plan is None:
        return name, *counts, total, look.number(share), ":gray[—]", ":gray[—]", ":gray[没有计划]"
    due = f"应到 {plan.due:,.0f}"
    badge = f":orange-badge[慢于时间] {due}" if plan.behind else f":gray[不慢于时间] {due}"
    return name, *counts, total, look.number(share), f"{plan.quota:,}", f"{plan.checked:,}", badge


def quota(kinds: list[str]) -> None:
    if not who.acts("work"):
        return
    year = shared.period().last[:4]
    with st.popover(f"定 {year} 年计划", icon=":material/edit:", type="tertiary"):
        kind = st.selectbox("工作", kinds, format_func=lambda code: shared.named("activity", code), key="quota_kind")
        number = st.number_input("全年要做多少", 0, 10**9, 0, key="quota_number", help="0 为取消这项计划")
        if st.button("记入年计划", type="primary", key="quota"):
            noting.act(
                lambda by: audit_work.set_quota(warehouse(), year, kind, int(number), by),
                f"{year} 年{shared.named('activity', kind)}计划 {number:,}",
            )


def listing(places: list) -> None:
    look.section(
        "每家机构查过没有",
        "查出问题的案件、到场检查、抽样读过的病历；上传的工作量表不写机构名，不在此列；勾选一行看该机构",
    )
    if not places:
        shared.not_uploaded("没有机构名册", "上传机构名册，才知道哪家查过、哪家没有查过。")
        return
    groups = {"never": [each for each in places if each.last_on is None], "all": places}
    names = {code: f"{words} {len(groups[code])}" for code, words in LISTS.items()}
    chosen = look.pick("名单", names, "w", widget=st.segmented_control, required=True, label_visibility="collapsed")
    kept = sorted(groups[chosen], key=lambda each: -(each.fund_yuan or 0))
    if not kept:
        look.empty("名单里没有机构", "每家机构本期都有检查记录。")
        return
    shown = {head: values for head, values in place_table(kept).items() if head != "编码"}
    row = look.table(shown, COLUMNS, key=f"places-{chosen}", rows_shown=12, alt="各机构检查情况")
    if row is not None and row < len(kept):
        st.switch_page(shared.link("institutions"), query_params=shared.carry(inst=kept[row].institution))


def place_table(places: list) -> dict[str, list]:
    """{head: values} of the institutions, in their order."""
    return {
        "编码": [each.institution for each in places],
        "机构": [shared.named("institution", each.institution) for each in places],
        "类别": [shared.named("kind", each.kind) for each in places],
        "乡镇": [each.town or "" for each in places],
        "基金支付（万元）": [None if each.fund_yuan is None else float(each.fund_yuan / 10000) for each in places],
        "查出问题（件）": [each.cases for each in places],
        "到场检查（次）": [each.visits for each in places],
        "抽样读过（份）": [each.files for each in places],
        "最近一次": [each.last_on for each in places],
    }


def month_table(done: list) -> dict[str, list]:
    return {
        "月份": [each.month for each in done],
        "工作": [shared.named("activity", each.activity) for each in done],
        "应查量": [each.universe for each in done],
        "抽查量": [each.checked for each in done],
        "问题数": [each.problems for each in done],
        "检查机构数": [each.institutions for each in done],
    }
