"""行为监测: what payment by the day may have set going, of pilots against their like, before and after it began."""

import streamlit as st

import pipelines
from pipelines import bed_days
from pipelines.answers.by_county import ALL
from pipelines.answers.gaps import OUTSIDE
from pipelines.bed_days import Signal
from reports import behaviour, charts
from reports.charts.style import LINE
from views import against, look, shared, who
from views.against import CASES
from views.pilot_lines import two_lines

STAY, BACK = "alos", "readmission_rate_15d"
RULES = {"pilot_longer_stays": "住院日拉长", "pilot_split_stays": "分解住院"}


def show(head) -> None:
    """Signals by month, before and after; each pilot's own change. head: the title row."""
    found = asked()
    table = by_pilot() if found else {}
    with head:
        shared.scope("试点与同类非试点，试点开始前后")
        shared.download(
            "试点行为监测",
            [],
            {"试点行为逐月": months_table(found), "试点行为前后": spans_table(found), "试点机构前后": table},
        )
    if not found:
        nothing()
        return
    look.answer(behaviour.answer(found))
    look.section("前后之差", "双重差分 =（试点后 − 试点前）−（非试点后 − 非试点前）；试点前取上年同月，避开季节")
    spans(found)
    look.section("逐月", "蓝线试点，灰线非试点；竖线为试点开始；纵轴不从零开始")
    for start in range(0, len(found), 2):
        for column, each in zip(st.columns(2, gap="medium"), found[start : start + 2], strict=False):
            with column:
                drawn(each)
    institutions(table)
    look.caption(behaviour.LIMITS)


def asked() -> tuple[Signal, ...]:
    county = shared.county()
    return made(county, county.key, shared.period().last, shared.scheme(), shared.picked_county())


@st.cache_data(max_entries=50, show_spinner=False)
def made(_county, key: str, last: str, scheme: str, area: str) -> tuple[Signal, ...]:
    counties = () if area == ALL else (area,)
    if bed_days.missing(_county, pipelines.Period(last, last), counties):
        return ()
    return bed_days.radar(_county, last, scheme, counties)


def nothing() -> None:
    last = shared.period().last
    why = bed_days.missing(shared.county(), pipelines.Period(last, last))
    if who.scoped() and not bed_days.began(shared.county()):
        look.empty("看不出试点前后", f"床日付费标准{OUTSIDE}")
    elif why.startswith("未上传"):
        shared.not_uploaded("看不出试点前后", f"{look.safe(why)}；试点从哪年开始，由床日付费标准的年度说明。")
    else:
        look.empty("看不出试点前后", look.safe(why) or "试点还没有开始，或看得到的机构里没有试点和非试点的住院。")


def spans(found: tuple[Signal, ...]) -> None:
    heads = (
        "监测",
        "试点前",
        "试点后",
        "非试点前",
        "非试点后",
        "双重差分",
        "试点前之差的自然波动",
        "超出的月",
        "为什么看",
    )
    look.markdown(look.grid(heads, "lrrrrrrrl", map(cells, found)))


def cells(each: Signal) -> tuple[str, ...]:
    digits, kept = each.watched.digits, each.limits
    values = [None] * 4
    if each.before and each.after:
        values = [each.before.pilot, each.after.pilot, each.before.other, each.after.other]
    unit = f"（{each.watched.unit}）" if each.watched.unit else ""
    gap = "—" if each.difference is None else look.signed(float(each.difference), digits)
    range_ = "—"
    if kept is not None and kept.upper is not None:
        range_ = f"{look.signed(float(kept.lower), digits)} 至 {look.signed(float(kept.upper), digits)}"
    told = (look.number(value, digits) for value in values)
    badge = f":orange-badge[{gap}]" if each.alarming else gap
    return f"{each.watched.name}{unit}", *told, badge, range_, str(len(each.beyond)), each.watched.why


def drawn(each: Signal) -> None:
    title, watched = behaviour.finding(each), each.watched
    months = [month for month, _, _ in each.months]
    pilot_, other = ([row[side] for row in each.months] for side in (1, 2))
    began = [charts.rule(place, 0, place, 1, LINE, 2, "dot", yref="paper") for place in beginnings(each, months)]
    chart = two_lines(months, pilot_, other, watched.unit, watched.digits, began)
    unit = f"，{watched.unit}" if watched.unit else ""
    look.chart(
        chart,
        title,
        f"{watched.name}{unit}",
        f"{watched.name}逐月折线图，试点与非试点；{title}",
    )


