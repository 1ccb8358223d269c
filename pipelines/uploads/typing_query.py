"""The query that types a file: text cells in, typed columns and flags out. Built from the contract, run by staging."""

from pipelines.contracts import Column, Rule, common
from pipelines.engine import literal, name
from pipelines.uploads import values
from pipelines.uploads.decode import LONGEST_LINE, Decoded
from pipelines.uploads.recognise import Recognised

PAGE = "^第 *[0-9]+ *页"
AMOUNTS = ("money", "count", "decimal", "multiple")
RAGGED = ", null_padding = true, parallel = false"


def strict_rows(decoded: Decoded, reading: Recognised) -> str:
    """SELECT every column of the contract; the first unreadable cell or broken rule raises an error.

    This is the path of a clean file: it carries no flags, which would cost a third of the load.
    """
    cells = f"select * from {scan(decoded, reading)} where not {skip_condition(reading)}"
    settled = ", ".join(strict(reading, column) for column in reading.contract.columns.values())
    inner = f"select {settled} from ({cells}) cells {joins(reading)}"
    firm = conditions(firm_rules(reading))
    key = name(reading.layout.unique[0])
    return f"select * replace (case when {firm} then {key} else error('rule') end as {key}) from ({inner})"


def strict(reading: Recognised, column: Column) -> str:
    """A column as stored, or an error where its cell is filled and unreadable, or blank and required."""
    if column.key not in reading.sources:
        return final(reading, column)
    cell, error = cell_of(reading, column), f"cast(error('cell') as {stored_type(column)})"
    unread = "true" if column.required else filled(cell)
    value = f"coalesce({typed(reading, column)}, case when {unread} then {error} end, {default(column)})"
    if column.free:
        personal = " or ".join(f"regexp_matches({cell}, {literal(p)})" for p in common().forbidden_text)
        value = f"case when coalesce({personal}, false) then {error} else {value} end"
    return f"{value} as {name(column.key)}"


def flagged(decoded: Decoded, reading: Recognised, how: str = "") -> str:
    """SELECT row_in_file and every column of each data row, with bad_cells and broken_rules: NULL, or a flag for each.

    bad_cells goes by the columns that the file has, broken_rules by firm_rules; a rule over a row whose cells can't be
    read says nothing.
    """
    columns = present(reading)
    raw = [f"{cell_of(reading, c)} as {name('raw_' + c.key)}" for c in columns]
    read = [f"{typed(reading, c)} as {name(c.key)}" for c in columns]
    cells = f"select row_number() over () as row_in_file, * from {scan(decoded, reading, how)}"
    picked = f"select {', '.join(['row_in_file', *raw, *read])} from ({cells}) cells {joins(reading)}"
    settled = ", ".join(final(reading, c) for c in reading.contract.columns.values())
    bad = ", ".join(f"({bad_cell(c)})" for c in columns)
    broken = ", ".join(f"not ({conditions([rule])})" for rule in firm_rules(reading)) or "false"
    return (
        f"select * replace (case when list_bool_or(bad_cells) then bad_cells end as bad_cells), "
        f"case when not list_bool_or(bad_cells) and list_bool_or([{broken}]) then [{broken}] end as broken_rules "
        f"from (select row_in_file, [{bad}] as bad_cells, {settled} "
        f"from ({picked} where not {skip_condition(reading)}))"
    )


def scan(decoded: Decoded, reading: Recognised, how: str = "") -> str:
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(reading.width))
    above = sum(end <= reading.header_line for end in decoded.ends)  # the engine counts rows, not lines
    return (
        f"read_csv({literal(decoded.path)}, columns = {{{columns}}}, header = false, skip = {above}, "
        f"delim = {literal(decoded.delimiter)}, quote = '\"', escape = '\"', auto_detect = false, strict_mode = true, "
        f"max_line_size = {LONGEST_LINE}{how})"
    )


def present(reading: Recognised) -> list[Column]:
    return [reading.layout.columns[key] for key in reading.sources]


def cell_of(reading: Recognised, column: Column) -> str:
    """The text of a column's cell; 年份 and 月份 come as 2026-1, whether the cells say 2026 and 1 or 2026年 and 1月."""
    cells = [f"c{i}" for i in reading.sources[column.key].cells]
    return (
        cells[0]
        if len(cells) == 1
        else f"rtrim({values.bare(cells[0])}, '年') || '-' || rtrim({values.bare(cells[1])}, '月')"
    )


def cells_of(reading: Recognised, cells: tuple[str, ...]) -> dict[str, str]:
    """Column key -> the text of its cell in a line of the file: what cell_of is to the engine."""
    at = dict(enumerate(cells))
    parts = {key: [at.get(i, "") for i in source.cells] for key, source in reading.sources.items()}
    return {key: joined(texts) if len(texts) > 1 else texts[0] for key, texts in parts.items()}


