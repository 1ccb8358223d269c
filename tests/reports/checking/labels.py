"""The labelled reports: texts with planted errors, and exact arithmetic that says of each what it is.

A figure stands for all that rounds to it: half of its last digit to either side. A count of people, stays or
institutions is exact. A formula's extremes lie where every figure is at one of its ends: each of them moves the
result in one direction.
"""

import ast
import operator
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import ceil, floor
from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")
KINDS = ("impossible", "rounding", "wording")
SUMS = ("sum", "difference", "quarters", "product")
ARITHMETIC = (*SUMS, "growth", "share", "completion", "ratio", "points", "repeated")
WORDING = ("points", "verb", "unit", "placeholder", "numbering", "spelling", "doubled")
COUNTS = ("人次", "人", "名", "个", "家", "份", "例", "张", "床", "天", "起", "件", "次", "条", "户", "所", "倍", "日")
PER_CENT = ("个百分点", "百分点", "%", "%")
UNITS = (*PER_CENT, "元", *COUNTS)
SCALES = {"": 1, "万": 10**4, "亿": 10**8}
FIGURE = re.compile(rf"(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<scale>[万亿]?)(?P<unit>{'|'.join(UNITS)})")
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


@dataclass(frozen=True)
class Figure:
    """A figure as printed. value in yuan, people or one; step: what its last digit is worth; exact: it is a count."""

    value: Fraction
    step: Fraction
    exact: bool

    @property
    def ends(self) -> tuple[Fraction, ...]:
        half = self.step / 2
        return (self.value,) if self.exact else (self.value - half, self.value + half)


@dataclass(frozen=True)
class Planted:
    """A planted error. text: the words around it; mark: the wrong figure or words in it; exact: the recomputation."""

    kind: str
    rule: str
    text: str
    mark: str
    why: str
    exact: str = ""
    stated: str = ""
    also: tuple[tuple[str, str], ...] = ()

    def span(self, report: str) -> tuple[int, int]:
        """Where its mark stands in the report, as (start, end)."""
        return span_of(report, self.text, self.mark)

    def spans(self, report: str) -> list[tuple[int, int]]:
        """Where a finding may point at: its mark first, then the other figures of the same relation."""
        return [self.span(report), *(span_of(report, *other) for other in self.also)]

    def found(self) -> str:
        """What exact arithmetic says: agrees, rounding or impossible."""
        return judged(figure(self.stated or self.mark), self.exact)


@dataclass(frozen=True)
class Report:
    """A labelled report. name: its file without suffix, under its folder: 'county', 'development/01_...'.

    agrees: (figure, formula) pairs that hold: what a checker may say agrees, and must not call wrong.
    """

    name: str
    county: str
    period: str
    what: str
    text: str
    planted: tuple[Planted, ...]
    agrees: tuple[tuple[str, str], ...] = ()


def reports(folder: str = "") -> list[Report]:
    """The labelled reports of 'development', 'heldout', 'heldout_b', or all of them for ''."""
    return [report(path) for path in sorted((CORPUS / folder).rglob("*.toml"))]


def report(path: Path) -> Report:
    said = tomllib.loads(path.read_text("utf-8"))
    planted = tuple(
        Planted(**{**one, "also": tuple(map(tuple, one.get("also", [])))}) for one in said.pop("planted", [])
    )
    said["agrees"] = tuple(map(tuple, said.get("agrees", [])))
    name = path.relative_to(CORPUS).with_suffix("").as_posix()
    return Report(name=name, text=path.with_suffix(".txt").read_text("utf-8"), planted=planted, **said)


def span_of(report: str, text: str, mark: str) -> tuple[int, int]:
    start = report.index(text) + text.index(mark)
    return start, start + len(mark)


def figure(printed: str) -> Figure:
    """'5002.68万元' as a Figure; percentages and percentage points as parts of one."""
    found = FIGURE.fullmatch(printed)
    assert found, f"no figure with a unit: {printed}"
    digits, unit = found["digits"].replace(",", ""), found["unit"]
    scale = Fraction(SCALES[found["scale"]], 100 if unit in PER_CENT else 1)
    decimals = len(digits.partition(".")[2])
    exact = unit in COUNTS and not found["scale"] and not decimals
    return Figure(Fraction(digits) * scale, scale / 10**decimals, exact)


def judged(stated: Figure, formula: str) -> str:
    """How a stated figure stands to a formula over figures as printed: agrees, rounding or impossible."""
    value, lowest, highest = extremes(formula)
    if stated.exact and value == stated.value:
        return "agrees"
    if stated.value / stated.step in (floor(value / stated.step), ceil(value / stated.step)) and not stated.exact:
        return "agrees"
    touches = min(stated.ends) <= highest and lowest <= max(stated.ends)
    return "rounding" if touches else "impossible"


def extremes(formula: str) -> tuple[Fraction, Fraction, Fraction]:
    """The formula's value with the figures as printed, and the least and most it can be with what they stand for."""
    figures = {printed: f"x{place}" for place, printed in enumerate(dict.fromkeys(printed_in(formula)))}
    names = FIGURE.sub(lambda found: figures[found[0]], formula)
    tree = ast.parse(names, mode="eval").body
    ends = [figure(printed).ends for printed in figures]
    corners = [worked(tree, dict(zip(figures.values(), corner, strict=True))) for corner in product(*ends)]
    middle = worked(tree, {name: figure(printed).value for printed, name in figures.items()})
    return middle, min(corners), max(corners)


def printed_in(formula: str) -> Iterator[str]:
    return (found[0] for found in FIGURE.finditer(formula))


def worked(node: ast.expr, values: dict[str, Fraction]) -> Fraction:
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](worked(node.left, values), worked(node.right, values))
    if isinstance(node, ast.Name):
        return values[node.id]
    assert isinstance(node, ast.Constant), ast.dump(node)
    return Fraction(str(node.value))
