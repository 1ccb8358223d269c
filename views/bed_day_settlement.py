"""床日结算: every stay settled both ways; what the fund pays more or less by the day, who gains and who loses."""

import streamlit as st

from pipelines.answers.small_cells import SMALL
from pipelines.methods import methods
from reports import charts
from views import bed_day_trial, counties, look, method_note, shared

PACKAGE, DUE, PAID, BALANCE = "bed_day_package", "bed_day_fund_due", "bed_day_fund_paid", "bed_day_balance"
RATE, PRICED = "bed_day_balance_rate", "bed_day_priced_share"
CARDS = (PACKAGE, DUE, PAID, RATE)
KPIS = (PACKAGE, DUE, PAID, BALANCE, RATE, PRICED)
MOST = 20  # institutions on the chart


def show(head) -> None:
    """Both ways, by institution and by class, and what is tried out. head: the title row."""
    groups = shared.split(KPIS, "pilot", history=24)
    places, classes = by_institution(), by_class()
    beside = counties.split((BALANCE, RATE, DUE, PAID), pilot="yes")
    tables = {"机构床日结算": table(places), "疾病分类床日结算": class_table(classes)}
    with head:
        shared.scope("试点机构的住院按床日和按项目各结算一遍")
        shared.download("床日结算", shared.flat(groups, beside), {name: each for name, each in tables.items() if each})
    pilot = groups.get("yes", {})
    if not pilot or pilot[BALANCE].value is None:
        nothing(pilot)
        return
    look.answer(answer(pilot, groups.get("no", {}), places))
    look.cards([pilot[kpi] for kpi in CARDS], contexts(pilot))
    look.caption(methods()["bed_days"].brief)
    drawn(places, classes)
    show_table(tables["机构床日结算"])
    bed_day_trial.show()
    counties.section(beside, BALANCE, "试点机构")
    method_note.limits("bed_days", brief=False)


def nothing(pilot: dict) -> None:
    why = next((figure.missing for figure in pilot.values() if figure.missing), "")
    if why.startswith("未上传"):
        shared.not_uploaded("还不能按床日结算", f"{look.safe(why)}；要有床日付费标准、疾病分类对照和试点机构。")
        return
    look.empty(
        "还不能按床日结算", look.safe(why) or "试点机构在这个期间和险种没有住院；试点由机构名册的“试点”一列指定。"
    )


def by_institution() -> dict[tuple[str, str], dict]:
    """{(yes or no, institution): {kpi id: Figure}} of pilots and of those comparable to them."""
    found: dict[tuple[str, str], dict] = {}
    for figure in shared.figures(KPIS, by=("pilot", "institution")):
        key = figure.dims["pilot"], figure.dims["institution"]
        if all(key):
            found.setdefault(key, {})[figure.kpi.id] = figure
    return dict(sorted(found.items(), key=lambda item: (item[0][0] != "yes", item[0][1])))


def by_class() -> dict[str, dict]:
    """{class of illness: {kpi id: Figure}} of the pilots."""
    found: dict[str, dict] = {}
    for figure in shared.figures(KPIS, by=("disease_class",), pilot="yes"):
        found.setdefault(figure.dims["disease_class"], {})[figure.kpi.id] = figure
    return found


def answer(pilot: dict, other: dict, places: dict) -> str:
    more = pilot[BALANCE].value
    said = [
        f"试点按床日结算，基金应付 **{look.said(pilot[DUE])}**，比按项目已付的 {look.said(pilot[PAID])}"
        f"**{'多' if more >= 0 else '少'} {money(more)}**，就是机构的{kept(more)}"
    ]
    known = [row[BALANCE].value for (group, _), row in places.items() if group == "yes" and is_known(row)]
    if known:
        losing = sum(value < 0 for value in known)
        hidden = sum(row[BALANCE].missing == SMALL for (group, _), row in places.items() if group == "yes")
        said.append(
            f"{len(known) - losing} 家结余、{losing} 家超支" + (f"（另有 {hidden} 家{SMALL}）" if hidden else "")
        )
    if other and other[BALANCE].value is not None and other[PACKAGE].value:
        value = other[BALANCE].value
        said.append(f"同类非试点若照同样的标准，机构将{kept(value)} **{money(value)}**")
    rest = pilot[PRICED]
    if rest.value is not None and rest.value < 100:
        left = rest.denominator - rest.numerator
        said.append(f"试点另有 {left:,.0f} 人次没有疾病分类或标准，两边都不算")
    return "；".join(said) + "。"


def is_known(row: dict) -> bool:
    """Whether a group has stays that a rate is for, and may be shown."""
    return row[BALANCE].value is not None and bool(row[PACKAGE].value)


def kept(value) -> str:
    return "结余" if value >= 0 else "超支"


