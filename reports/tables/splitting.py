"""KPIs by dimensions: a row for each group, columns for each figure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pipelines import County, Period
from pipelines.wording import DIMENSIONS
from reports.document import Column, Table
from reports.naming import code_name
from reports.tables.asking import Row, by_scheme, groups, largest, totals
from reports.tables.tabling import Shown, cells, full_column, table

SHORT = {
    ("category_mix", "value"): "占比",
    ("income_structure", "value"): "占比",
    ("expenditure_structure", "value"): "占比",
    ("collection_plan_completion", "value"): "计划完成率",
    ("usage_rate_due", "value"): "占应筹",
    ("usage_rate_collected", "value"): "占已筹",
    ("months_payable", "value"): "可支付月数",
    ("policy_reimb_ratio", "value"): "政策范围内报销",
}


@dataclass(frozen=True)
class Split:
    """What a table tells. dims: its rows; columns: its figures; where: the conditions of all of them."""

    title: str
    dims: tuple[str, ...]
    columns: tuple[Shown, ...]
    note: str = ""
    where: Mapping = field(default_factory=dict)

    def of(self, *dims: str, **where: str) -> "Split":
        """The same figures by other dimensions, or under other conditions."""
        return replace(self, dims=dims, where=where)

    def kpis(self) -> list[str]:
        return list(dict.fromkeys(each.kpi for each in self.columns))


def split(county: County, period: Period, told: Split) -> Table:
    """Every combination of the dimensions that has rows, in the order of the code lists; all columns.

    Raises QuestionError for a KPI that does not know one of the dimensions.
    """
    rows = tuple(
        (*names(county, told, codes), *cells(row, told.columns)) for codes, row in rows_of(county, period, told).items()
    )
    heads = (*(Column(DIMENSIONS[dim]) for dim in told.dims), *map(full_column, told.columns))
    return Table(told.title, heads, rows, told.note, told.title)


def brief(
    county: County, period: Period, told: Split, title: str, kpis: str, whole: str = "", most: str = "", note: str = ""
) -> Table:
    """Some of its KPIs, named with spaces between them, under short heads, for a page of print.

    whole: what the row of all groups together is called, '' without it; most: the KPI by which the largest come first.
    """
    wanted = kpis.split()
    rows = largest(rows_of(county, period, told), most) if most else rows_of(county, period, told)
    first = {whole: totals(county, wanted, period, **told.where)} if whole else {}
    kept = [each for kpi in wanted for each in told.columns if each.kpi == kpi]
    columns = [Shown(each.kpi, each.aspect, SHORT.get((each.kpi, each.aspect), "")) for each in kept]
    named = {"".join(names(county, told, codes)): row for codes, row in rows.items()}
    title, note = f"{period.label}{title}", note or told.note
    return table(title, DIMENSIONS[told.dims[-1]], first | named, columns, note and f"{note}。", title if most else "")


def names(county: County, told: Split, codes: tuple) -> list[str]:
    return [code_name(county, *each) for each in zip(told.dims, codes, strict=True)]


def rows_of(county: County, period: Period, told: Split) -> dict[tuple, Row]:
    """Figures of a scheme may have been typed: each is asked for by itself."""
    if told.dims == ("scheme",):
        return {(code,): row for code, row in by_scheme(county, told.kpis(), period, **told.where).items()}
    return groups(county, told.kpis(), period, told.dims, **told.where)
