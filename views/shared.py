"""What every page shares: the pickers and what they say, the download, the sentence when nothing can be computed."""

from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st

import pipelines
from pipelines import contracts
from pipelines.answers.by_county import ALL, together
from pipelines.periods import months_between
from views import look, sheet, who
from views.run import (  # noqa: F401
    AREA,
    SCHEMES,
    carry,
    checks,
    county,
    figures,
    flat,
    link,
    named,
    nothing_loaded,
    page_link,
    part,
    period,
    pick_county,
    picked_county,
    rows_query,
    scheme,
    several,
    split,
    told,
    total,
    warehouse,
)

CUSTOM = "custom"


def pickers(by_county: bool = False) -> None:
    """期间 and 险种 in the sidebar; both stand in the address as codes (m=2026-01..2026-06, s=resident).

    by_county: with 区县, on pages that show one county of several (area=330102).
    """
    with st.sidebar:
        if by_county and several():
            names = {ALL: together(county())} | county().counties
            pick_county(look.pick("区县", names, AREA))
        st.session_state["months"] = pick_period(county().first_month, county().last_month, county().latest_month)
        sheet.picked("m", "期间", st.session_state["months"], period().label)
        look.pick("险种", SCHEMES, "s", widget=st.segmented_control, required=True, width="stretch", wrap=False)
        st.caption(completeness())
        if not who.scoped() and missing_uploads(period()):
            page_link("uploads", label="去上传缺的表", icon=":material/upload:")


def pick_period(first: str, last: str, latest: str) -> str:
    """The chosen month range as a code; an unusual range from a link gets its own line in the list.

    last: the last month that all counties have; latest: that any has.
    """
    names = quick_choices(first, last, latest)
    asked = st.query_params.get("m", "")
    if asked not in names and usable(asked, first, latest):
        names = {asked: pipelines.Period(*asked.split("..")).label, **names}
    if asked in names and asked != st.session_state.get("m_in_address"):
        st.session_state["m"] = asked
    code = st.selectbox(
        "期间", [*names, CUSTOM], format_func=lambda c: names.get(c, "自选起止月份"), key="m", persist_state="session"
    )
    if code not in (*names, CUSTOM):  # a forged message may name what the list never offered
        code = next(iter(names))
    code = pick_range(first, latest) if code == CUSTOM else code
    st.session_state["m_in_address"] = code
    if asked != code:
        st.query_params["m"] = code
    return code


def pick_range(first: str, last: str) -> str:
    """Any months: start and end, beginning with what was shown before."""
    months = months_between(first, last)
    before = st.session_state.get("months", f"{first}..{last}").split("..")
    for key, month in zip(("m_from", "m_to"), before, strict=True):
        st.session_state.setdefault(key, month if month in months else last)
    begin = st.selectbox("起始月", months, format_func=dotted, key="m_from", persist_state="session")
    later = [month for month in months if month >= begin]
    if st.session_state["m_to"] not in later:
        st.session_state["m_to"] = later[-1]
    finish = st.selectbox("截止月", later, format_func=dotted, key="m_to", persist_state="session")
    return f"{begin}..{finish}"


def usable(code: str, first: str, last: str) -> bool:
    months = months_between(first, last)
    begin, _, end = code.partition("..")
    return begin in months and end in months and begin <= end


def quick_choices(first: str, last: str, latest: str) -> dict[str, str]:
    """1—N月累计 first, then the months that not every county has, the year's months and quarters, then last year."""
    year, months = last[:4], [m for m in months_between(first, last) if m[:4] == last[:4]]
    names = {f"{months[0]}..{last}": f"{pipelines.Period(months[0], last).label}累计"}
    later = months_between(last, latest)[1:]
    names |= {f"{m}..{m}": pipelines.Period(m, m).label for m in reversed([*months, *later])}
    quarters = [months[i : i + 3] for i in range(0, len(months) - 2, 3) if months[i][5:] in ("01", "04", "07", "10")]
    names |= {f"{q[0]}..{q[-1]}": f"{year}年第{'一二三四'[int(q[0][5:]) // 3]}季度" for q in quarters}
    before = f"{int(year) - 1}"
    if f"{before}-01" >= first:
        names[f"{before}-01..{before}-12"] = f"{before}年全年"
    return names


def completeness() -> str:
    """What is loaded, what is not, and when the last upload came; of a part of the county, which part it is."""
    if who.scoped():
        return own_part()
    absent = missing_uploads(period())
    gaps = "、".join(absent)
    loaded = max(covered.loaded_at for covered in county().coverage.values())
    held = checks()
    lines = (
        f"本期缺 {len(absent)} 张表：{gaps}" if absent else "本期月度表齐全",
        f"勾稽通过 {sum(one.holds for one in held)}/{len(held)}",
        f"数据 {dotted(county().first_month)}—{dotted(county().last_month)}",
        f"装载于 {loaded[:10]}",
    )
    return "  \n".join(map(look.safe, lines))


