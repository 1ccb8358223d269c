"""Rows as the lines of a CSV, put together by the engine: very many of them, without each cell passing through Python.

A cell reads as pipelines.spreadsheets would write it: text that a spreadsheet would run gets an apostrophe in front.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
from pyarrow.compute import binary_join

from pipelines.engine import literal, name
from pipelines.side_by_side import under_way
from pipelines.spreadsheets import FORMULA

PORTION = 20_000  # lines at a time


@dataclass(frozen=True)
class Told:
    """How a column stands in a file. words: what its codes are called; several: a cell holds several, behind each
    other; days: what a day is written as, in the letters of strftime.
    """

    head: str
    words: Mapping[str, str] = field(default_factory=dict)
    several: bool = False
    days: str = ""


def lines(
    cursor, query: str, parameters: list, told: Mapping[str, Told], heads: bool = True
) -> Iterator[tuple[int, bytes]]:
    """(lines, their bytes in UTF-8), portion by portion; with heads, first those, which are no line of rows.

    told: the columns that the file has, by their keys; those that the query does not have are left out.
    """
    columns = cursor.execute(f"select column_name, column_type from (describe {query})", parameters).fetchall()
    kept = [(key, kind) for key, kind in columns if key in told]
    if heads:
        named = ", ".join(quoted(literal(told[key].head)) for key, _ in kept)
        ((first,),) = cursor.execute(f"select concat_ws(',', {named})").fetchall()
        yield 0, f"{first}\r\n".encode()
    cells = ", ',', ".join(cell(name(key), kind, told[key]) for key, kind in kept)
    found = under_way(cursor).sql(f"select concat({cells}, chr(13), chr(10)) from ({query})", params=parameters)
    for batch in found.to_arrow_reader(PORTION):
        every = pa.ListArray.from_arrays([0, batch.num_rows], batch.column(0))
        yield batch.num_rows, binary_join(every, "")[0].as_buffer().to_pybytes()


def cell(column: str, kind: str, told: Told) -> str:
    """SQL of a cell's text, null where it is empty."""
    if kind == "DATE":
        return f"strftime({column}, {literal(told.days)})" if told.days else column
    return quoted(worded(column, told)) if kind == "VARCHAR" else column


def worded(column: str, told: Told) -> str:
    """SQL of a code's name; a code without one stays as it is."""
    if not told.words:
        return column
    names = " ".join(f"when {literal(code)} then {literal(words)}" for code, words in told.words.items())
    if not told.several:
        return f"case {column} {names} else {column} end"
    each = f"list_transform(string_split({column}, ';'), lambda code: case code {names} else code end)"
    return f"array_to_string({each}, '、')"


def quoted(text: str) -> str:
    """SQL of a text as a cell: harmless, and in quotes where it has to be."""
    runs = f"regexp_matches({text}, {literal(f'^(?:{FORMULA.pattern})')})"
    safe = f"case when {runs} then concat('''', {text}) else {text} end"
    in_quotes = f"""concat('"', replace({safe}, '"', '""'), '"')"""
    return f"""case when regexp_matches({text}, '[",\\r\\n]') then {in_quotes} else {safe} end"""
