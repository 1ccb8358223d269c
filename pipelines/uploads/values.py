"""How a cell becomes a value, as SQL: one expression per column type, fast for clean cells, patient with the rest.

Every expression gives NULL for what it can't read; staging then reports the cell. Nothing is rounded or guessed:
a money cell with a third decimal is a problem, not a rounding.
"""

from pipelines.contracts import Column

# 全角数字, 货币符号 and 千分位 are taken away only where the plain reading fails. A comma stands before three digits:
# 1,5 may be a decimal comma and is a problem.
SPACES = " \t　\u00a0"
TIDY = "trim(translate({c}, '０１２３４５６７８９．－，（）￥¥\t', '0123456789.-,()'))"
SIGNED = "regexp_replace(regexp_replace({c}, '^[(]([^-].*)[)]$', '-\\1'), '元$', '')"
YEAR_FIRST = "'^([0-9]{4})(年|[-/.])([0-9]{1,2})(月|[-/.])([0-9]{1,2})日?([ T](上午|下午)?[ ]?[0-9:.]+)?$'"
COMPACT = "'^[0-9]{8}([0-9]{6}|[ T][0-9:.]+)?$'"

SQL_TYPES = {
    "money": "decimal(18, 2)",
    "decimal": "decimal(18, 4)",
    "multiple": "decimal(18, 4)",
    "count": "bigint",
    "year": "integer",
    "date": "date",
    "month": "date",
    "person": "bigint",
}

WANTED = {
    "money": "应为金额（元），最多两位小数，如 1200.00",
    "decimal": "应为数字，如 49.60",
    "multiple": "应为倍数，如 1 或 3.85",
    "count": "应为整数，如 128",
    "date": "应为日期，如 2026-01-31、2026/1/31 或 20260131",
    "month": "应为年月，如 2026-01 或 202601",
    "year": "应为四位年份，如 2026",
    "institution": "应为 12 位机构编码：H 或 P 加 11 位数字，如 H99010100001",
    "county": "应为 6 位医保区划代码，如 330102",
    "flag": "应为 1 或 0（是或否）",
    "person": "应为完整的人员编号",
}
POWER = "^-?[0-9]+([.][0-9]+)?[eE][+][0-9]{1,3}$"
FAILED = "^#(REF!|N/A|DIV/0!|VALUE!|NAME[?]|NUM!|NULL!|SPILL!|CALC!|ERROR!|公式没有结果!)$"
NO_RESULT = "单元格里的公式出错或没有算出结果；请在 Excel 中改好再上传"
PERSON_BITS = 60  # of a pseudonym
SHORTENED = "号码被 Excel 改成了科学计数，原来的数字已经丢失；请从系统重新导出，打开前把这一列设为文本"


def list_of(column: Column) -> str | None:
    """The code list whose words a column's cells may be."""
    return {"flag": "flag", "indicator": "indicator"}.get(column.type, column.list)


def sql_type(column: Column) -> str:
    """The DuckDB type of a typed column."""
    return SQL_TYPES.get(column.type, "varchar")


def typed(column: Column, cell: str, scale: int = 1, word: str = "") -> str:
    """SQL that reads cell (a VARCHAR expression) as the column's type; word: where the list's join puts its code."""
    makers = {
        "money": money,
        "decimal": decimal,
        "multiple": multiple,
        "count": count,
        "date": date,
        "month": month,
        "year": year,
        "institution": institution,
        "county": county,
        "person": person,
        "text": text,
    }
    if column.type in ("code", "flag", "indicator"):
        return code(column, cell, word)
    if column.type == "codes":
        return codes(column, cell)
    return makers[column.type](cell, scale)


def quick(cell: str, sql_type: str, zero: str, patient: str) -> str:
    """A cell that its value is written as was read right; any other is read patiently. zero: how most cells look."""
    value = f"try_cast({cell} as {sql_type})"
    odd = f"coalesce(cast({value} as varchar), '') <> {cell}"
    return f"case when {cell} = '{zero}' then 0 when {odd} then {patient} else {value} end"


def bare(cell: str) -> str:
    """The cell without spaces and tabs around it: exports put a tab behind a number so that Excel keeps it as text."""
    return f"trim({cell}, '{SPACES}')"


def text(cell: str, scale: int = 1) -> str:
    """The cell without spaces around it; NULL if nothing is left, or for what Excel made 5.11E+17 or #N/A of.

    trim() is slow: only cells with a space need it.
    """
    odd = " or ".join(f"contains({cell}, '{sign}')" for sign in (*SPACES, "+", "#"))
    lost = f"regexp_matches({bare(cell)}, '{POWER}') or regexp_matches({bare(cell)}, '{FAILED}')"
    tidy = f"case when not ({lost}) then nullif({bare(cell)}, '') end"
    return f"case when {odd} then {tidy} when {cell} <> '' then {cell} end"


def number(cell: str, sql_type: str, digits: int, scale: int = 1) -> str:
    """A written number times scale, NULL if it has more decimals; never through DOUBLE, never 1e3 or 1_000."""
    written = digits + {1: 0, 100: 2, 10_000: 4}[scale]
    decimals = f"[0-9]{{1,{written}}}0{{0,{8 - written}}}" if written else "0{1,8}"
    pattern = f"^-?([0-9]{{1,14}}|[0-9]{{1,3}}(,[0-9]{{3}}){{1,4}})([.]{decimals})?$"
    found = f"regexp_extract({SIGNED.format(c=TIDY.format(c=cell))}, '{pattern}')"
    value = f"try_cast(nullif(replace({found}, ',', ''), '') as decimal(24, 8))"
    return f"try_cast({value if scale == 1 else f'{value} * {scale}'} as {sql_type})"


