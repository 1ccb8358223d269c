"""The query that types a file: text cells in, typed columns and flags out. Built from the contract, run by staging."""

from pipelines import values
from pipelines.contracts import Column, Rule, common
from pipelines.decode import LONGEST_LINE, Decoded
from pipelines.engine import literal, name
from pipelines.recognise import Recognised

RAGGED = ", null_padding = true, parallel = false"


def strict_rows(decoded: Decoded, reading: Recognised) -> str:
    """SELECT every column of the contract; the first unreadable cell or broken rule raises an error.

    This is the path of a clean file: it carries no flags, which would cost a third of the load.
    """
    columns = reading.contract.columns.values()
    cells = f"select * from {scan(decoded, reading)} where not {skip_condition(reading)}"
    raw = [f"{cell_of(reading, c)} as {name('raw_' + c.key)}" for c in present(reading)]
    read = [f"{typed(reading, c)} as {name(c.key)}" for c in present(reading)]
    settled = ", ".join(strict(reading, column) for column in columns)
    inner = f"select {settled} from (select {', '.join([*raw, *read])} from ({cells}) cells {joins(reading)})"
    firm = conditions(rule for rule in rules(reading) if rule.severity != "analytical")
    key = name(reading.layout.unique[0])
    return f"select * replace (case when {firm} then {key} else error('rule') end as {key}) from ({inner})"


def strict(reading: Recognised, column: Column) -> str:
    """A column as stored, or an error where its cell is filled and unreadable, or blank and required."""
    if column.key not in reading.sources:
        return final(reading, column)
    raw, value = name("raw_" + column.key), name(column.key)
    unread = "true" if column.required else filled(raw)
    checks = [value, f"case when {unread} then cast(error('cell') as {values.sql_type(column)}) end"]
    if column.free:
        personal = " or ".join(f"regexp_matches({raw}, {literal(p)})" for p in common().forbidden_text)
        checks = [f"case when coalesce({personal}, false) then error('cell') else {value} end", *checks[1:]]
    if column.blank not in (None, "null"):
        checks.append(f"cast({literal(column.blank)} as {values.sql_type(column)})")
    return f"coalesce({', '.join(checks)}) as {value}"


def flagged(decoded: Decoded, reading: Recognised, how: str = "") -> str:
    """Row number, raw and typed cells side by side, and whether the row is no data (blank, total, note)."""
    columns = present(reading)
    raw = [f"{cell_of(reading, c)} as {name('raw_' + c.key)}" for c in columns]
    read = [f"{typed(reading, c)} as {name(c.key)}" for c in columns]
    cells = f"select row_number() over () as row_in_file, * from {scan(decoded, reading, how)}"
    picked = ", ".join(["row_in_file", f"{skip_condition(reading)} as is_skipped", *raw, *read])
    return f"select {picked} from ({cells}) cells {joins(reading)}"


def scan(decoded: Decoded, reading: Recognised, how: str = "") -> str:
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(reading.width))
    return (
        f"read_csv({literal(decoded.path)}, columns = {{{columns}}}, header = false, skip = {reading.header_line}, "
        f"delim = {literal(decoded.delimiter)}, quote = '\"', escape = '\"', auto_detect = false, strict_mode = true, "
        f"max_line_size = {LONGEST_LINE}{how})"
    )


def present(reading: Recognised) -> list[Column]:
    return [reading.layout.columns[key] for key in reading.sources]


def cell_of(reading: Recognised, column: Column) -> str:
    """The text of a column's cell; 年份 and 月份 come as 2026-1, whether the cells say 2026 and 1 or 2026年 and 1月."""
    cells = [f"c{i}" for i in reading.sources[column.key].cells]
    return cells[0] if len(cells) == 1 else f"rtrim(trim({cells[0]}), '年') || '-' || rtrim(trim({cells[1]}), '月')"


def typed(reading: Recognised, column: Column) -> str:
    word = f"{name('w_' + column.key)}.code"
    return values.typed(column, cell_of(reading, column), reading.sources[column.key].scale, word)


def list_of(column: Column) -> str | None:
    """The code list whose words a column's cells may be."""
    return {"flag": "flag", "indicator": "indicator"}.get(column.type, column.list)


def joins(reading: Recognised) -> str:
    coded = [c for c in present(reading) if list_of(c) and c.type != "codes"]
    return " ".join(
        f"left join {name('words_' + list_of(c))} {name('w_' + c.key)} "
        f"on {name('w_' + c.key)}.word = trim({cell_of(reading, c)})"
        for c in coded
    )


def skip_condition(reading: Recognised) -> str:
    """Blank rows, totals and notes; the first cell that holds anything says which."""
    cells = [f"c{i}" for i in range(reading.width)]
    first = f"coalesce({', '.join(f'''nullif(trim({c}), '')''' for c in cells[:3])}, '')"
    bare = f"replace(replace({first}, ' ', ''), '　', '')"
    totals = ", ".join(literal(word) for word in common().total_words)
    notes = " or ".join(f"starts_with({first}, {literal(word)})" for word in common().note_words)
    return f"({bare} in ({totals}) or {notes} or coalesce({', '.join(cells)}) is null)"


def bad_cell(column: Column) -> str:
    """Something written that could not be read, or nothing written where something must be."""
    raw, value = name("raw_" + column.key), name(column.key)
    unread = "true" if column.required else filled(raw)
    conditions = [f"case when {value} is null then {unread} else false end"]
    if column.free:
        conditions += [f"coalesce(regexp_matches({raw}, {literal(p)}), false)" for p in common().forbidden_text]
    return " or ".join(conditions)


def filled(raw: str) -> str:
    return f"coalesce(trim({raw}) <> '', false)"


def final(reading: Recognised, column: Column) -> str:
    """A column as stored: NULL if the file lacks it, its stated value where a cell is blank."""
    if column.key not in reading.sources:
        default = literal(column.blank) if column.type == "flag" and column.blank else "null"
        return f"cast({default} as {values.sql_type(column)}) as {name(column.key)}"
    if column.blank in (None, "null"):
        return name(column.key)
    default = f"cast({literal(column.blank)} as {values.sql_type(column)})"
    return f"coalesce({name(column.key)}, {default}) as {name(column.key)}"


def rules(reading: Recognised) -> list[Rule]:
    return [rule for rule in reading.contract.rules if rule.layout in (None, reading.layout.name)]


def conditions(chosen) -> str:
    """All rules at once; a rule that can't be decided (a blank cell) is met."""
    return " and ".join(f"coalesce({rule.sql}, true)" for rule in chosen) or "true"
