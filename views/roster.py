"""The roster of designated institutions: signed or not, working or not, and who must be looked at."""

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from pipelines.answers.small_cells import SMALL
from reports import charts
from reports.charts.style import SOFT
from views import agreement_checks, ledger, look, partly, shared

PAID, VISITS = "fund_expenditure", "beneficiary_visits"
SOON = 90
TOTAL = "合计"
LISTS = {"all": "全部", "unsigned": "无有效协议却有结算", "idle": "有协议而无结算", "ending": f"协议 {SOON} 天内到期"}


def prepare(places: dict) -> Callable[[], None]:
    """Write the scope and the downloads into the title row; return what draws the rest of the page."""
    paid = shared.split((PAID, VISITS), "institution", scheme=None)
    ledger.scope("名册不分险种")
    if not places:
        why = "名册决定谁是两定机构、谁有协议、谁和谁同类。上传两定机构名册。"
        return lambda: shared.not_uploaded("机构名册还没有上传", why)
    table = roster_table(places, paid)
    checked = agreement_checks.table(agreement_checks.checked().findings)
    look.takeaway(shared.named_files({"两定机构名册": table, "机构协议结算核对": checked}))
    return lambda: draw(places, paid, table)


def draw(places: dict, paid: dict, table: dict[str, list]) -> None:
    found = agreement_checks.checked()
    lists = members(places, paid, found)
    look.answer(answer(places, paid, lists, found))
    by_kind(places, paid, lists)
    agreement_checks.section(found)
    register(table, lists)


def known() -> bool:
    """Whether the settlements of every month are there: else nobody can be said to have had so many, or none."""
    return all(shared.county().complete("settlements", month) for month in shared.period().months)


def has_visits(code: str, paid: dict) -> bool:
    return code in paid and bool(paid[code][VISITS].value)


def hidden(code: str, paid: dict) -> bool:
    """Whether so few persons stand behind an institution's figures that whoever looks is not shown them."""
    return code in paid and SMALL in (paid[code][PAID].missing, paid[code][VISITS].missing)


def money(code: str, paid: dict):
    """Fund paid in the period, yuan; 0 where the institution has no settlement, None where it is hidden."""
    if hidden(code, paid):
        return None
    return (paid[code][PAID].value or 0) if code in paid else 0


def members(places: dict, paid: dict, found) -> dict[str, set[str]]:
    """{list: codes}: the lists a clerk works through. found: the Reconciliation of the period."""
    unsigned = {each.institution for each in agreement_checks.unsigned(found)}
    idle = {each.institution for each in found.findings if each.kind == "idle"}
    end = ledger.period_end()
    ending = {c for c, p in places.items() if p.signed and p.ends and p.ends <= end + timedelta(days=SOON)}
    return {"all": set(places), "unsigned": unsigned, "idle": idle, "ending": ending}


def answer(places: dict, paid: dict, lists: dict, found) -> str:
    unseen = partly.beside(sum(hidden(code, paid) for code in places))
    active = f"**{sum(has_visits(code, paid) for code in places)} 家**{unseen}"
    active = active if known() else "的家数算不出（结算明细不全）"
    said = [f"县内两定机构 **{found.managed} 家**，协议有效 **{found.signed} 家**，本期有结算{active}"]
    if apart := agreement_checks.in_a_sentence(found):
        said.append(apart)
    later = sum(place.unknown for place in places.values())
    if later:
        said.append(f"**{later} 家**的协议在这个期间之后才开始，当时有没有协议名册看不出来")
    if lists["unsigned"]:
        owed = partly.money((each.fund_yuan for each in agreement_checks.unsigned(found)), "万元", 10000, "**")
        said.append(f"**{len(lists['unsigned'])} 家**没有有效协议却有结算，基金支付 {owed}，须核对")
    if found.signed and known():
        said.append(f"**{len(lists['idle'])} 家**有协议而没有结算" if lists["idle"] else "有协议的都有结算")
    if lists["ending"]:
        said.append(f"**{len(lists['ending'])} 家**协议在期末后 {SOON} 天内到期")
    return "；".join(said) + "。"


def by_kind(places: dict, paid: dict, lists: dict) -> None:
    look.section("家底", f"{shared.period().label}，全部险种；点一条横条看背后的行")
    left, right = st.columns([11, 8], gap="medium")
    rows = kinds(places, paid, lists)
    with left, st.container(gap=None):
        short = [row for row in rows if row[1] > row[2]] if any(row[2] for row in rows) else []
        title = f"没签协议的主要是{shared.named('kind', short[0][0])}" if short else "各类机构"
        look.subheader(title)
        look.caption("家数；协议有效 = 状态正常，且期末在协议期内")
        heads = ("类别", "在册", "协议有效", "有结算", "无协议有结算", "有协议无结算", "基金支付（万元）")
        look.markdown(look.grid(heads, "lrrrrrr", map(kind_cells, [*rows, totals(rows)])))
    with right:
        bars(rows)


def kinds(places: dict, paid: dict, lists: dict) -> list[tuple]:
    """(kind, on the roster, signed, active, unsigned but active, signed but idle, how many are hidden, yuan of those
    that are not), most unsigned first."""
    found: dict[str, list] = {}
    for code, place in places.items():
        active, row = has_visits(code, paid), found.setdefault(place.kind, [0, 0, 0, 0, 0, 0, 0])
        told = (code in lists["unsigned"], code in lists["idle"], hidden(code, paid), money(code, paid) or 0)
        counts = (1, place.signed, active, *told)
        for i, value in enumerate(counts):
            row[i] += value
    return sorted(((kind, *row) for kind, row in found.items()), key=lambda row: (row[2] - row[1], -row[-1]))


