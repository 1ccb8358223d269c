"""Targets to be: control targets proposed from three years, next year's drafted from this year's, rows to write.

Policy targets are set by the centre and only carried over.
"""

from dataclasses import replace
from decimal import Decimal

from pipelines.answers.county import County
from pipelines.assessment.judged import Target
from pipelines.assessment.judging import AssessmentError, judge, read_figures, targets_of
from pipelines.assessment.terms import plain
from pipelines.contracts import Column, contracts, zh
from pipelines.formulas import EXACT, rounded
from pipelines.periods import Period
from pipelines.registry import kpis

TABLE = "assessment_indicators"
CONTROL = "control"


def proposed(target: Target) -> Decimal:
    """A control target: the mean of the three years that are known, HALF_UP to the indicator's decimals.

    A policy target, and one without any year, is what it is.
    """
    known = [base for base in target.bases if base is not None]
    if target.nature != CONTROL or not known:
        return target.value
    return rounded(EXACT.divide(sum(known), len(known)), kpis()[target.indicator].digits)


def draft(county: County, year: int) -> list[Target]:
    """Targets of institutions for a year, made from those of the year before.

    Last year's figure is that of the months loaded of it; the years before move one back. Raises AssessmentError where
    the year before has no targets of institutions, or no month is loaded of it.
    """
    former = [t for t in targets_of(county, year - 1) if t.institution]
    months = [m for m in county.months("settlements") if m.startswith(str(year - 1))]
    if not former or not months:
        what = "机构的考核目标" if months else "结算明细"
        raise AssessmentError(f"{year - 1}年没有{what}，不能据此拟定{year}年的目标")
    usable = [t for t in former if "institution" in kpis()[t.indicator].levels]
    figures = read_figures(county, Period(months[0], months[-1]), [(t.institution, t) for t in usable])
    return [renewed(t, judge(t.institution, t, figures).value, year) for t in usable]


def renewed(target: Target, last: Decimal | None, year: int) -> Target:
    new = replace(target, year=year, bases=(last, *target.bases[:2]), deducted_yuan=None)
    return replace(new, value=proposed(new))


def row_of(target: Target) -> dict[str, str]:
    """A target as a row to write by hand: {column key of the upload: text}."""
    terms = target.terms
    cells = {
        "year": str(target.year),
        "fixmedins_code": target.institution,
        "institution_group": target.group,
        "indicator": target.indicator,
        "insutype": target.insutype,
        "kind": target.nature,
        "operator": target.operator,
        "target": target.value,
        **{f"base_y{n}": base for n, base in enumerate(target.bases, 1)},
        "step": terms.step,
        "step_basis": terms.basis,
        "points_per_step": terms.points,
        "most_points": terms.most,
        "yuan_per_point": terms.yuan,
        "deduction_rule": target.rule_text,
        "deducted": target.deducted_yuan,
    }
    return {key: text_of(value) for key, value in cells.items()}


def text_of(value) -> str:
    if value is None:
        return ""
    return plain(value) if isinstance(value, Decimal) else str(value)


def as_file(targets: list[Target]) -> tuple[list[str], list[list[str]]]:
    """(headers, rows) of the upload that holds these targets, in words that people read and the upload accepts."""
    columns = contracts()[TABLE].columns.values()
    rows = [row_of(target) for target in targets]
    return [column.header for column in columns], [
        [worded(column, row[column.key]) for column in columns] for row in rows
    ]


def worded(column: Column, text: str) -> str:
    if column.type == "indicator":
        return kpis()[text].name_zh
    return zh(column.list, text) if column.type == "code" and text else text
