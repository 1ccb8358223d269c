"""The tables of growth attribution: by scheme or county, by group with the way to its rows, and the files."""

import streamlit as st

from pipelines.attribution import FEN, NAMES, REST, SHORT, Growth, Line, lines, total
from pipelines.attribution.wording import group_name, scheme_name
from reports.attributing import WAN, factor_rows
from views import look, shared, who

MONEY = st.column_config.NumberColumn(format="%,.2f")
SIGNED = st.column_config.NumberColumn(format="%+,.2f")
HEADS = ("上年同期", "本期", "增减")


def show(found: Growth, listed: list[Line], kpi: str) -> None:
    several = {place: len({line.pool[place] for line in listed}) > 1 for place in (0, 1)}
    if several[0]:
        parts(found, listed, 0, "各区县")
    if several[1]:
        parts(found, listed, 1, "各险种")
    groups(found, sorted(listed, key=lambda line: -abs(line.change_yuan)), kpi)


def parts(found: Growth, listed: list[Line], place: int, title: str) -> None:
    """Each county or scheme by itself; they add up to all."""
    look.section(title, "万元；各自分解后相加；彼此之间人数的此消彼长在参保人数里")
    codes = dict.fromkeys(line.pool[place] for line in listed)
    rows = [(owner(code, place), total([line for line in listed if line.pool[place] == code])) for code in codes]
    heads = ("区县" if place == 0 else "险种", *HEADS, *(f"因{short(factor)}" for factor in found.factors))
    told = [row(name, line) for name, line in rows]
    look.markdown(look.grid(heads, "l" + "r" * (len(heads) - 1), [*told, map(strong, row("合计", total(listed)))]))


def owner(code: str, place: int) -> str:
    """The name of a county or a scheme, as a cell."""
    return look.safe(shared.named("county", code) if place == 0 and code != REST[0] else scheme_name(code))


def row(name: str, line: Line) -> tuple[str, ...]:
    years = (look.number(yuan / WAN) for yuan in (line.before_yuan, line.after_yuan))
    return name, *years, *(look.signed(yuan / WAN) for yuan in (line.change_yuan, *line.parts.values()))


def strong(text: str) -> str:
    return f"**{text}**"


def short(factor: str) -> str:
    return SHORT.get(factor, NAMES[factor])


def groups(found: Growth, listed: list[Line], kpi: str) -> None:
    """Every group; a tick leads to the rows behind it."""
    rows = who.told("rows", "；勾选一行看本期的明细行")
    look.section("各组", f"万元；险种、就医地、机构级别；每行、每列都相加；变动大的在前{rows}")
    columns = {"组": [group(line) for line in listed]} | amounts(found, listed, WAN)
    config = {head: MONEY if head in HEADS[:2] else SIGNED for head in columns if head != "组"}
    at = look.table(columns, config, key="groups", alt="各组住院费用的增减和因素，万元")
    if at is not None and who.opens("rows") and (query := query_of(listed[at], kpi)):
        st.switch_page(shared.link("rows"), query_params=query)


def group(line: Line) -> str:
    """居民县内二级; with its county where there are several."""
    county = shared.named("county", line.pool[0]) if line.pool[0] in shared.county().counties else ""
    return f"{county}{scheme_name(line.pool[1])} {''.join(group_name(line.group))}"


def query_of(line: Line, kpi: str) -> dict[str, str]:
    """The rows behind a group; nothing for one that has no code, or is made of several."""
    county, scheme = line.pool
    if REST in (line.pool, line.group) or None in (*line.pool, *line.group):
        return {}
    place, level = line.group
    return shared.rows_query(kpi, scheme=scheme, place=place, level=level, **({"county": county} if county else {}))


def amounts(found: Growth, listed: list[Line], divisor: int, unit: str = "") -> dict[str, list]:
    """{head: amounts} of the years, the change and each factor."""
    told = [(line.before_yuan, line.after_yuan, line.change_yuan, *line.parts.values()) for line in listed]
    heads = [*HEADS, *(f"因{short(factor)}" for factor in found.factors)]
    return {f"{head}{unit}": [each[n] / divisor for each in told] for n, head in enumerate(heads)}


def files(found: Growth) -> dict[str, dict[str, list]]:
    """All groups to the fen, and the factors."""
    listed = lines(found, FEN)
    known = [(owner_name(line), scheme_name(line.pool[1]), *group_name(line.group)) for line in listed]
    names = {head: [each[n] for each in known] for n, head in enumerate(("区县", "险种", "就医地", "机构级别"))}
    if not any(names["区县"]):
        del names["区县"]
    heads = ("因素", *HEADS[:2], "数值增减", "使总额增减（元）", "占增减（%）")
    factors = zip(*factor_rows(found, total(listed)), strict=True)
    return {
        "增长归因各组": names | amounts(found, listed, 1, "（元）"),
        "增长归因各因素": dict(zip(heads, map(list, factors), strict=True)),
    }


def owner_name(line: Line) -> str:
    return shared.named("county", line.pool[0]) if line.pool[0] in shared.county().counties else ""
