"""Next year's limits: a total shared out by insured persons, visit rate and the last year's visits and persons.

Source: the county's rule: 根据各乡镇当年的参保人数、门诊发病率和各乡镇辖区内所有基层定点医疗机构上年度的门诊就诊人数
及人次等情况进行综合分析后，核定补助限额.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from pipelines.answers.county import County
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.answers.small_cells import SMALL
from pipelines.consultation import veil
from pipelines.consultation.reading import SCHEME, ConsultationError, limits_of, refuse_part, used_by_month
from pipelines.contracts import contracts, zh
from pipelines.periods import Period, shifted
from pipelines.registry import measures
from pipelines.splitting import split

TABLE = "budgets"
FACTORS = {"insured": "参保人数", "rate": "门诊发病率", "visits": "就诊人次", "persons": "就诊人数"}
WEIGHTS = {"insured": Decimal(40), "rate": Decimal(20), "visits": Decimal(20), "persons": Decimal(20)}
YEAR = 12  # months


@dataclass(frozen=True)
class Basis:
    """What a township's limit follows from. own_visits: visits of its insured, wherever in the county; visits, persons:
    at its own institutions; None where the caller can't be told.

    apart: what it has of the sums of townships that only count together, as somebody's few visits would be seen; then
    visits and persons are shares by insured persons, and not to be shown.
    """

    town: str
    insured: int
    own_visits: int | None
    visits: int | Fraction
    persons: int | Fraction | None
    apart: bool = False

    @property
    def rate(self) -> Fraction | None:
        """门诊发病率: visits of each of its insured."""
        return Fraction(self.own_visits, self.insured) if self.insured and self.own_visits is not None else None

    def value(self, factor: str) -> int | Fraction:
        """What the factor weighs by: a rate stands for persons, so it weighs with the insured behind it."""
        return max({"rate": self.own_visits}.get(factor, getattr(self, factor, 0)) or 0, 0)


@dataclass(frozen=True)
class Proposal:
    """Limits of a year by township. period: the months they follow from; left_out: factors that can't be told."""

    year: int
    period: Period
    total_yuan: Decimal
    weights: dict[str, Decimal]
    bases: dict[str, Basis]
    limits: dict[str, Decimal]
    in_force: dict[str, Decimal]
    left_out: tuple[str, ...]


def proposed(
    county: County, year: int, total_yuan: Decimal | None = None, weights: Mapping[str, Decimal] = WEIGHTS
) -> Proposal:
    """The limits of a year, which add up to the total (by default that of the year before) to the fen.

    Raises ConsultationError where a part of the county asks, or months, insured persons or a total are missing.
    """
    refuse_part(county)
    in_force, period = limits_of(county, year - 1), base_months(county, year)
    total = sum(in_force.values()) if total_yuan is None else total_yuan
    if not total:
        raise ConsultationError(f"{year - 1}年没有一般诊疗费限额；要写明{year}年的总额")
    bases = bases_of(county, period, in_force)
    limits, left_out = shared_out(bases, total, weights)
    return Proposal(year, period, total, dict(weights), bases, limits, in_force, left_out)


def base_months(county: County, year: int) -> Period:
    """The year before if it is whole, else the last twelve months up to its last one that is loaded."""
    loaded = [m for m in county.months("settlements") if m < f"{year}-01" and county.complete("settlements", m)]
    if not loaded or loaded[-1][:4] < str(year - 1):
        raise ConsultationError(f"未上传：结算明细 {year - 1}年，不能据此拟定{year}年的限额")
    period = Period(shifted(loaded[-1], 1 - YEAR), loaded[-1])
    if missing := [month for month in period.months if month not in loaded]:
        raise ConsultationError(f"未上传：结算明细 {missing[0]}，拟定{year}年的限额要用近 12 个月（{period.label}）")
    return period


def bases_of(county: County, period: Period, in_force: Mapping[str, Decimal]) -> dict[str, Basis]:
    """Township -> what its limit follows from, of those that have a limit, else of those with insured persons."""
    insured, own = insured_of(county, period.last), own_visits_of(county, period)
    visits = {town: int(sum(of.values())) for town, of in used_by_month(county, period)[1].items()}
    persons = persons_of(county, period)
    towns = in_force or [town for town in insured if town]
    if not any(insured.get(town) for town in towns):
        raise ConsultationError(f"未上传：参保登记 {period.last}（要分到乡镇），不能拟定限额")
    if any(veil.shut(county, veil.VISITS, period, SCHEME, "town", [town]) for town in towns):
        own = None
    found = {
        town: Basis(
            town,
            insured.get(town, 0),
            own and own.get(town, 0),
            visits.get(town, 0),
            persons and persons.get(town, 0),
        )
        for town in towns
    }
    return found | together([found[town] for town in hidden_of(county, period, towns)])


def hidden_of(county: County, period: Period, towns: Collection[str]) -> list[str]:
    """The townships whose visits are hidden from the caller, in the order of towns.

    Raises ConsultationError where not even their sum may be seen, or the insured may not.
    """
    month, gone = Period(period.last, period.last), veil.hidden(county, SCHEME, [period])
    listed = [town for town in towns if town in gone]
    own = veil.institutions(county) if listed else {}
    whole = [code for town in listed for code in own[town]]
    if whole and (len(listed) == 1 or veil.shut(county, veil.VISITS, period, SCHEME, "institution", whole)):
        raise ConsultationError(f"{'、'.join(listed)}的门诊{SMALL}，没有看个人明细的权限不能拟定")
    if any(veil.shut(county, veil.INSURED, month, SCHEME, "town", [town]) for town in towns):
        raise ConsultationError(f"有乡镇的参保{SMALL}，没有看个人明细的权限不能拟定")
    return listed