def joined(texts: list[str]) -> str:
    year, month = (text.strip(values.SPACES) for text in texts)
    return f"{year.rstrip('年')}-{month.rstrip('月')}" if year and month else ""


def typed(reading: Recognised, column: Column) -> str:
    word = f"{name('w_' + column.key)}.code"
    return values.typed(column, cell_of(reading, column), reading.sources[column.key].scale, word)


def joins(reading: Recognised) -> str:
    coded = [c for c in present(reading) if values.list_of(c) and c.type != "codes"]
    return " ".join(
        f"left join {name('words_' + values.list_of(c))} {name('w_' + c.key)} "
        f"on {name('w_' + c.key)}.word = {cell_of(reading, c)}"
        for c in coded
    )


def skip_condition(reading: Recognised) -> str:
    """Blank rows, totals, notes and repeated headers; of rows that begin with a Latin letter or digit only the last.

    left.kind_of says the same in Python.
    """
    cells = [f"c{i}" for i in range(reading.width)]
    first = f"coalesce({', '.join(f'''nullif({values.bare(c)}, '')''' for c in cells[:3])}, '')"
    bare = f"replace(replace({first}, ' ', ''), '　', '')"
    totals = ", ".join(literal(word) for word in common().total_words)
    notes = " or ".join(f"starts_with({first}, {literal(word)})" for word in common().note_words)
    blank = f"trim(concat({', '.join(cells)}), '{values.SPACES}') = ''"
    again = {line: f"when {same_cells(line, reading.width)} then true" for line in reading.above}
    latin = " ".join(same for line, same in again.items() if "!" <= line[0] <= "~")
    others = " ".join(same for line, same in again.items() if not "!" <= line[0] <= "~")
    patient = (
        f"case {others} when {first} = '' then {blank} "
        f"else {bare} in ({totals}) or (({notes} or regexp_matches({first}, {literal(PAGE)})) "
        f"and not {like_data(reading)}) end"
    )
    return f"(case {latin} when c0 between '!' and '~' then false else {patient} end)"


def like_data(reading: Recognised) -> str:
    """Whether a row has all that a row is never without: its first cell may be 备注001, a note it is not."""
    needed = reading.needed
    if len(needed) < 3:  # 制表：王, 审核：李 fills two
        return "false"
    filled = [f"coalesce({values.bare(f'c{at}')}, '') <> ''" for _, at in needed]
    digits = [f"regexp_matches(c{at}, '[0-9]')" for column, at in needed if column.type in AMOUNTS]
    return f"({' and '.join([*filled, *digits])})"


def same_cells(line: tuple[str, ...], width: int) -> str:
    """Whether a row is this line over again."""
    cells = [*line[:width], *[""] * (width - len(line))]
    return " and ".join(f"coalesce(c{i}, '') = {literal(cell)}" for i, cell in enumerate(cells))


def bad_cell(column: Column) -> str:
    """Something written that could not be read, or nothing written where something must be."""
    raw, value = name("raw_" + column.key), name(column.key)
    unread = "true" if column.required else filled(raw)
    conditions = [f"case when {value} is null then {unread} else false end"]
    if column.free:
        conditions += [f"coalesce(regexp_matches({raw}, {literal(p)}), false)" for p in common().forbidden_text]
    return " or ".join(conditions)


def filled(raw: str) -> str:
    return f"coalesce({values.bare(raw)} <> '', false)"


def final(reading: Recognised, column: Column) -> str:
    """A column as stored: NULL if the file lacks it, its stated value where a cell is blank."""
    if column.key not in reading.sources:
        lacking = default(column) if column.type == "flag" else f"cast(null as {stored_type(column)})"
        return f"{lacking} as {name(column.key)}"
    return f"coalesce({name(column.key)}, {default(column)}) as {name(column.key)}"


def default(column: Column) -> str:
    """What a blank cell of the column means."""
    stated = "null" if column.blank in (None, "null") else literal(column.blank)
    return f"cast({stated} as {stored_type(column)})"


def stored_type(column: Column) -> str:
    """The type of a column while it is read: the codes of a closed list are an ENUM, which is quick to write."""
    closed = column.type in ("code", "flag", "indicator") and not column.prefix
    return name("code_" + values.list_of(column)) if closed else values.sql_type(column)


def rules(reading: Recognised) -> list[Rule]:
    """The rules that a file of this layout and these columns must meet."""
    fitting = [rule for rule in reading.contract.rules if rule.layout in (None, reading.layout.name)]
    return [rule for rule in fitting if not rule.beside or set(rule.beside) & set(reading.sources)]


def firm_rules(reading: Recognised) -> list[Rule]:
    """The rules that keep a row out."""
    return [rule for rule in rules(reading) if rule.severity != "analytical"]


def conditions(chosen) -> str:
    """All rules at once; a rule that can't be decided (a blank cell) is met."""
    return " and ".join(f"coalesce({rule.sql}, true)" for rule in chosen) or "true"
