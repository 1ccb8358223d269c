"""两定机构: every institution of the county's roster with its figures of the period."""

from dataclasses import replace

from pipelines import County, Period
from pipelines.answers.small_cells import note, unshown
from pipelines.contracts import code_lists
from reports import tables
from reports.document import Block, Cell, Heading, Paragraph, Table, number
from reports.tables.institutions import ELSEWHERE, HEADS

KPIS = [
    "fund_expenditure",
    "beneficiary_visits",
    "inpatient_cases",
    "cost_per_case",
    "actual_reimb_ratio",
    "penalty_total",
]
NAMES = {"机构名称": "机构", "类别": "", "期末协议": "协议"}
CASES = "住院人次（人次）"
PAID = {"基金支出（万元）": "", "基金支出较上年（%）": "同比（%）", "补偿人次（人次）": ""}
STAYS = {
    CASES: "",
    "次均住院费用（元）": "",
    "次均住院费用较上年（%）": "同比（%）",
    "住院实际补偿比例（%）": "实际补偿比例（%）",
}
MONEY = {"处理金额合计（元）": "处理金额（元）"}
CODE = HEADS.index("机构编码")
NAME, KIND, STATE = (HEADS.index(head) for head in NAMES)
NOTE = "全部险种；没有的记作“—”；合计按没有四舍五入的数相加；县外机构不在本表"


def blocks(county: County, period: Period, brief: bool = False) -> list[Block]:
    """All managed institutions by kind, the most fund first: with stays, without; those without figures by name.

    brief: one table, of which those with stays are printed and the others stand in its file.
    """
    found = replace(tables.institutions(county, period, KPIS), note=f"{NOTE}{note(county)}。")
    kinds = [code.zh for code in code_lists()["kind"].values()]
    heads = [column.head for column in found.columns]
    stays, figures = heads.index(CASES), heads.index(next(iter(PAID)))
    every = sorted((row for row in found.rows if row[KIND] != ELSEWHERE), key=lambda row: kinds.index(row[KIND]))
    inpatient = [row for row in every if number(row[stays])]
    hidden = unshown(county, ("institution",), period.months)
    empty = [row for row in every if all(number(cell) is None for cell in row[figures:])]
    idle = [row for row in empty if (row[CODE],) not in hidden]
    others = [row for row in every if row not in inpatient and row not in idle]
    if brief:
        return whole(replace(found, rows=(*inpatient, *others, *idle)), period, len(inpatient), len(others))
    listed = [
        part(replace(found, rows=tuple(inpatient)), PAID | STAYS | MONEY, f"{period.label}有住院的定点医疗机构"),
        part(replace(found, rows=tuple(others)), PAID | MONEY, f"{period.label}其他两定机构"),
        *without(idle),
    ]
    return [Heading("两定机构一览"), *listed] if every else []


def whole(found: Table, period: Period, inpatient: int, others: int) -> list[Block]:
    """Every institution, of which only so many are printed."""
    title, idle = f"{period.label}两定机构", len(found.rows) - inpatient - others
    told = f"印出有住院的 {inpatient} 家；另有 {others} 家没有住院、{idle} 家在册机构本期没有结算，都在附件里。"
    table = replace(part(found, PAID | STAYS | MONEY, title), most=inpatient, note=told + found.note)
    return [Heading("两定机构一览"), table] if found.rows else []


def part(found: Table, heads: dict[str, str], title: str) -> Table:
    """The figures of some institutions; a column that none of them has is left out."""
    places = {column.head: place for place, column in enumerate(found.columns)}
    told = {old: new for old, new in heads.items() if any(number(row[places[old]]) is not None for row in found.rows)}
    return tables.chosen(found, NAMES | told, title, found.note, title)


def without(idle: list[tuple[Cell, ...]]) -> list[Block]:
    """The managed institutions that have no figure of the period, by the state of their agreement."""
    states: dict[str, list[str]] = {}
    for row in idle:
        states.setdefault(row[STATE], []).append(row[NAME])
    told = [f"{state} {len(names)} 家：{'、'.join(names)}" for state, names in states.items()]
    return [Paragraph((f"另有 {len(idle)} 家在册机构本期没有结算。{'；'.join(told)}。",), "note")] if idle else []