def totals(rows: list[tuple]) -> tuple:
    return (TOTAL, *(sum(row[i] for row in rows) for i in range(1, 8)))


def kind_cells(row: tuple) -> tuple[str, ...]:
    kind, *counts, unseen, yuan = row
    marked = [f"{n:,}" for n in counts]
    if counts[3] and kind != TOTAL:
        marked[3] = f":orange-badge[{counts[3]}]"
    if not known():
        return look.safe(shared.named("kind", kind)), *marked[:2], "—", marked[3], "—", "—"
    paid = partly.NONE_SHOWN if unseen and not yuan else f"{look.number(yuan / 10000)}{partly.beside(unseen)}"
    return look.safe(shared.named("kind", kind)), *marked, paid


def bars(rows: list[tuple]) -> None:
    known = [(look.plain(shared.named("kind", kind)), yuan / 10000, kind) for kind, *_, yuan in rows if yuan]
    if not known:
        look.empty("本期没有基金支付", "这个期间没有结算明细。")
        return
    whole, top = sum(row[1] for row in known), max(known, key=lambda row: row[1])
    title = f"{top[0]}占县内基金支付的 {100 * top[1] / whole:.1f}%"
    chart = charts.ranked_bars(known, "万元", height=300)
    alt = f"各类机构基金支付条形图；{title}"
    kind = look.chart(chart, look.safe(title), "县内机构的基金支付，万元", alt, key="kinds", click=True)
    if kind:
        query = shared.rows_query(PAID, scheme="all", kind=kind, place="in_county")
        st.switch_page(shared.link("rows"), query_params=query)


COLUMNS = {
    "编码": st.column_config.TextColumn(width=115),
    "机构": st.column_config.TextColumn(width=190),
    "协议到期": st.column_config.DateColumn(format="YYYY-MM-DD"),
    "人次": st.column_config.NumberColumn(format="%,d"),
    "同比": st.column_config.NumberColumn("基金支付同比", format="%+.2f%%"),
}
SPENT = "基金支付（万元）"


def roster_table(places: dict, paid: dict) -> dict[str, list]:
    """{head: values}, the largest payment first."""
    told = known()
    records = [record(place, paid, told) for place in places.values()]
    records.sort(key=lambda each: -(each[SPENT] or 0))
    return {head: [each[head] for each in records] for head in records[0]}


def record(place, paid: dict, known: bool) -> dict:
    """known: whether the settlements of every month are there."""
    figures = paid.get(place.code, {})
    change = figures[PAID].change if figures else None
    told = known and not hidden(place.code, paid)
    county = {"区县": shared.named("county", place.county)} if shared.several() else {}
    return {
        "编码": place.code,
        "机构": place.name,
        **county,
        "类别": shared.named("kind", place.kind),
        "乡镇": place.town,
        "支付方式": place.payment,
        "协议": agreement(place),
        "协议到期": place.ends,
        "人次": (int(figures[VISITS].value or 0) if figures else 0) if told else None,
        SPENT: float(money(place.code, paid) / 10000) if told else None,
        "同比": None if change is None else float(change),
    }


def agreement(place) -> str:
    """In force, begun only later, or why it is not in force."""
    if place.signed or place.unknown:
        return "有效" if place.signed else "之后才开始"
    return "不在协议期" if place.status == "正常" else place.status or "未填"


def register(table: dict[str, list], lists: dict) -> None:
    look.section("名册", "按基金支付排列；点表头可重排，勾选一行看该机构")
    names = {code: f"{words} {len(lists[code])}" for code, words in LISTS.items()}
    places = st.columns([4, 1, 1] if shared.several() else [3, 1], vertical_alignment="center")
    with places[0]:
        chosen = look.pick("名单", names, "l", widget=st.segmented_control, required=True, label_visibility="collapsed")
    with places[-1]:
        asked = look.sought("find", "名称、编码或乡镇")
    kept = [i for i in range(len(table["编码"])) if shown(table, i, lists[chosen], asked)]
    if shared.several():
        with places[1]:
            kept = of_county(table, kept)
    if not kept:
        look.empty("名单里没有机构", "换一个名单，或换一个查找词。")
        return
    part = {head: [values[i] for i in kept] for head, values in table.items()}
    bar = st.column_config.ProgressColumn(
        format="%,.2f", min_value=0, max_value=max([1, *filter(None, table[SPENT])]), color=SOFT, width=170
    )
    row = look.table(part, COLUMNS | {SPENT: bar}, key=f"roster-{chosen}", rows_shown=16, alt="两定机构名册")
    if row is not None:
        st.switch_page(shared.link("institutions"), query_params=shared.carry(inst=part["编码"][row]))


def of_county(table: dict[str, list], kept: list[int]) -> list[int]:
    """Of these rows those of the county that the reader picks, where several share the warehouse."""
    names = {shared.ALL: "全部区县"} | shared.county().counties
    name = names[look.pick("区县", names, "rc", label_visibility="collapsed")]
    return [i for i in kept if name in (names[shared.ALL], table["区县"][i])]


def shown(table: dict[str, list], i: int, codes: set[str], asked: str | None) -> bool:
    words = (asked or "").strip()
    found = any(words in table[head][i] for head in ("机构", "编码", "乡镇"))
    return table["编码"][i] in codes and found