def money(cell: str, scale: int = 1) -> str:
    """Yuan, exact to the fen. A header in 万元 multiplies before anything is rounded."""
    patient = number(cell, "decimal(18, 2)", 2, scale)
    return quick(cell, "decimal(16, 2)", "0.00", patient) if scale == 1 else patient


def decimal(cell: str, scale: int = 1) -> str:
    """A number, with or without a % sign behind; a header in 小数 (0.496) multiplies by 100 and bears no % sign."""
    plain = cell if scale != 1 else f"regexp_replace({bare(cell)}, '[%％]$', '')"
    return number(plain, "decimal(18, 4)", 4, scale)


def multiple(cell: str, scale: int = 1) -> str:
    """A number without a % sign: 200% is twice as much, and would be read as two hundred times."""
    return number(bare(cell), "decimal(18, 4)", 4, scale)


def count(cell: str, scale: int = 1) -> str:
    """A whole number; 12.0 is 12, 12.5 is a problem."""
    return quick(cell, "integer", "0", number(cell, "bigint", 0))


def date(cell: str, scale: int = 1) -> str:
    """2026-01-31, 2026/1/31, 20260131, 2026年1月31日, each with or without a time; day and month are never guessed."""
    fast = f"case when {cell} like '____-__-__' then try_cast({cell} as date) end"
    tidy = f"translate({bare(cell)}, '０１２３４５６７８９－／　', '0123456789-/ ')"
    iso = f"regexp_replace({tidy}, {YEAR_FIRST}, '\\1-\\3-\\5')"
    packed = f"left({tidy}, 4) || '-' || substring({tidy}, 5, 2) || '-' || substring({tidy}, 7, 2)"
    slow = (
        f"case when regexp_matches({tidy}, {YEAR_FIRST}) then {iso} "
        f"when regexp_matches({tidy}, {COMPACT}) then {packed} end"
    )
    return f"coalesce({fast}, try_cast({slow} as date))"


def month(cell: str, scale: int = 1) -> str:
    """The first day of the month: 2026-01, 2026/1, 202601, 2026年1月, any date. Not 2026.1: Excel writes 2026.10 so."""
    tidy = f"translate({bare(cell)}, '０１２３４５６７８９－／', '0123456789-/')"
    packed = f"regexp_matches({tidy}, '^[0-9]{{6}}$')"
    parted = f"regexp_matches({tidy}, '^[0-9]{{4}}((年|[-/])[0-9]{{1,2}}|[.][0-9]{{2}})月?$')"
    apart = f"regexp_replace({tidy}, '^([0-9]{{4}})(年|[-/.])([0-9]{{1,2}})月?$', '\\1-\\3-01')"
    together = f"left({tidy}, 4) || '-' || right({tidy}, 2) || '-01'"
    first = f"case when {packed} then {together} when {parted} then {apart} end"
    return f"coalesce(try_cast({first} as date), cast(date_trunc('month', {date(cell)}) as date))"


def year(cell: str, scale: int = 1) -> str:
    tidy = f"regexp_replace({bare(cell)}, '年度?$', '')"
    return f"case when regexp_matches({tidy}, '^(19|20)[0-9]{{2}}$') then cast({tidy} as integer) end"


def institution(cell: str, scale: int = 1) -> str:
    fast = f"when regexp_full_match({cell}, '[HP][0-9]{{11}}') then {cell}"
    return f"case {fast} when regexp_full_match(upper({bare(cell)}), '[HP][0-9]{{11}}') then upper({bare(cell)}) end"


def county(cell: str, scale: int = 1) -> str:
    """The six digits of an administrative division."""
    fast = f"when regexp_full_match({cell}, '[1-9][0-9]{{5}}') then {cell}"
    return f"case {fast} when regexp_full_match({bare(cell)}, '[1-9][0-9]{{5}}') then {bare(cell)} end"


def person(cell: str, scale: int = 1) -> str:
    """A keyed pseudonym: PERSON_BITS of SHA-256 over the warehouse's secret and the number; never of 5.11E+17."""
    return f"cast('0x' || left(sha256(getvariable('person_key') || {text(cell)}), {PERSON_BITS // 4}) as bigint)"


def code(column: Column, cell: str, word: str) -> str:
    """The code that the words of the list lead to; a longer national code is kept if it begins with a known one.

    The join (word) knows cells without spaces around; the list itself is asked for the few others.
    """
    tidy = f"{bare(cell)}"
    found = f"coalesce({word}, case when {cell} <> {tidy} then getvariable('words_{list_of(column)}')[{tidy}] end"
    if not column.prefix:
        return f"{found})"
    known = f"list_has_any(getvariable('prefixes_{column.list}'), [left({tidy}, n) for n in [1, 2, 4, 6]])"
    return f"{found}, case when regexp_matches({tidy}, '^[0-9]{{2,6}}$') and {known} then {tidy} end)"


def codes(column: Column, cell: str) -> str:
    """Several codes of one list, joined by ; in the order written."""
    parts = f"list_filter(string_split_regex({cell}, '[、;；,，/]'), lambda w: {bare('w')} <> '')"
    found = f"list_transform({parts}, lambda w: getvariable('words_{column.list}')[{bare('w')}])"
    return f"case when list_count({found}) = len({parts}) and len({parts}) > 0 then array_to_string({found}, ';') end"


def wanted(column: Column) -> str:
    """The sentence that says what a cell of this column should hold."""
    if column.type in ("code", "codes"):
        return f"应为代码表中的代码或名称：{column.meaning}"
    if column.type == "indicator":
        return "应为指标字典里的名称或编号"
    return WANTED.get(column.type, column.meaning)
