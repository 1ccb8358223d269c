"""The commands about the assessment: assess (as agreed or under other terms) and targets (a year's, or a draft)."""

from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from pipelines import assessment
from pipelines.answers.query import QuestionError
from pipelines.cli import show
from pipelines.cli.common import FROM, JSON, TO, county_of, exported, telling
from pipelines.cli.figures import period_of
from pipelines.cli.show_figures import write_csv
from pipelines.registry import indicator_words

HEADS = ["机构编码", "机构", "指标", "险种", "值", "判定", "目标", "离目标%", "结论", "例数", "扣分", "应扣（元）"]


@click.command()
@FROM
@TO
@click.option("--missed", is_flag=True, help="只列未达标的")
@click.option(
    "--looser", multiple=True, metavar="指标=数", help="试算：目标放宽，比例按百分点，其他按目标的 %；负数收紧"
)
@click.option("--yuan", multiple=True, metavar="指标=元", help="试算：每分扣减多少元")
@click.option("--csv", "target", type=click.Path(path_type=Path), help="把逐项结果写入此文件")
@JSON
@click.pass_obj
def assess(warehouse: Path, first, last, missed: bool, looser, yuan, target: Path | None, as_json: bool) -> None:
    """指标考核：各机构对当年目标，谁未达标，按办法扣多少；可试算别的目标和金额，不写入。"""
    with telling():
        county = county_of(warehouse)
        found = assessment.assess(county, period_of(county, first, last))
        changes = changes_of(looser, yuan)
        after = assessment.simulate(found, changes)
        lines = [one for one in after.judged if not missed or one.state == assessment.MISSED]
        rows = [row(county, one) for one in lines]
        if target:
            exported(warehouse, target.name, len(rows))
            write_csv(target, HEADS, rows)
    if as_json:
        told = {"before": summary(found), "after": summary(after)} if changes else summary(found)
        show.as_json(told | {"lines": [dict(zip(HEADS, each, strict=True)) for each in rows]})
        return
    if not target:
        show.table(HEADS, rows, {4, 6, 7, 9, 10, 11})
    click.echo(sentence(found) + against_ledger(found))
    if changes:
        click.echo(f"试算：{sentence(after)}")


def changes_of(looser: tuple[str, ...], yuan: tuple[str, ...]) -> dict[str, assessment.Change]:
    """{indicator: Change} from 指标=数 pairs."""
    moved, paid = dict(map(pair, looser)), dict(map(pair, yuan))
    return {kpi: assessment.Change(looser=moved.get(kpi, Decimal(0)), yuan=paid.get(kpi)) for kpi in {*moved, *paid}}


def pair(text: str) -> tuple[str, Decimal]:
    name, _, value = text.partition("=")
    kpi = indicator_words().get(name.strip())
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        number = None
    if kpi is None or number is None or not number.is_finite():
        raise QuestionError(f"“{text}”读不懂；应如 次均住院费用=5，指标用指标字典里的名称")
    return kpi, number


def row(county, one) -> list:
    operator = "≤" if one.target.operator == "<=" else "≥"
    name, state = county.names.get(one.institution, one.institution), assessment.STATES[one.state]
    head = [one.institution, name, one.kpi.name_zh, one.target.scheme, one.value, operator, tidy(one.target.value)]
    return [*head, one.beyond_percent, state, one.cases, tidy(one.points), one.yuan]


def tidy(value: Decimal | None) -> str | None:
    """95.0000 as 95."""
    return None if value is None else f"{value.normalize():f}"


def summary(found) -> dict:
    return {
        "period": [found.period.first, found.period.last],
        "institutions": len(found.institutions),
        "failing": found.failing,
        "near": found.near,
        "points": found.points,
        "yuan": found.yuan,
        "booked": sum(found.booked.values()),
        "disagreeing": {code: list(amounts) for code, amounts in found.disagreeing.items()},
        "left_out": [list(each) for each in found.left_out],
    }


def sentence(found) -> str:
    failing, near = len(found.failing), len(found.near)
    counts = f"{found.period.label}：{len(found.institutions)} 家中 {failing} 家未达标，{near} 家临界，"
    return f"{counts}扣 {tidy(found.points)} 分、{found.yuan:,.2f} 元"


def against_ledger(found) -> str:
    agreed = f"{len(found.disagreeing)} 家不一致" if found.disagreeing else "逐家一致"
    return f"；台账已扣 {sum(found.booked.values()):,.2f} 元，{agreed}"


@click.command()
@click.argument("year", type=int)
@click.option("--draft", "drafted", is_flag=True, help="由上一年的目标和近三年的数拟定")
@click.option("--csv", "target", type=click.Path(path_type=Path), help="写成可上传的考核指标表")
@JSON
@click.pass_obj
def targets(warehouse: Path, year: int, drafted: bool, target: Path | None, as_json: bool) -> None:
    """一年的考核目标和扣减办法；--draft 拟定新一年的：控制性取三年均值，政策性沿用。"""
    with telling():
        county = county_of(warehouse)
        found = assessment.draft(county, year) if drafted else assessment.targets_of(county, year)
        heads, rows = assessment.as_file(found)
        if target:
            exported(warehouse, target.name, len(rows))
            write_csv(target, heads, rows)
    if as_json:
        show.as_json([assessment.row_of(each) for each in found])
    elif target:
        click.echo(f"{len(rows)} 条目标已写入 {target}")
    else:
        show.table(heads, [[cell or None for cell in each] for each in rows])
