"""Where a staff-day may bring back most, who goes where, and what came of it."""

from datetime import date
from decimal import Decimal

import streamlit as st

from pipelines import audit_work, clues
from pipelines.audit_work import DONE, DROPPED, PLANNED, STATES, Pace
from pipelines.periods import shifted
from views import clues_desk, look, noting, shared, who
from views.place import warehouse

ACTIVITIES = ("onsite", "record_sampling", "follow_up", "agreement_check", "whistleblowing", "field_audit")
RANKED = {
    "在查的线索（条）": st.column_config.NumberColumn(format="%,d"),
    "涉及结算（笔）": st.column_config.NumberColumn(format="%,d"),
    "涉及基金（元）": st.column_config.NumberColumn(format="%,.2f"),
    "预计查实（元）": st.column_config.NumberColumn(format="%,.2f"),
    "用工（人日）": st.column_config.NumberColumn(format="%.1f"),
    "每人日预计（元）": st.column_config.NumberColumn(format="%,.2f"),
    "最近查过": st.column_config.DateColumn(format="YYYY-MM-DD", width=100),
    "最近安排": st.column_config.TextColumn(width=120),
}
FULL_DAYS = 10  # staff-days of visits in a month beyond which somebody's load is pointed out


def every_visit() -> list:
    return visits_of(str(warehouse()), noting.stamp())


@st.cache_data(max_entries=8, show_spinner=False)
def visits_of(place: str, stamp_: tuple) -> list:
    return audit_work.visits(warehouse())


@st.cache_data(max_entries=8, show_spinner=False)
def ranks(_county, build: str, stamp_: tuple, month: str, _pace: Pace, key: str, among: tuple) -> list:
    return audit_work.ranking(open_hits(_county, month), _pace, among)


def open_hits(county, month: str) -> list:
    return [each.hit for each in clues.standing(county, month) if each.state != "resolved"]


@st.cache_data(max_entries=8, show_spinner=False)
def confirmed(_county, build: str, stamp_: tuple):
    return audit_work.evidence(_county)


def ranked(pace: Pace, places: list) -> list:
    """The ranking of these institutions; those outside the county are asked to look themselves, nobody goes there."""
    county, among = shared.county(), tuple(each.institution for each in places)
    return ranks(county, county.key, noting.stamp(), shared.period().last, pace, repr(pace), among)


def pace_of() -> Pace:
    """The assumptions as they are set on the page."""
    told_ = {name: st.session_state.get(f"pace_{name}") for name in ("files_a_day", "travel_days", "team", "confirmed")}
    known = {name: value for name, value in told_.items() if value is not None}
    exact = {name: Decimal(f"{value:g}") for name, value in known.items() if name in ("travel_days", "confirmed")}
    return Pace(**known | exact)


def ranking(places: list) -> None:
    look.section("去哪里最值", "这是排序，不是命令；线索不是结论，预计的钱只用来比先后；县外医院请当地协查，不在此列")
    with st.expander("怎样估的，改假设"):
        assumptions()
    years = clues.years_of(shared.period().last)
    if not clues_desk.ready(years) and not clues_desk.waited(years, look.caption):
        return
    found = ranked(pace_of(), places)
    if not found:
        look.empty("没有在查的疑点线索", "线索都已了结，或本期没有能筛查的结算明细。")
        return
    table = ranked_table(found, every_visit(), shared.county().names, last_days(places))
    row = look.table({h: v for h, v in table.items() if h != "编码"}, RANKED, key="ranked", rows_shown=10, alt="排序")
    if row is not None and row < len(found):
        st.switch_page(shared.link("institutions"), query_params=shared.carry(inst=found[row].institution))


def assumed(pace: Pace) -> str:
    travel = f"路程 {pace.travel_days:g} 人日/人，一组 {pace.team} 人"
    return f"假设：每人每天 {pace.files_a_day} 份，{travel}，查实比例 {pace.confirmed:g}%"


