"""The KPI card: value, change and what it means, two years of months, target, definition and the way to the rows."""

import streamlit as st

import pipelines
from pipelines import wording
from reports.charts.spark import spark
from reports.document import Card, Cards
from reports.quoting import Ref, printed
from views import annotations, marks, noting, run, sheet, words


def cards(
    figures, contexts: dict[str, str] | None = None, across: int = 4, names: dict[int, str] | None = None
) -> None:
    """Cards in rows of `across`. contexts: one line by KPI id, else what the target says; names: by place."""
    contexts, names = contexts or {}, names or {}
    noting.told()
    for start in range(0, len(figures), across):
        group = figures[start : start + across]
        for place, (column, figure) in enumerate(zip(st.columns(across), group, strict=False), start):
            with column:
                card(figure, contexts.get(figure.kpi.id), names.get(place, ""))
    annotations.under("figure", (ref_of(f, *asked()).key for f in figures), run.period())


def asked() -> tuple:
    """The months, the scheme and the county that were picked."""
    return run.period(), run.scheme(), run.picked_county()


def card(figure, context: str | None = None, name: str = "") -> None:
    """figure: a Figure asked for with history=24. context None: what the target says."""
    name = name or figure.kpi.name_zh
    context = words.target_words(figure) if context is None else context
    sheet.shows(printed_card, figure, name, context, asked())
    with st.container(key=f"card-{figure.kpi.id}-{name}", border=True, height="stretch", gap="xxsmall"):
        card_head(figure, name)
        card_value(figure, name)
        alt = f"{name}逐月走势，{words.said(figure)}；{context}"
        st.image(small_picture(figure), width="stretch", alt=alt)
        st.caption(context)


def small_picture(figure) -> str:
    return spark(*words.two_years(figure.months), *aim(figure))


def ref_of(figure, months, scheme: str, county: str = run.ALL) -> Ref:
    """Which figure it is. scheme, county: those picked, where a KPI has them."""
    picked = {"scheme": scheme, "county": county}
    where = {dim: code for dim, code in picked.items() if dim in run.levels_of(figure.kpi)} | figure.dims
    all_of = {dim for dim in picked if where.get(dim) == run.ALL}
    return Ref.of(figure.kpi.id, months, **{dim: code for dim, code in where.items() if code and dim not in all_of})


def printed_card(figure, name: str, context: str, asked: tuple) -> list[Cards]:
    """The card in a document: it knows which figure it is. asked: the months, the scheme and the county picked."""
    kpi = figure.kpi
    quote = printed(ref_of(figure, *asked), figure)
    tone, meaning = words.verdict(figure)
    value = words.number(words.shown(kpi, figure.value), words.digits(kpi))
    change = words.changed(figure)
    meaning = meaning if change else marks.plainly(words.safe(figure.missing) or last_year(figure))
    said = marks.plainly(context)
    return [Cards((Card(name, value, kpi.display_unit, change, meaning, said, small_picture(figure), tone, quote),))]


def card_value(figure, name: str) -> None:
    kpi = figure.kpi
    value = words.number(words.shown(kpi, figure.value), words.digits(kpi))
    value = f"{value} :small[:gray[{kpi.display_unit}]]"
    colour, meaning = words.verdict(figure)
    change = None if figure.change is None else words.amount_of_change(figure)
    st.metric(
        name,
        value,
        change,
        delta_color=colour,
        delta_arrow="off" if not figure.change else "up" if figure.change > 0 else "down",
        delta_description=meaning if change else None,
        label_visibility="collapsed",
    )
    if change is None:
        st.caption(words.safe(figure.missing) or last_year(figure))


def last_year(figure) -> str:
    """Why there is no change: last year is unknown or hidden, or it was 0."""
    if figure.year_ago is None:
        return f"上年同期{words.safe(figure.missing_year_ago) or '没有数据'}"
    return f"上年同期 {words.number(words.shown(figure.kpi, figure.year_ago), words.digits(figure.kpi))}"


def card_head(figure, name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap=None, wrap=False, key=f"head-{name}"):
        st.markdown(f":gray[{name}]", width="stretch")
        with st.popover(":gray[口径]", type="tertiary"):
            definition(figure)
            key = ref_of(figure, *asked()).key
            annotations.write("figure", key, run.period(), f"{figure.kpi.id}-{name}")


def definition(figure, titled: bool = True) -> None:
    """口径: the sentence, the formula with its two actual numbers, the clause, the batches, the way to the rows.

    titled: behind a button; without a title it is part of the page, and of its document.
    """
    kpi = figure.kpi
    title = f"**{words.safe(kpi.name_zh)}**  \n" if titled else ""
    told = [title + words.safe(kpi.definition), formula_grid(figure)]
    notes = [words.safe(figure.missing)] if figure.missing else []
    notes.append(f"来源：{words.safe(kpi.source)}  \n批次：{batches(kpi)}")
    for draw, style, texts in ((st.markdown, "body", told), (st.caption, "note", notes)):
        for text in texts:
            draw(text)
            if not titled:
                sheet.shows(marks.blocks, text, style)
    query = run.rows_query(kpi.id, **{dim: code for dim, code in figure.dims.items() if code is not None})
    run.page_link(
        "rows", label="看背后的行", icon=":material/arrow_forward:", icon_position="right", query_params=query
    )


def formula_grid(figure) -> str:
    """分子 and 分母: how each is counted, and its value now."""
    kpi = figure.kpi
    if kpi.typed:
        return words.grid(("项", "怎样算"), "ll", [("算法", "由历史指标表手工填报，没有明细")])
    rows = [formula_row("分子" if kpi.denominator else "算法", kpi.numerator, figure.numerator)]
    if kpi.denominator:
        rows.append(formula_row("分母", kpi.denominator, figure.denominator))
    return words.grid(("项", "怎样算", "数值"), "llr", rows)


def formula_row(name: str, expression: str, value) -> tuple[str, str, str]:
    unit = run.unit_of(expression)
    if unit == "元" and value is not None and abs(value) >= 10000:
        said = words.with_unit(value / 10000, "万元")
    else:
        said = words.with_unit(value, unit, 2 if unit == "元" else 0)
    return name, words.safe(wording.expression(expression)), said


def batches(kpi) -> str:
    """The uploads behind a KPI in the period: each table once, with its batch numbers."""
    tables: dict[str, dict[str, None]] = {}
    for table, _, batch in pipelines.sources(run.county(), kpi, run.period()):
        tables.setdefault(table, {})[batch] = None
    return "；".join(f"{words.safe(table)} {batch_list(list(found))}" for table, found in tables.items()) or "没有批次"


def batch_list(found: list[str]) -> str:
    return "、".join(map(words.safe, found[-2:])) + (f" 等 {len(found)} 批" if len(found) > 2 else "")


def aim(figure) -> tuple:
    """(value, target, whether more is better) for the bullet, or nothing."""
    if figure.target is None or figure.value is None:
        return ()
    return float(figure.value), float(figure.target), words.more_is_better(figure.kpi)
