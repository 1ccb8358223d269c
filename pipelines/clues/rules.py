"""The screening rules of definitions/4_clues: a header of comments says what each is, the SQL below what it finds.

An unknown key or a missing one, a parameter that the SQL does not use, an upload or a column that there is not: each is
an error that names itself.
"""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from pipelines.contracts import DEFINITIONS, DefinitionError, contracts

CLUES = DEFINITIONS / "4_clues"
SEVERITIES = {"high": "高", "medium": "中", "low": "低"}
SHAPES = {"event": "逐笔", "pattern": "机构"}
REQUIRED = ("title", "plain", "basis", "severity", "shape", "unit", "key", "reason")
OPTIONAL = ("violation", "excess", "needs", "parameter")
EXCESSES = ("cases", "cost")
GIVEN = ("year", "first_month", "last_month", "last_day")  # filled in beside the parameters
LAST_YEAR = "last_year"


@dataclass(frozen=True)
class Parameter:
    """A number that a rule is set by, in its unit; a value below low or above high is refused."""

    name: str
    name_zh: str
    unit: str
    default: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Rule:
    """A screening rule. shape: event (a person's rows, open until decided) or pattern (an institution and its like).

    needs: uploads and columns ('settlements.begndate', 'cover_ends'), 'last_year' for the year before; key and reason:
    templates over the columns that the SQL gives; excess: how a pattern's yuan at stake follow from its rows (cases:
    the rows are the cases in question; cost: a part of the rows' cost is); violation: the taxonomy's code that a clue
    of this kind is looked into under.
    """

    id: str
    title: str
    plain: str
    basis: str
    severity: str
    shape: str
    unit: str
    key: str
    reason: str
    sql: str
    parameters: tuple[Parameter, ...] = ()
    needs: tuple[str, ...] = ()
    violation: str = ""
    excess: str = ""

    @property
    def severity_zh(self) -> str:
        return SEVERITIES[self.severity]

    @property
    def shape_zh(self) -> str:
        return SHAPES[self.shape]

    @property
    def defaults(self) -> dict[str, Decimal]:
        return {p.name: p.default for p in self.parameters}


@cache
def rules() -> dict[str, Rule]:
    """Every rule by id, in the order of the file names; DefinitionError for what a definition says wrongly."""
    found: dict[str, Rule] = {}
    for path in sorted(CLUES.glob("[0-9]*.sql")):
        rule = read_rule(path)
        if rule.id in found:
            raise DefinitionError(f"{path.name}: {rule.id} is defined twice")
        found[rule.id] = rule
    return found


@cache
def table_query(name: str) -> str:
    """The SELECT of a table that rules read: that of the file _name.sql. clue_refunded: what is no row."""
    return (CLUES / f"_{name}.sql").read_text("utf-8")


@cache
def rules_id() -> str:
    """Changes whenever a rule or a table that rules read does."""
    digest = hashlib.sha256()
    for path in sorted(CLUES.glob("*.sql")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def read_rule(path: Path) -> Rule:
    """A rule from its file NN_id.sql."""
    text = path.read_text("utf-8")
    head = header(path.name, text)
    where, id = path.name, re.sub(r"^\d+_", "", path.stem)
    parameters = tuple(read_parameter(where, line) for line in head.pop("parameter", []))
    told = {key: " ".join(lines) for key, lines in head.items()}
    needs = tuple(told.pop("needs", "").split())
    sql = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    rule = Rule(id=id, sql=sql, parameters=parameters, needs=needs, **told)
    check_words(where, rule)
    check_needs(where, rule)
    check_parameters(where, rule)
    return rule


def header(where: str, text: str) -> dict[str, list[str]]:
    """key -> its lines; a line that begins with more blanks goes on with the one above."""
    found: dict[str, list[str]] = {}
    last = None
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        if line.startswith("--   ") and last:
            found[last][-1] += line[5:].strip()
            continue
        last, colon, told = line[2:].strip().partition(": ")
        if not colon or last not in REQUIRED + OPTIONAL:
            raise DefinitionError(f"{where}: unknown key {last}")
        found.setdefault(last, []).append(told.strip())
    if missing := [key for key in REQUIRED if key not in found]:
        raise DefinitionError(f"{where}: no {', '.join(missing)}")
    if doubled := [key for key, lines in found.items() if len(lines) > 1 and key != "parameter"]:
        raise DefinitionError(f"{where}: {', '.join(doubled)} is said twice")
    return found


def read_parameter(where: str, line: str) -> Parameter:
    """'days | 天数 | 天 | 15 | 1 | 60': name, Chinese name, unit, default, lowest, highest."""
    cells = [cell.strip() for cell in line.split("|")]
    try:
        name, name_zh, unit, *numbers = cells
        default, low, high = map(Decimal, numbers)
    except (ValueError, ArithmeticError) as error:
        raise DefinitionError(
            f"{where}: parameter {line!r} is not name | 名称 | 单位 | default | low | high"
        ) from error
    if not low <= default <= high:
        raise DefinitionError(f"{where}: {name}: {default} is not between {low} and {high}")
    return Parameter(name, name_zh, unit, default, low, high)


def check_words(where: str, rule: Rule) -> None:
    for value, known, what in ((rule.severity, SEVERITIES, "severity"), (rule.shape, SHAPES, "shape")):
        if value not in known:
            raise DefinitionError(f"{where}: {what} {value!r} is not one of {', '.join(known)}")
    if rule.excess and rule.excess not in EXCESSES:
        raise DefinitionError(f"{where}: excess {rule.excess!r} is not one of {', '.join(EXCESSES)}")


def check_needs(where: str, rule: Rule) -> None:
    for need in rule.needs:
        upload, _, column = need.partition(".")
        if need == LAST_YEAR:
            continue
        if upload not in contracts() or (column and column not in contracts()[upload].columns):
            raise DefinitionError(f"{where}: needs {need}: no such upload or column")


def check_parameters(where: str, rule: Rule) -> None:
    """Every parameter is used, every name that the SQL uses is a parameter or given by the engine."""
    used, known = named(rule.sql), {p.name for p in rule.parameters}
    if unused := sorted(known - used):
        raise DefinitionError(f"{where}: the SQL does not use {', '.join(unused)}")
    if unknown := sorted(used - known - set(GIVEN)):
        raise DefinitionError(f"{where}: no parameter {', '.join(unknown)}")


def named(sql: str) -> set[str]:
    """The names of $parameters in SQL."""
    return set(re.findall(r"\$([a-z_]+)", sql))
