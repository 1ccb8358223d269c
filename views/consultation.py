"""门诊总额: which townships' consultation fee limits run out, when, what it costs; the rules as they were applied."""

import streamlit as st

from pipelines import consultation
from pipelines.answers.small_cells import SMALL
from pipelines.methods import methods
from reports.charts import limits as drawn
from views import consultation_proposal, consultation_trial, counties, look, method_note, shared, who
from views.words import in_wan

KPIS = ("consultation_limit_use", "consultation_fee", "consultation_limit", "primary_visits")
SHOWN = 14  # townships in the chart
SCHEME = "居民"
MONEY = ("限额（元）", "已用（元）", "全年至少（元）", "全年至多（元）", "拨付（元）", "机构自担（元）")
COLUMNS = {head: st.column_config.NumberColumn(format="%,.2f") for head in MONEY} | {
    "乡镇": st.column_config.TextColumn(width=110),
    "使用率": st.column_config.NumberColumn(format="%.2f%%"),
    "快于时间": st.column_config.NumberColumn(format="%+.2f", help="使用率减时间进度，个百分点"),
    "用完的月份": st.column_config.TextColumn(width=150),
    "门诊人次": st.column_config.NumberColumn(format="%,d"),
}


def show(head) -> None:
    """The limits of the year of the period. head: the title row."""
    found, why = standing(shared.told(), shared.told().key, shared.period().last)
    beside = counties.split(KPIS, scheme="resident")
    with head:
        whose = look.safe(shared.part()) if shared.several() else ""
        look.scope(whose, SCHEME, covered(found), f"数据截至 {look.month_end(shared.ends())}")
        if found:
            take_away(found, beside)
    if found is None:
        nothing(why)
        return
    look.answer(answer(found))
    pictures(found)
    rules(found)
    townships(found)
    counties.section(beside, KPIS[0])
    consultation_trial.show(found)
    consultation_proposal.show(found.ledger.year + 1)
    method_note.limits("consultation", brief=False)


@st.cache_resource(max_entries=20, show_spinner=False)
def standing(_county, key: str, last: str) -> tuple[consultation.Standing | None, str]:
    """The limits as they stand at the end of a month, or why they can't be told."""
    try:
        return consultation.standing(_county, int(last[:4]), last), ""
    except consultation.ConsultationError as problem:
        return None, str(problem)


def covered(found) -> str:
    """2026年1—6月: limits are of a year, whatever month the period begins with."""
    if found is None:
        return shared.period().label
    return f"{found.ledger.year}年1—{len(found.months)}月" if len(found.months) > 1 else f"{found.ledger.year}年1月"


def take_away(found, beside: dict) -> None:
    year = found.ledger.year
    tables = {f"{year}年一般诊疗费限额（按乡镇）": table(found), f"{year}年一般诊疗费（按乡镇和月份）": by_month(found)}
    tables |= consultation_proposal.files(year + 1)
    figures = shared.flat(shared.total(KPIS, scheme="resident"), beside)
    shared.download("门诊总额", figures, tables)


def nothing(why: str) -> None:
    """Why there is nothing to show; a township is told the limit that it has."""
    if why.startswith("未上传"):
        told = "在预算与总额里上传各乡镇的一般诊疗费限额，和每人次的一般诊疗费标准（按机构类别）。"
        shared.not_uploaded(look.safe(why), told)
        return
    year = int(shared.period().last[:4])
    own = consultation.limits_of(shared.county(), year) if who.scoped() else {}
    told = "；".join(f"{look.safe(town)} {look.number(yuan)} 元" for town, yuan in own.items())
    look.empty(f"{year}年一般诊疗费限额：{told}" if told else "门诊总额看不到", look.safe(why))