def beginnings(each: Signal, months: list[str]) -> list[float]:
    """Where the line of the pilot's beginning stands: before its first month."""
    first = each.after.period.first if each.after else ""
    return [months.index(first) - 0.5] if first in months and first != months[0] else []


def by_pilot() -> dict[str, list]:
    """Each pilot's change from the same months of last year, less that of all comparable ones, as {head: values}."""
    other = shared.total((STAY, BACK), pilot="no")
    rows: dict[str, dict] = {}
    for figure in shared.figures((STAY, BACK, CASES), by=("institution",), pilot="yes"):
        rows.setdefault(figure.dims["institution"], {})[figure.kpi.id] = figure
    told = [pilot(code, row, other) for code, row in rows.items() if code and against.known(row, CASES)]
    told.sort(key=lambda row: -(row["15日再住院率双重差分（百分点）"] or -1000))
    return {head: [row[head] for row in told] for head in told[0]} if told else {}


def pilot(code: str, row: dict, other: dict) -> dict:
    def value(kpi: str):
        return float(row[kpi].value) if against.known(row, kpi) else None

    return {
        "编码": code,
        "机构": shared.named("institution", code),
        "住院人次": value(CASES),
        "平均住院日（天）": value(STAY),
        "住院日双重差分（天）": twice(row.get(STAY), other[STAY]),
        "15日再住院率": value(BACK),
        "15日再住院率双重差分（百分点）": twice(row.get(BACK), other[BACK]),
    }


def twice(one, other) -> float | None:
    """The change from last year of one less that of the other; None where either is not known."""
    known = [] if one is None else [one.value, one.year_ago, other.value, other.year_ago]
    return None if not known or None in known else float(known[0] - known[1] - known[2] + known[3])


COLUMNS = {
    "机构": st.column_config.TextColumn(width=160),
    "住院人次": st.column_config.NumberColumn(format="%,d"),
    "平均住院日（天）": st.column_config.NumberColumn(format="%.2f"),
    "住院日双重差分（天）": st.column_config.NumberColumn(format="%+.2f"),
    "15日再住院率": st.column_config.NumberColumn(format="%.2f%%"),
    "15日再住院率双重差分（百分点）": st.column_config.NumberColumn(format="%+.2f"),
}


def institutions(table: dict[str, list]) -> None:
    look.section(
        "每家试点", f"{shared.period().label}与上年同期之差，减去非试点同样的差；例数少的变动大，由疑点规则按标准误判定"
    )
    if table:
        shown = {head: values for head, values in table.items() if head != "编码"}
        look.dataframe(shown, COLUMNS, rows_shown=16, alt="每家试点机构住院日和再住院率的双重差分")
    if who.may("supervise"):
        with st.container(horizontal=True, gap="small"):
            for rule, name in RULES.items():
                query = shared.carry(rule=rule)
                shared.page_link("clues", label=f"疑点：{name}", icon=":material/flag:", query_params=query)


def months_table(found: tuple[Signal, ...]) -> dict[str, list]:
    rows = [(each, row) for each in found for row in each.months]
    return (
        {
            "监测": [each.watched.name for each, _ in rows],
            "单位": [each.watched.unit for each, _ in rows],
            "月份": [row[0] for _, row in rows],
            "试点": [rounded(row[1]) for _, row in rows],
            "非试点": [rounded(row[2]) for _, row in rows],
        }
        if rows
        else {}
    )


def spans_table(found: tuple[Signal, ...]) -> dict[str, list]:
    if not found:
        return {}
    sides = [(each.before, each.after) for each in found]
    told = {"监测": [each.watched.name for each in found], "单位": [each.watched.unit for each in found]}
    for head, place, side in (
        ("试点前", 0, "pilot"),
        ("试点后", 1, "pilot"),
        ("非试点前", 0, "other"),
        ("非试点后", 1, "other"),
    ):
        told[head] = [rounded(getattr(pair[place], side)) if pair[place] else None for pair in sides]
    return told | {
        "双重差分": [rounded(each.difference) for each in found],
        "超出自然波动的月数": [len(each.beyond) for each in found],
        "信号": ["是" if each.alarming else "否" for each in found],
    }


def rounded(value) -> float | None:
    return None if value is None else round(float(value), 4)