def own_part() -> str:
    """What sums should agree with, and what was uploaded when, is the county's business."""
    scope, named = county().scope, county().counties | county().names
    names = "、".join(named.get(code, code) for code in scope.codes)
    lines = (f"数据范围：{names}", f"数据 {dotted(county().first_month)}—{dotted(county().last_month)}")
    return "  \n".join(map(look.safe, lines))


def dotted(month: str) -> str:
    return f"{month[:4]}年{int(month[5:])}月"


def missing_uploads(months) -> dict[str, list[str]]:
    """{monthly upload in Chinese: the months of the period it lacks}."""
    found = {}
    for name, contract in contracts.contracts().items():
        absent = [month for month in months.months if not county().complete(name, month)]
        if contract.grain == "month" and absent and not contract.occasional:
            found[contract.name_zh] = absent
    return found


def some_months(months: list[str]) -> str:
    return "、".join(map(dotted, months[:2])) + (f"等 {len(months)} 个月" if len(months) > 2 else "")


def scope(*more: str) -> None:
    """What the page's numbers cover; put it into the title row."""
    whole = "全部险种" if scheme() == "all" else SCHEMES[scheme()]
    whose = look.safe(part()) if several() else ""
    look.scope(whose, whole, period().label, f"数据截至 {look.month_end(ends())}", *more)


def ends() -> str:
    """The last month that the page's numbers cover, or that all counties have."""
    return max(county().last_month, period().last)


def download(
    page: str,
    found,
    tables: Mapping[str, dict[str, list]] = MappingProxyType({}),
    files: Mapping[str, look.File] = MappingProxyType({}),
) -> None:
    """The figures of this page, in the units of the screen, its tables: {name: {head: values}}, and files made late."""
    records = [record(figure) for figure in found]
    own = look.File(f"{page} {period().label} {SCHEMES[counted(found)]}{of_county()}", HEADS, lambda: records)
    look.takeaway({"本页指标": own} | named_files(tables) | files)


def counted(found) -> str:
    """The scheme that figures count: all on a page that looks past the one picked."""
    return "all" if all(figure.dims.get("scheme") == "all" for figure in found if in_schemes(figure)) else scheme()


def in_schemes(figure) -> bool:
    return "scheme" in figure.kpi.levels


def named_files(tables: Mapping[str, dict[str, list]]) -> dict[str, look.File]:
    """Tables as files that say their period; one without rows is none."""
    named = {f"{name} {period().label}{of_county()}": (name, each) for name, each in tables.items()}
    return {name: look.File.of(file, each) for file, (name, each) in named.items() if any(each.values())}


def of_county() -> str:
    """澄湾区: what the name of a file says more where one county is picked."""
    return f" {part()}" if picked_county() != ALL else ""


HEADS = ("指标", "分组", "期间", "数值", "单位", "上年同期", "变化", "变化单位", "目标", "分子", "分母", "说明")


def record(figure) -> tuple:
    kpi, within = figure.kpi, "、".join(named(dim, code) for dim, code in figure.dims.items())
    value, year_ago, target = (look.shown(kpi, v) for v in (figure.value, figure.year_ago, figure.target))
    parts = (figure.numerator, figure.denominator, figure.missing)
    change = (figure.change, figure.change_unit if figure.change is not None else None)
    return (kpi.name_zh, within, period().label, value, kpi.display_unit, year_ago, *change, target, *parts)


def compared(figure, less: str = "减少", more: str = "增加") -> str:
    """，比上年同期增加 4.04%; empty when there is no last year."""
    words = look.changed(figure, less, more)
    return f"，比上年同期{words}" if words else ""


def running(values) -> list:
    """Months added up from January; it stops at the first month that is missing."""
    found, total_ = [], 0
    for value in values:
        if value is None:
            break
        total_ += value
        found.append(total_)
    return found + [None] * (len(values) - len(found))


def gap_title(name: str, now, last) -> str:
    """累计支出比上年同期多 20.6%, from two running sums; the bare name when they cannot be compared."""
    end = max((i for i, value in enumerate(now) if value is not None), default=None)
    if end is None or not last[end]:
        return name
    more = 100 * (now[end] / last[end] - 1)
    return f"{name}比上年同期{'多' if more >= 0 else '少'} {abs(more):.1f}%"


def applicable(found) -> list:
    """Without the KPIs that this scheme does not have (no target, no one retired); 未上传 stays, with its reason."""
    kept = [figure for figure in found if figure.value is not None or figure.missing.startswith("未上传")]
    return kept or list(found)


def blocked(found) -> bool:
    """True, and the reason on screen, when nothing of what a page needs can be computed."""
    if any(figure.value is not None for figure in found):
        return False
    reasons = dict.fromkeys(figure.missing for figure in found if figure.missing)
    what, why = "这个期间和险种没有可算的指标", "；".join(map(look.safe, reasons)) or "请在左侧换一个期间或险种。"
    if any(reason.startswith("未上传") for reason in reasons):
        not_uploaded(what, why)
    else:
        look.empty(what, why, "dictionary", "看指标字典")
    return True


def not_uploaded(what: str, why: str) -> None:
    """Nothing to show because a table was never uploaded: say so, and lead to where that is done."""
    look.empty(what, why, "uploads", "去上传")