def answer(found) -> str:
    spent, doubtful, over = found.running_out, found.doubtful, found.over_yuan
    said = [
        f"{len(found.townships)} 个乡镇的限额共 **{wan(found.limit_yuan)} 万元**，{len(found.months)} 个月用了 "
        f"**{wan(found.used_yuan)} 万元**（{used_share(found)}，时间过去 {look.number(found.time_share)}%）"
    ]
    if spent:
        first = spent[0]
        said.append(f"**{len(spent)} 个乡镇{tense(found)}用完**，最早的{look.safe(first.town)} {first.outlook.told}")
    if doubtful:
        said.append(f"{'另有' if spent else '有'} **{len(doubtful)} 个**可能用完")
    if not spent and not doubtful:
        known = over is not None
        said.append("**年内都够用**" if known else f"几月用完还推不出（{look.safe(found.townships[0].outlook.why)}）")
    if over:
        said.append(f"全年机构自担{'' if len(found.months) == 12 else '预计'} **{span(over)} 万元**")
    return "；".join(said) + "。"


def tense(found) -> str:
    return "" if len(found.months) == 12 else "年内"


def used_share(found) -> str:
    return f"{look.number(100 * found.used_yuan / found.limit_yuan)}%" if found.limit_yuan else "—"


def wan(yuan) -> str:
    return look.number(yuan / 10000)


def span(both) -> str:
    """2.73—22.08; one number where both are alike."""
    low, high = map(wan, both)
    return low if low == high else f"{low}—{high}"


def pictures(found) -> None:
    left, right = st.columns([11, 9], gap="medium")
    with left:
        who_runs_out(found)
    with right:
        if found.ledger.hidden:
            look.caption(f"有乡镇{SMALL}，合计不分月，不画逐月")
        else:
            course(found)


def who_runs_out(found) -> None:
    """The townships that run out or may, each with its months."""
    listed = [*found.running_out, *found.doubtful] or found.ordered
    shown = listed[:SHOWN]
    rows = [(look.plain(each.town), each.share or 0, each.outlook.told, bool(each.outlook.runs_out)) for each in shown]
    first = found.running_out[:1] or found.doubtful[:1]
    none = "没有乡镇会用完" if found.over_yuan else "几月用完还推不出"
    title = f"{look.safe(first[0].town)}最早，{first[0].outlook.told}" if first else none
    more = f"，其余 {len(listed) - len(shown)} 个见下表" if len(listed) > len(shown) else ""
    note = f"已用占限额的 %，用完的月份按几种推法给区间；橙色为每种都会用完{more}"
    said = "；".join(f"{row[0]} {look.number(row[1])}%，{row[2]}" for row in rows)
    look.chart(drawn.townships(rows, found.time_share), title, note, f"各乡镇限额使用率条形图：{said}")


def course(found) -> None:
    """All townships together over the year, with the three readings of the rest."""
    courses = {consultation.READINGS[name]: in_wan(path) for name, path in found.courses.items()}
    used = in_wan(
        [sum(each.months[place].so_far_yuan for each in found.townships) for place in range(len(found.months))]
    )
    whole, limit = found.whole_yuan, found.limit_yuan / 10000
    expected = "" if whole is None else f"全年{'用了' if len(used) == 12 else '预计'} {span(whole)} 万元，"
    title = f"{expected or '全年还推不出，'}限额 {wan(found.limit_yuan)} 万元"
    off = "、".join(f"{consultation.READINGS[name]} {look.signed(percent)}%" for name, percent in found.off.items())
    ways = f"；虚线为{len(courses)}种推法".replace("3", "三").replace("2", "两") if courses and len(used) < 12 else ""
    note = f"年初以来累计，万元{ways}" + (f"；去年同一时点推全年的误差：{off}" if off else "")
    look.chart(drawn.course(used, courses, limit), title, note, f"累计使用折线图；{title}")


