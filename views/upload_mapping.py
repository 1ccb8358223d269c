"""Headers that no template knows: matched by hand with its columns, and remembered for the next file of that source."""

from dataclasses import replace

import streamlit as st

from pipelines.handbook.templates import every_layout, spoken
from pipelines.uploads.headers import plain
from pipelines.uploads.mapping import Mapping, header_candidates, proposed
from pipelines.uploads.recognise import year_and_month
from views import look
from views.upload_desk import Desk

SKIP, SAMPLES = "", 3


def show(desk: Desk, tried) -> None:
    """The form: open for a file of no known table, folded for one that was recognised."""
    staged = tried.staged
    if not staged.head:
        return
    if not staged.table:
        st.subheader("手工对应", anchor=False)
        st.caption("选这是哪张表，再说每一列是什么；装入后记住，同一来源的文件下次自动认出")
        form(desk, tried)
    elif staged.ignored or staged.mapping or tried.state == "refused":
        with st.expander("列认得不对？手工对应", expanded=not staged.read and tried.state == "refused"):
            form(desk, tried)


def form(desk: Desk, tried) -> None:
    staged, key = tried.staged, tried.name
    layouts = {f"{c.table}/{layout.name}": (c, layout) for c, layout in every_layout()}
    left, right = st.columns(2, gap="medium")
    begin = f"{staged.table}/{staged.layout}" if staged.table else likeliest(staged, layouts)
    chosen = left.selectbox(
        "这是哪张表",
        list(layouts),
        index=list(layouts).index(begin),
        format_func=lambda code: spoken(*layouts[code]),
        key=f"map-table-{key}",
    )
    line = header_line(staged, right, key)
    header = list(dict.fromkeys(cell.strip() for cell in staged.head[line - 1] if cell.strip()))
    contract, layout = layouts[chosen]
    sure = staged.table == contract.table
    guess = known(staged) if sure else proposed(tuple(header), layout)
    with st.form(f"map-{key}", border=True):
        values = {cell: samples(staged, line, cell) for cell in header}
        picked = rows(values, layout, guess, f"{key}-{chosen}-{line}", sure)
        sent = st.form_submit_button("按此读入", type="primary")
    if sent:
        submit(desk, tried.name, Mapping(contract.table, layout.name, picked), layout)


def known(staged) -> dict[str, str]:
    """Source header -> column key, as the file was read."""
    return {own: key for key, own in staged.headers.items()} | staged.mapping


def likeliest(staged, layouts: dict) -> str:
    """The table most of whose columns look like the file's headers."""
    header = staged.header or staged.head[0]
    return max(layouts, key=lambda code: len(proposed(header, layouts[code][1])))


def header_line(staged, place, key: str) -> int:
    """The line of the header, 1 = first."""
    lines = sorted(header_candidates(staged.head)) or [1]
    begin = staged.header_line if staged.header_line in lines else lines[0]
    words = {n: f"第 {n} 行：{'、'.join(c.strip() for c in staged.head[n - 1] if c.strip())[:40]}" for n in lines}
    return place.selectbox(
        "表头在哪一行", lines, index=lines.index(begin), format_func=words.get, key=f"map-line-{key}"
    )


def samples(staged, line: int, cell: str) -> str:
    """The first values under a header."""
    at = [c.strip() for c in staged.head[line - 1]].index(cell)
    found = [cells[at].strip() for cells in staged.head[line:] if at < len(cells) and cells[at].strip()]
    return "、".join(found[:SAMPLES])


def rows(values: dict[str, str], layout, guess: dict, key: str, sure: bool) -> dict[str, str]:
    """{header: column key}: the headers that nobody knows yet first; the known ones, if they are sure, folded away."""
    known_ones = [cell for cell in values if sure and guess.get(cell) in layout.columns]
    unknown = [cell for cell in values if cell not in known_ones]
    picked = {cell: row(cell, values[cell], layout, guess, key) for cell in unknown}
    if known_ones:
        with st.expander(f"已认出 {len(known_ones)} 列；认错的在这里改", expanded=not unknown):
            picked |= {cell: row(cell, values[cell], layout, guess, key) for cell in known_ones}
    return {cell: picked[cell] for cell in values}


def offered(layout, guess: dict) -> list[str]:
    """The columns to choose from: those that no header feeds yet first, what every file must have before the rest."""
    taken = set(guess.values())
    return [SKIP, *sorted(layout.columns, key=lambda key: (key in taken, not layout.columns[key].required))]


def row(cell: str, values: str, layout, guess: dict, key: str) -> str:
    """One header: its name, sample values, the column it is; returns the column's key, '' for none."""
    name, sample, choice = st.columns([4, 5, 5], vertical_alignment="center", gap="small")
    name.markdown(f"**{look.safe(cell)}**")
    sample.markdown(f":gray[{look.safe(values) or '空'}]")
    codes = offered(layout, guess)
    words = {SKIP: "不读"} | {c.key: c.header + ("（必填）" if c.required else "") for c in layout.columns.values()}
    return choice.selectbox(
        cell,
        codes,
        index=codes.index(guess.get(cell, SKIP)) if guess.get(cell, SKIP) in codes else 0,
        format_func=words.get,
        key=f"map-{key}-{cell}",
        label_visibility="collapsed",
    )


def apart_from_months(mapping: Mapping, layout) -> tuple[Mapping, list[str]]:
    """Without 年份 and 月份, which are a month together and read by their own words; and which month."""
    heads, taken = list(mapping.columns), set(mapping.columns.values())
    wanted = [c.key for c in layout.columns.values() if c.type == "month" and c.key not in taken]
    found = {key: source for want in wanted for key, source in year_and_month(want, list(map(plain, heads))).items()}
    parts = {heads[at] for source in found.values() for at in source.cells}
    if any(mapping.columns[head] for head in parts):
        return mapping, []
    return replace(mapping, columns={h: k for h, k in mapping.columns.items() if h not in parts}), list(found)


def submit(desk: Desk, name: str, mapping: Mapping, layout) -> None:
    mapping, months = apart_from_months(mapping, layout)
    keys = [*months, *(key for key in mapping.columns.values() if key)]
    double = [layout.columns[key].header for key in dict.fromkeys(keys) if keys.count(key) > 1]
    lacking = [c.header for c in layout.columns.values() if c.required and c.key not in keys]
    if double:
        st.error(f"“{look.safe(double[0])}”对应了两列；一列只能对应一次。", icon=":material/error:")
    elif lacking:
        st.error(f"必填的列还没有对应：{look.safe('、'.join(lacking))}。", icon=":material/error:")
    else:
        desk.map(name, mapping)
        st.rerun()