def money(value) -> str:
    return f"{look.number(abs(value) / 10000)} 万元"


def contexts(pilot: dict) -> dict[str, str]:
    return {
        PACKAGE: f"覆盖试点住院的 {look.said(pilot[PRICED])}",
        DUE: "包干费用减参保人已负担",
        PAID: "同样的住院",
        RATE: f"{kept(pilot[BALANCE].value)} {money(pilot[BALANCE].value)}",
    }


def drawn(places: dict, classes: dict) -> None:
    look.section("谁结余，谁超支", "结余 = 床日包干费用 − 实际费用 = 按床日应付基金 − 按项目已付基金")
    left, right = st.columns(2, gap="medium")
    with left:
        rows = [(shared.named("institution", code), row) for (group, code), row in places.items() if group == "yes"]
        bars(rows, "试点机构")
    with right:
        bars([(shared.named("disease_class", code), row) for code, row in classes.items()], "疾病分类")
        look.markdown(
            look.grid(("疾病分类", "人次", "包干（万元）", "实际（万元）", "结余率"), "lrrrr", cells(classes))
        )


def bars(rows: list[tuple[str, dict]], what: str) -> None:
    """Balances as bars, in 万元; those that lose stressed."""
    known = [(look.plain(name), row[BALANCE].value) for name, row in rows if is_known(row)]
    known = sorted(known, key=lambda each: -abs(each[1]))[:MOST]
    if not known:
        return
    losing = {name for name, value in known if value < 0}
    best, worst = max(known, key=lambda each: each[1]), min(known, key=lambda each: each[1])
    title = f"{best[0]}结余最多，{len(losing)} 个超支" if losing else f"都有结余，{best[0]}最多，{worst[0]}最少"
    marks = [(name, value / 10000, name) for name, value in known]
    chart = charts.ranked_bars(marks, "万元", height=60 + 26 * len(marks), warned=losing)
    note = f"{what}的床日包干结余，万元；橙色为超支"
    look.chart(chart, title, note, f"{what}床日包干结余条形图：{title}")


def cells(classes: dict):
    for code, row in classes.items():
        visits, cost = row[PRICED].denominator, cost_of(row)
        amounts = row[PACKAGE].value, cost
        wan = tuple(look.number(value / 10000) if row[PACKAGE].value else "—" for value in amounts)
        yield look.safe(shared.named("disease_class", code)), look.number(visits, 0), *wan, look.amount(row[RATE])


def cost_of(row: dict):
    """What the stays of a package really cost."""
    return None if row[BALANCE].value is None else row[PACKAGE].value - row[BALANCE].value


MONEY = st.column_config.NumberColumn(format="%,.2f")
COLUMNS = {
    "机构": st.column_config.TextColumn(width=160),
    "住院人次": st.column_config.NumberColumn(format="%,d"),
    "有标准人次": st.column_config.NumberColumn(format="%,d"),
    "结余率": st.column_config.NumberColumn(format="%.2f%%"),
}
AMOUNTS = ("包干费用（元）", "实际费用（元）", "按床日应付基金（元）", "按项目已付基金（元）", "结余（元）")
COLUMNS |= dict.fromkeys(AMOUNTS, MONEY)


def table(places: dict) -> dict[str, list]:
    """Pilots and those comparable to them as {head: values}; 编码 is for the links."""
    rows = [{"编码": code, **called(code, group), **record(row)} for (group, code), row in places.items()]
    return {head: [row[head] for row in rows] for head in rows[0]} if rows else {}


def called(code: str, group: str) -> dict:
    return {"机构": shared.named("institution", code), "分组": shared.named("pilot", group)}


def class_table(classes: dict) -> dict[str, list]:
    rows = [{"疾病分类": shared.named("disease_class", code), **record(row)} for code, row in classes.items()]
    return {head: [row[head] for row in rows] for head in rows[0]} if rows else {}


def record(row: dict) -> dict:
    def value(number):
        return None if number is None else float(number)

    amounts = (row[PACKAGE].value, cost_of(row), row[DUE].value, row[PAID].value, row[BALANCE].value)
    counts = {"住院人次": value(row[PRICED].denominator), "有标准人次": value(row[PRICED].numerator)}
    return counts | dict(zip(AMOUNTS, map(value, amounts), strict=True)) | {"结余率": value(row[RATE].value)}


def show_table(found: dict[str, list]) -> None:
    look.section("各机构两种结算", "先试点，后同类非试点（假如照同样的标准）；退费已冲减；点表头可重排")
    if found:
        shown = {head: values for head, values in found.items() if head != "编码"}
        look.dataframe(shown, COLUMNS, rows_shown=26, alt="试点与同类机构按床日和按项目的结算")
