"""The files of a plan as a worklist: what an auditor takes along, and fills in."""

from pipelines import audit_log
from pipelines.access import need
from pipelines.answers.county import County
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.contracts import zh
from pipelines.sampling.frame import stratum_name
from pipelines.sampling.plans import Plan

FILE, PAID, OUTCOME, YUAN, NOTE = "结算编号", "基金支付（元）", "结果", "应扣基金（元）", "说明"
READ = ("setl_id", "institution", "institution_name", "care", "settled_on", "admitted_on", "discharged_on", "bed_days")
READ += ("disease", "total_cost_yuan", "fund_paid_yuan")
HEADS = (
    *("序号", "抽取", "层", FILE, "机构编码", "机构名称", "就医类别", "结算日期", "入院日期", "出院日期", "床日"),
    *("病种", "总费用（元）", PAID, "为何选", OUTCOME, YUAN, NOTE),
)


def worklist(county: County, plan: Plan) -> tuple[tuple[str, ...], list[tuple]]:
    """(heads, rows) of both arms, the random one first, in the order of the draw; the last three columns are empty.

    A file that is no longer in the warehouse keeps its number and place; the rest of its row is empty.
    Raises NotAllowed for those who may not see rows of persons.
    """
    need(county.warehouse, "persons")
    facts = facts_of(county, plan)
    strata = {id: name for name, ids in plan.random.items() for id in ids}
    rows = []
    for number, id in enumerate(plan.files, start=1):
        arm = "随机" if id in strata else "风险"
        arm = "随机、风险" if id in strata and id in plan.risk else arm
        stratum = stratum_name(plan.draft.scope.strata, strata[id]) if id in strata else ""
        told = facts.get(id, (None,) * (len(READ) - 1))
        rows.append((number, arm, stratum, id, *told, plan.risk.get(id, ""), "", "", ""))
    return HEADS, rows


def institutions_of(county: County, plan: Plan) -> dict[str, str]:
    """{file: institution}, for counts by institution: the rows themselves are for those who may see them."""
    return {id: told[0] for id, told in facts_of(county, plan).items() if told[0]}


def looked_at(county: County, plan: Plan) -> None:
    """Record that the files of a plan are seen, row by row. Raises LogUnwritable."""
    scope = plan.draft.scope
    audit_log.seen(county.warehouse, "sample_rows", plan.id, {"期间": f"{scope.first}..{scope.last}"}, len(plan.files))


def facts_of(county: County, plan: Plan) -> dict[str, tuple]:
    """{file: what the settlement says of it}."""
    months = [m for m in county.months("settlements") if plan.draft.scope.first <= m <= plan.draft.scope.last]
    query = f"select {', '.join(READ)} from ({settlement_rows(county, months)}) where list_contains(?, setl_id)"
    rows = county.fetch(query, [plan.files])
    return {id: (code, name or code, zh("care", care), *rest) for id, code, name, care, *rest in rows}