def rules(found) -> None:
    """The four principles, each with what it came to."""
    look.section("规则逐条应用", methods()["consultation"].brief)
    fees = "，".join(f"{shared.named('kind', kind)} {look.number(fee)} 元" for kind, fee in found.ledger.fees.items())
    over = f"；全年预计 {span(found.over_yuan)} 万元" if found.over_yuan and len(found.months) < 12 else ""
    rows = [
        ("总额预算", f"{len(found.townships)} 个乡镇的限额之和", f"{look.number(found.limit_yuan)} 元"),
        ("限额使用", f"基层门诊人次 × 每人次标准（{fees}）", f"{look.number(found.used_yuan)} 元"),
        ("据实支付", "逐月 min（年初以来已用，限额）− 已拨付", f"**{look.number(found.paid_yuan)} 元**"),
        ("超支不补", f"超过限额的由机构自担{over}", f"**{look.number(found.borne_yuan)} 元**"),
    ]
    look.markdown(look.grid(("原则", "怎样用", covered(found)), "llr", rows))
    for told in left_over(found):
        look.caption(told)


def left_over(found) -> list[str]:
    """What is no part of any limit, and months that lack."""
    told = [
        f"{look.safe(town) if town else '名册没有写乡镇的机构'}没有限额，用了 {look.number(yuan)} 元，不在上面的数里"
        for town, yuan in found.ledger.unlimited.items()
        if yuan
    ]
    if found.ledger.hidden:
        told.append(f"{'、'.join(map(look.safe, sorted(found.ledger.hidden)))}{SMALL}，也不在合计里")
    if found.ledger.missing:
        told.append(f"缺{shared.some_months(list(found.ledger.missing))}的结算明细，只算到它以前")
    return told


def townships(found) -> None:
    look.section("各乡镇", "先是最早用完的；勾选一行看它逐月的拨付")
    ordered = found.ordered
    shown = {head: look.plain_numbers(values) for head, values in table(found).items()}
    row = look.table(shown, COLUMNS, key="limits", rows_shown=14, alt="各乡镇一般诊疗费限额")
    if row is not None:
        one(ordered[row])


def table(found) -> dict[str, list]:
    records = [record(each, found.time_share) for each in found.ordered]
    return {head: [each[head] for each in records] for head in records[0]}


def record(each, time_share) -> dict:
    look_ahead = each.outlook
    return {
        "乡镇": each.town,
        "限额（元）": each.limit_yuan,
        "已用（元）": each.used_yuan,
        "使用率": each.share,
        "快于时间": None if each.share is None else each.share - time_share,
        "用完的月份": look_ahead.told,
        "全年至少（元）": look_ahead.low_yuan,
        "全年至多（元）": look_ahead.high_yuan,
        "拨付（元）": each.paid_yuan,
        "机构自担（元）": each.borne_yuan,
        "门诊人次": each.visits,
    }


def by_month(found) -> dict[str, list]:
    """{head: values}, one row for each township and month."""
    rows = [(each.town, *month) for each in found.ordered if each.monthly for month in each.months]
    heads = ("乡镇", "月份", "当月已用（元）", "年初以来（元）", "拨付（元）", "机构自担（元）")
    return {head: [row[place] for row in rows] for place, head in enumerate(heads)}


def one(each) -> None:
    """A township's months, and what each reading expects of its year."""
    with st.container(border=True, gap="small"):
        look.subheader(f"{look.safe(each.town)}：限额 {look.number(each.limit_yuan)} 元，{each.outlook.told}")
        heads = ("月份", "当月已用（元）", "年初以来（元）", "拨付（元）", "机构自担（元）")
        cells = ((shared.dotted(month), *map(look.number, amounts)) for month, *amounts in each.months)
        if each.monthly:
            look.markdown(look.grid(heads, "lrrrr", cells))
        else:
            look.caption(f"有的月份{SMALL}，不分月")
        told = "；".join(
            f"{consultation.READINGS[name]} {look.number(yuan)} 元" for name, yuan in each.outlook.whole_yuan.items()
        )
        look.caption(f"全年：{told or look.safe(each.outlook.why)}")
