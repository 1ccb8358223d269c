"""Institution by institution: money and care, agreement, assessment; where roster, agreement and payment disagree."""

from collections.abc import Collection, Mapping

import pipelines
from pipelines import County, Period
from pipelines.agreements import FINDINGS, STATES, Finding, Place, check_agreements, state
from pipelines.answers.small_cells import note
from pipelines.assessment import STATES as VERDICTS
from pipelines.assessment import Judged, assess
from pipelines.contracts import zh
from reports import words
from reports.document import Cell, Column, Table
from reports.naming import code_name
from reports.tables.asking import Row, groups
from reports.tables.tabling import Shown, cells, compared, full_column

ALL = (
    *compared("fund_expenditure", total=True),
    Shown("beneficiary_visits", total=True),
    Shown("inpatient_cases", total=True),
    Shown("inpatient_total_fee", total=True),
    *compared("cost_per_case"),
    *map(Shown, ("cost_per_bed_day", "alos", "reimb_per_case", "actual_reimb_ratio", "readmission_rate_15d")),
    *map(Shown, ("self_pay_ratio", "drug_ratio", "exam_ratio", "material_ratio")),
    Shown("violation_cases", total=True),
    Shown("penalty_total", total=True),
)
NOTE = "名册上的全部机构，其后是名册以外有结算的；全部险种；协议状态为期末的"
ELSEWHERE = "县外或不在名册"
HEADS = ("机构编码", "机构名称", "类别", "级别", "乡镇", "支付方式", "期末协议")


def institutions(county: County, period: Period, kpis: Collection[str] = ()) -> Table:
    """Every institution of the roster and every other with figures, the most fund first in each.

    kpis: whose columns are wanted, all without them; what is not asked for costs no time.
    """
    wanted = [each for each in ALL if not kpis or each.kpi in kpis]
    known, asked = places(county, period), list(dict.fromkeys(each.kpi for each in wanted))
    found = {code: row for (code,), row in groups(county, asked, period, ("institution",)).items() if code}
    order = sorted({*known, *found}, key=lambda code: (code not in known, -paid(found.get(code, {})), code))
    rows = tuple((*described(county, period, code, known), *cells(found.get(code, {}), wanted)) for code in order)
    return Table("机构", (*map(Column, HEADS), *map(full_column, wanted)), rows, NOTE + note(county), "机构")


def paid(row: Row) -> float:
    return float(row["fund_expenditure"].value or 0) if "fund_expenditure" in row else 0.0


def places(county: County, period: Period) -> dict[str, dict]:
    """{code: its row of the roster as {column: value}}."""
    (found,) = pipelines.rows(county, "managed_institutions", period, limit=None)
    rows = (dict(zip(found.columns, row, strict=True)) for row in found.rows)
    return {row["institution"]: row for row in rows}


def described(county: County, period: Period, code: str, known: Mapping[str, dict]) -> tuple[str, ...]:
    """The cells under HEADS."""
    row = known.get(code)
    if row is None:
        return code, county.names.get(code, "（不在名册）"), ELSEWHERE, "", "", "", ""
    kind, level, mode = (zh(key, row[key]) if row[key] else "" for key in ("kind", "level", "payment_mode"))
    return code, row["name"], kind, level, row["town"] or "", mode, STATES[state(place(row), period.last_day)]


def place(row: Mapping) -> Place:
    told = (row[key] for key in ("institution", "name", "type", "kind", "town", "place", "agreement_no"))
    dates = row["agreement_from"], row["agreement_to"]
    return Place(*told, *dates, row["agreement_status"], row["payment_mode"], row["beds"])


def assessment(county: County, period: Period) -> Table:
    """Each institution against each of its targets of the year, with what the rule deducts.

    Raises AssessmentError for a period that lies in two years.
    """
    heads = ("机构编码", "机构名称", "指标", "险种", "单位", "目标", "实际", "超出", "判定", "人次", "应扣分")
    columns_ = (*map(Column, heads), Column("应扣（元）", 2, total=True), Column("扣减办法"), Column("不判定的原因"))
    judged = sorted(assess(county, period).judged, key=lambda one: (one.institution, one.kpi.id))
    note = "超出为正的未达标；同类机构有少数人次时，单看一期不足为凭"
    return Table("指标考核", columns_, tuple(judged_row(county, one) for one in judged), note, "指标考核")


def judged_row(county: County, one: Judged) -> tuple[Cell, ...]:
    target = one.target
    return (
        one.institution,
        code_name(county, "institution", one.institution),
        one.kpi.name_zh,
        code_name(county, "scheme", target.scheme) if target.scheme else "全部",
        one.kpi.display_unit,
        words.shown(one.kpi, target.value),
        words.shown(one.kpi, one.value),
        words.shown(one.kpi, one.beyond),
        VERDICTS[one.state],
        one.cases,
        one.points,
        one.yuan,
        target.terms.told(target.operator, one.kpi.unit),
        one.missing,
    )


def agreement_findings(county: County, period: Period) -> Table:
    """Where roster, agreement and settlement disagree; to be looked into, never a verdict."""
    found = check_agreements(county, period)
    heads = ("核对结果", "机构编码", "机构名称", "类别", "乡镇")
    columns_ = (*map(Column, heads), Column("人次", 0, total=True), Column("基金支付（元）", 2, total=True))
    columns_ += tuple(map(Column, ("起", "止", "依据")))
    rows = [finding_row(each) for each in found.findings]
    told = f"在册 {found.managed} 家，期末协议有效 {found.signed} 家；不一致的要查明原因，不是结论"
    return Table("协议核对", columns_, tuple(rows), "；".join((told, *found.unread)) + note(county), "协议核对")


def finding_row(one: Finding) -> tuple[Cell, ...]:
    what = FINDINGS[one.kind], one.institution, one.name, zh("kind", one.institution_kind), one.town
    return *what, one.visits, one.fund_yuan, one.first, one.last, one.why