def together(bases: Sequence[Basis]) -> dict[str, Basis]:
    """These townships with the sums of all of them, shared out by insured persons."""
    insured = sum(each.insured for each in bases) or 1
    visits, persons = (sum(getattr(each, name) or 0 for each in bases) for name in ("visits", "persons"))
    return {
        each.town: replace(
            each,
            visits=Fraction(visits * each.insured, insured),
            persons=Fraction(persons * each.insured, insured),
            apart=True,
        )
        for each in bases
    }


def insured_of(county: County, month: str) -> dict[str, int]:
    query = (
        "select town, sum(insured_persons) from fct_enrolment where month = ? and scheme = ? group by town order by 1"
    )
    return {town or "": int(number) for town, number in county.fetch(query, [f"{month}-01", SCHEME])}


def own_visits_of(county: County, period: Period) -> dict[str, int]:
    """Township of the insured -> their visits of primary care."""
    measure = measures()["primary_visits"]
    query = (
        f"select town, {measure.sql} from cut_person_group where {measure.where} "
        "and scheme = ? and month between ? and ? group by town order by 1"
    )
    return {town or "": int(n) for town, n in county.fetch(query, [SCHEME, period.first_day, period.last_day])}


def persons_of(county: County, period: Period) -> dict[str, int] | None:
    """Township of the institution -> distinct persons seen there; None where a month can't tell persons apart."""
    covered = [county.coverage["settlements", month] for month in period.months]
    if any(each.layout != "record" for each in covered):
        return None
    query = (
        "select coalesce(d.town, ''), count(distinct r.person) from "
        f"(select institution, person from ({settlement_rows(county, period.months)}) "
        f"where {measures()['primary_visits'].where} and scheme = ?) r "
        "left join dim_institution d on d.institution = r.institution group by 1 order by 1"
    )
    return {town: int(number) for town, number in county.fetch(query, [SCHEME])}


def shared_out(
    bases: Mapping[str, Basis], total_yuan: Decimal, weights: Mapping[str, Decimal]
) -> tuple[dict[str, Decimal], tuple[str, ...]]:
    """(Township -> yuan, the factors left out): each factor's share of all townships, weighted; adds up to the fen.

    A factor of which nothing is known is left out, and the others weigh more. Raises ConsultationError where no weight
    is left, one is negative or unknown, or the total is no amount.
    """
    if wrong := [name for name, weight in weights.items() if name not in FACTORS or weight < 0]:
        raise ConsultationError(f"权重“{wrong[0]}”不成立；要是{'、'.join(FACTORS.values())}的不小于 0 的数")
    if total_yuan <= 0 or total_yuan % Decimal("0.01"):
        raise ConsultationError(f"总额 {total_yuan} 元不成立；要是到分的正数")
    sums = {name: sum(each.value(name) for each in bases.values()) for name in FACTORS}
    used = {name: Fraction(weight) for name, weight in weights.items() if weight and sums[name]}
    if not used:
        raise ConsultationError("权重都是 0，或所选的依据都没有数，不能拟定")
    shares = [
        sum(weight * Fraction(each.value(name), sums[name]) for name, weight in used.items()) for each in bases.values()
    ]
    left_out = tuple(name for name, weight in weights.items() if weight and not sums[name])
    return dict(zip(bases, split(total_yuan, shares), strict=True)), left_out


def as_file(county: County, year: int, limits: Mapping[str, Decimal]) -> tuple[list[str], list[list[str]]]:
    """(headers, rows) of an upload of `budgets` for the year with these limits, in words that the upload accepts.

    An upload replaces its year: what else is in force for it comes along, and the year before's fees if it has none.
    """
    columns = contracts()[TABLE].columns.values()
    kept = others(county, year)
    if not any(row["budget_item"] == "consultation_fee" for row in kept):
        kept += [
            row | {"year": str(year)} for row in others(county, year - 1) if row["budget_item"] == "consultation_fee"
        ]
    same = {"year": str(year), "insutype": insutype(county, year - 1), "budget_item": "general_consultation"}
    rows = kept + [same | {"town": town, "amount": f"{yuan:.2f}"} for town, yuan in limits.items()]
    cells = [[worded(column, row.get(column.key, "")) for column in columns] for row in rows]
    return [column.header for column in columns], cells


def others(county: County, year: int) -> list[dict[str, str]]:
    """The year's budgets in force but the limits, as rows of the upload; adjusted amounts stand as the amount."""
    keys = ("year", "insutype", "budget_item", "town", "fixmedins_code", "category", "amount")
    query = (
        "select year, insutype, item, town, institution, kind, amount_yuan from fct_budget "
        "where year = ? and item <> 'general_consultation' order by all"
    )
    return [
        dict(zip(keys, ["" if v is None else str(v) for v in row], strict=True)) for row in county.fetch(query, [year])
    ]


def insutype(county: County, year: int) -> str:
    """The insurance type that the limits are written with: that of the year before, else 390."""
    query = "select min(insutype) from fct_budget where item = 'general_consultation' and year = ?"
    ((found,),) = county.fetch(query, [year])
    return found or "390"


def worded(column, text: str) -> str:
    return zh(column.list, text) if column.type == "code" and text else text