def assumptions() -> None:
    """How the expected yuan and the days are worked out, and the numbers they are worked out with."""
    default, known = Pace(), confirmed(shared.county(), shared.county().key, noting.stamp())
    look.markdown(
        "预计查实 = 在查线索涉及的基金（同一笔结算只算一次）× 查实比例；"
        "用工 = 一组人的路程 + 病历份数 ÷ 每人每天份数，进到半天。查实比例改大改小，名次不变。"
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input("每人每天（份）", 1, 200, default.files_a_day, key="pace_files_a_day", width=140)
        st.number_input(
            "路程（人日/人）", 0.0, 5.0, float(default.travel_days), 0.5, "%.1f", key="pace_travel_days", width=140
        )
        st.number_input("一组（人）", 1, 20, default.team, key="pace_team", width=120)
        st.number_input(
            "查实比例（%）", 0.1, 100.0, float(default.confirmed), 1.0, "%.1f", key="pace_confirmed", width=140
        )
    look.on_paper(assumed(pace_of()))
    if known:
        look.caption(
            f"抽样风险臂里由线索选出、已读 {known.files} 份：查实 {look.number(known.found_yuan)} 元，"
            f"占其基金支付的 {look.number(known.share)}%，可作参考"
        )
    else:
        look.caption("10% 是假设：由线索选出的病历还没有读够 30 份，没有本县自己的查实比例")


def last_days(places: list) -> dict:
    """Institution -> the last day it was looked at."""
    return {each.institution: each.last_on for each in places}


def ranked_table(found: list, visits: list, names: dict, last: dict) -> dict[str, list]:
    """{head: values} of the ranking."""
    planned = {}
    for visit in visits:
        if visit.state != DROPPED:
            planned[visit.institution] = f"{visit.month} {STATES[visit.state]}"
    return {
        "名次": list(range(1, len(found) + 1)),
        "编码": [each.institution for each in found],
        "机构": [names.get(each.institution, each.institution) for each in found],
        "每人日预计（元）": [float(each.per_day_yuan) for each in found],
        "预计查实（元）": [float(each.expected_yuan) for each in found],
        "用工（人日）": [float(each.days) for each in found],
        "在查的线索（条）": [each.hits for each in found],
        "涉及结算（笔）": [each.files for each in found],
        "涉及基金（元）": [float(each.at_stake_yuan) for each in found],
        "最近查过": [last.get(each.institution) for each in found],
        "最近安排": [planned.get(each.institution, "") for each in found],
    }


def arranged() -> None:
    """Who goes where: arranging, the list, the load of each."""
    month, people = shifted(shared.period().last, 1), audit_work.in_post(shared.county(), shared.period().last)
    found = every_visit()
    look.section("谁去哪里", f"在岗 {people} 人，用编号，不写姓名；安排、检查、取消都留痕" if people else "")
    if not people:
        shared.not_uploaded("没有在岗人数", "上传经办人员表，才能把检查安排给几号。")
        return
    left, right = st.columns([12, 7], gap="medium")
    with left:
        arranging(month, people)
        listed(found)
    with right:
        load(found, month, people)


def arranging(month: str, people: int) -> None:
    if not who.acts("work"):
        return
    names = {code: name for code, name in shared.county().names.items() if name}
    with st.popover("安排检查", icon=":material/add:", type="primary"):
        chosen = st.multiselect("机构", list(names), format_func=names.get, key="v_inst", placeholder="选一家或几家")
        months = [month, shifted(month, 1), shifted(month, 2), shared.period().last]
        when = st.selectbox("月份", months, format_func=shared.dotted, key="v_month")
        kind = st.selectbox("工作", ACTIVITIES, format_func=lambda code: shared.named("activity", code), key="v_kind")
        staff = st.multiselect("人员（编号）", list(range(1, people + 1)), key="v_staff", placeholder="选几号")
        days = st.number_input("每家用工（人日）", 0.5, 60.0, 2.0, 0.5, "%.1f", key="v_days")
        if st.button("记入安排", type="primary", key="arrange", disabled=not (chosen and staff)):
            county = shared.county()
            noting.act(
                lambda by: audit_work.arrange(warehouse(), county, when, chosen, kind, staff, Decimal(f"{days:g}"), by),
                f"已安排 {len(chosen)} 家",
            )


def listed(found: list) -> None:
    if not found:
        look.caption("还没有安排；按上面的排序挑几家，或按没查过的名单补。")
        return
    shown = sorted(found, key=lambda v: (v.state != PLANNED, v.month), reverse=False)
    table = {head: values for head, values in visit_table(shown).items() if head != "编码"}
    row = look.table(table, {}, key="visits", rows_shown=8, alt="检查安排")
    if not who.acts("work"):
        return
    st.caption("勾选一行，记检查结果或取消")
    if row is not None and row < len(shown) and shown[row].state == PLANNED:
        reporting(shown[row])


def reporting(visit) -> None:
    with st.container(border=True, key="report"):
        st.markdown(f"**{look.safe(shared.named('institution', visit.institution))}** {shared.dotted(visit.month)}")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            on = st.date_input("检查日期", date.fromisoformat(f"{visit.month}-01"), key=f"on-{visit.id}", width=150)
            note = st.text_input("说明或取消的原因", key=f"note-{visit.id}", width="stretch")
            made = st.button("已检查", type="primary", key=f"done-{visit.id}")
            dropped = st.button("取消", key=f"drop-{visit.id}")
    if made or dropped:
        state = DONE if made else DROPPED
        noting.act(lambda by: audit_work.report(warehouse(), visit.id, state, by, on, note), f"已记：{STATES[state]}")


def visit_table(found: list) -> dict[str, list]:
    """{head: values} of the visits, in their order."""
    return {
        "月份": [each.month for each in found],
        "编码": [each.institution for each in found],
        "机构": [shared.named("institution", each.institution) for each in found],
        "工作": [shared.named("activity", each.activity) for each in found],
        "人员": ["、".join(f"{number}号" for number in each.staff) for each in found],
        "用工（人日）": [float(each.days) for each in found],
        "状态": [STATES[each.state] for each in found],
        "检查日期": [each.on for each in found],
        "说明": [each.note for each in found],
    }


def load(found: list, month: str, people: int) -> None:
    """Staff-days of each in the month to come."""
    days = audit_work.days_of_staff(found, month)
    with st.container(gap=None):
        look.subheader(load_title(days, people))
        look.caption(f"{shared.dotted(month)}安排的检查，人日；一次检查由同去的人平分")
        rows = [(f"{number}号", look.number(days[number], 1)) for number in sorted(days, key=lambda n: (-days[n], n))]
        if rows:
            look.markdown(look.grid(("人员", "人日"), "lr", rows))


def load_title(days: dict, people: int) -> str:
    if not days:
        return "下个月还没有安排"
    busy = [number for number, each in days.items() if each > FULL_DAYS]
    most = f"，{'、'.join(f'{n}号' for n in sorted(busy))}超过 {FULL_DAYS} 人日" if busy else ""
    return f"{people} 人中 {len(days)} 人有安排，共 {look.number(sum(days.values()), 1)} 人日{most}"


def ranking_file(places: list) -> look.File:
    """The ranking to take away, worked out when asked for: the top of the page must not wait for the clues."""
    county, month, pace, visits = shared.county(), shared.period().last, pace_of(), every_visit()
    last = last_days(places)

    def rows():
        table = ranked_table(audit_work.ranking(open_hits(county, month), pace, last), visits, county.names, last)
        return zip(*table.values(), strict=True)

    return look.File(f"去哪里最值 {month}", list(ranked_table([], visits, {}, {})), rows)
