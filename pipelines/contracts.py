"""The upload contracts of definitions/1_uploads and the code lists of definitions/codes.toml, as frozen data.

An unknown key, type, list or severity in a definition is an error that names itself: nothing is read over.
"""

import tomllib
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

DEFINITIONS = Path(__file__).with_name("definitions")
TYPES = (
    "text",
    "code",
    "codes",
    "institution",
    "county",
    "person",
    "money",
    "count",
    "decimal",
    "multiple",
    "date",
    "month",
    "year",
    "flag",
    "indicator",
)
COUNTED = {"人次": "人次", "人数": "人", "机构数": "家", "天数": "天", "任务数": "人", "份数": "份", "床位数": "张"}
KEYS = {"name_zh", "what", "period", "unique", "person", "columns", "rules", "aggregate", "controls", "jump_share"}
KEYS |= {"occasional"}
VIOLATIONS = "{violations}"  # in a rule's SQL: the codes of the taxonomy
SEVERITIES = ("structural", "logical", "analytical")


class DefinitionError(ValueError):
    """A definition file says something that the product does not know."""


@dataclass(frozen=True)
class Column:
    """One column of an upload. header: Chinese, as in the template; key: the national field code."""

    key: str
    header: str
    type: str
    meaning: str
    example: str = ""
    aliases: tuple[str, ...] = ()
    list: str | None = None
    prefix: bool = False
    required: bool = False
    blank: str | None = None
    free: bool = False
    stands_in: str | None = None

    @property
    def unit(self) -> str:
        """元 of amounts; of counts what their header counts: 天 of 住院天数; '' where it doesn't say."""
        if self.type == "money":
            return "元"
        return next((unit for end, unit in COUNTED.items() if self.header.endswith(end)), "")

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """Every header this column may carry."""
        return (self.key, self.header, *self.aliases)


@dataclass(frozen=True)
class Rule:
    """A condition that each row must meet; sql is over the typed columns of the upload.

    layout: only in this one; beside: only in a file that has one of these columns.
    """

    id: str
    column: str
    sql: str
    wanted: str
    severity: str
    layout: str | None = None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """How a file of a table may look: records, or (settlements only) the monthly aggregate."""

    name: str
    columns: dict[str, Column]
    unique: tuple[str, ...]
    period: str | None
    marker: str | None = None


@dataclass(frozen=True)
class Contract:
    """One upload. grain: a batch replaces whole months, whole years, or (none) the whole table.

    controls: the amounts and counts that a dry run shows beside last month's; jump_share: the change from which on it
    warns; occasional: a month without any rows lacks nothing.
    """

    table: str
    name_zh: str
    what: str
    grain: str
    layouts: tuple[Layout, ...]
    rules: tuple[Rule, ...]
    controls: tuple[str, ...] = ()
    jump_share: Decimal | None = None
    occasional: bool = False

    @property
    def columns(self) -> dict[str, Column]:
        """The columns of all layouts: what the stored rows have."""
        return {key: column for layout in self.layouts for key, column in layout.columns.items()}


@dataclass(frozen=True)
class Common:
    """What holds for every upload."""

    largest_file_mb: int
    dropped_headers: tuple[str, ...]
    forbidden_text: tuple[str, ...]
    forbidden_text_meaning: str
    ignored_headers: tuple[str, ...]
    total_words: tuple[str, ...]
    note_words: tuple[str, ...]
    jump_share: Decimal


@dataclass(frozen=True)
class Code:
    """One entry of a code list; maps leads to the codes of dimensions, as {"scheme": "resident"}."""

    code: str
    zh: str
    aliases: tuple[str, ...] = ()
    maps: dict[str, str] = field(default_factory=dict)


@cache
def contracts() -> dict[str, Contract]:
    """Every upload contract by table name, in the order of the file names."""
    files = sorted(p for p in (DEFINITIONS / "1_uploads").glob("*.toml") if not p.name.startswith("_"))
    return {path.stem: read_contract(path) for path in files}


@cache
def common() -> Common:
    path = DEFINITIONS / "1_uploads" / "_common.toml"
    raw = load(path)
    raw["jump_share"] = Decimal(str(raw["jump_share"]))
    return Common(**{k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()})


def jump_share(contract: Contract) -> Decimal:
    """From which change on a control total of this table is called a jump: 0.30 for 30 % more or less."""
    return common().jump_share if contract.jump_share is None else contract.jump_share


@cache
def code_lists() -> dict[str, dict[str, Code]]:
    """list name -> code -> Code."""
    lists = load(DEFINITIONS / "codes.toml")
    return {
        name: {code: read_code(code, dict(entry)) for code, entry in codes.items()} for name, codes in lists.items()
    }


def words(list_name: str) -> dict[str, str]:
    """Everything that may be written for a code (the code, its name, its aliases) -> the code."""
    codes = code_lists()[list_name].values()
    return {word: c.code for c in codes for word in (c.code, c.zh, *c.aliases)}


def zh(list_name: str, code: str | None) -> str:
    """The Chinese name of a code; the code itself where the list has none; 未标明 for none."""
    if code is None:
        return "未标明"
    known = code_lists().get(list_name, {}).get(code)
    return known.zh if known else code


def longest_prefix(list_name: str, code: str) -> Code | None:
    """The entry whose code is the longest beginning of this one: 2101 -> 21."""
    codes = code_lists()[list_name]
    return next((codes[code[:n]] for n in range(len(code), 0, -1) if code[:n] in codes), None)


def load(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{path.name}: {error}") from error


def read_code(code: str, entry: dict) -> Code:
    return Code(code, entry.pop("zh"), tuple(entry.pop("aliases", ())), entry)


def read_contract(path: Path) -> Contract:
    raw = load(path)
    refuse_unknown(path.name, raw, KEYS)
    record = Layout(
        "record", read_columns(path.name, raw["columns"]), tuple(raw["unique"]), raw["period"].get("column")
    )
    layouts = (record, read_aggregate(path.name, raw["aggregate"], record)) if "aggregate" in raw else (record,)
    rules = tuple(read_rule(path.name, rule) for rule in raw.get("rules", ()))
    controls = read_controls(path.name, raw.get("controls", ()), layouts)
    grain, share = raw["period"]["grain"], Decimal(str(raw["jump_share"])) if "jump_share" in raw else None
    occasional = raw.get("occasional", False)
    return Contract(path.stem, raw["name_zh"], raw["what"], grain, layouts, rules, controls, share, occasional)


def read_controls(name: str, keys: list[str], layouts: tuple[Layout, ...]) -> tuple[str, ...]:
    known = {key for layout in layouts for key, column in layout.columns.items() if column.type in ("money", "count")}
    if unknown := [key for key in keys if key not in known]:
        raise DefinitionError(f"{name}: controls: no amount or count column {', '.join(unknown)}")
    return tuple(keys)


def read_aggregate(name: str, raw: dict, record: Layout) -> Layout:
    refuse_unknown(name, raw, {"marker", "unique", "leaves_out", "period", "columns"})
    kept = {key: column for key, column in record.columns.items() if key not in raw["leaves_out"]}
    columns = read_columns(name, raw["columns"]) | kept
    return Layout("aggregate", columns, tuple(raw["unique"]), raw["period"]["column"], raw["marker"])


def read_columns(name: str, raw: dict) -> dict[str, Column]:
    return {key: read_column(name, key, dict(entry)) for key, entry in raw.items()}


def read_column(name: str, key: str, entry: dict) -> Column:
    refuse_unknown(f"{name}: {key}", entry, set(Column.__dataclass_fields__) - {"key"})
    column = Column(key, **{k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()})
    if column.type not in TYPES:
        raise DefinitionError(f"{name}: {key}: type {column.type!r} is not one of {', '.join(TYPES)}")
    if column.list is not None and column.list not in code_lists():
        raise DefinitionError(f"{name}: {key}: no code list {column.list!r} in codes.toml")
    return column


def read_rule(name: str, raw: dict) -> Rule:
    refuse_unknown(f"{name}: rules", raw, set(Rule.__dataclass_fields__))
    if raw["severity"] not in SEVERITIES:
        raise DefinitionError(f"{name}: {raw['id']}: severity {raw['severity']!r} is not one of {SEVERITIES}")
    rule = Rule(**{k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()})
    return replace(rule, sql=rule.sql.replace(VIOLATIONS, violation_codes())) if VIOLATIONS in rule.sql else rule


def violation_codes() -> str:
    """The codes of violations.toml as the SQL of a list."""
    codes = load(DEFINITIONS / "violations.toml")["violations"]
    return ", ".join(f"'{code}'" for code in codes if code.isalnum())


def refuse_unknown(where: str, entry: dict, known: set[str]) -> None:
    unknown = sorted(set(entry) - known)
    if unknown:
        raise DefinitionError(f"{where}: unknown key {', '.join(unknown)}")
