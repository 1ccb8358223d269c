"""The commands of signing off: what is missing for an official document, explanations, notes."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from pipelines import signing as signed
from pipelines.answers.county import County, one_county
from pipelines.cli import show
from pipelines.cli.common import FROM, JSON, TO, by, county_of, telling, why
from pipelines.cli.figures import period_of
from pipelines.periods import Period
from pipelines.store.warehouse import WarehouseError

COUNTY = click.option("--county", metavar="区划", help="几个区县合用的数据仓库：这个区县自己的勾稽，写医保区划代码")


@click.command()
@COUNTY
@FROM
@TO
@JSON
@click.pass_obj
def signing(warehouse: Path, county: str | None, first: str | None, last: str | None, as_json: bool) -> None:
    """封账：各月是否锁定、勾稽是否相符或已说明；还不能出正式文件时退出码为 1。"""
    with telling():
        told = of_one(warehouse, county)
        found = signed.state(told, period_of(told, first, last))
    if as_json:
        show.as_json(record(found))
    else:
        show.table(["月份", "缺的表", "核对", "不符", "没有说明", "锁定"], list(map(row, found.months)), {2, 3, 4})
        for breach in (breach for month in found.months for breach in month.breaches):
            click.echo(told_of(breach))
        click.echo("可以出正式文件" if found.official else "只能出草稿：" + "；".join(found.why_draft))
    sys.exit(not found.official)


def of_one(warehouse: Path, code: str | None) -> County:
    """The county in force; of several that share the warehouse the one of this code, if there is one."""
    county = county_of(warehouse)
    return one_county(county, code) if code else county


def row(month: signed.Month) -> list:
    locked = f"{month.locked.by} {month.locked.at[:10]}" if month.locked else None
    return [month.month, "、".join(month.missing), len(month.checked), len(month.breaches), len(month.open), locked]


def told_of(breach: signed.Breached) -> str:
    said = (
        f"{breach.month} {breach.identity.id}（{breach.identity.title}）：左边 {breach.left:,}，右边 {breach.right:,}"
    )
    return f"{said}；{breach.explained.by}说明：{breach.explained.why}" if breach.explained else f"{said}；没有说明"


def record(found: signed.Signing) -> dict:
    months = [
        {
            "month": month.month,
            "missing": month.missing,
            "locked": month.locked and {"by": month.locked.by, "at": month.locked.at, "why": month.locked.why},
            "official": month.official,
            "breaches": [breach_record(breach) for breach in month.breaches],
        }
        for month in found.months
    ]
    return {"official": found.official, "why_draft": found.why_draft, "months": months}


def breach_record(breach: signed.Breached) -> dict:
    told = breach.explained and {"by": breach.explained.by, "at": breach.explained.at, "why": breach.explained.why}
    sides = {"left": breach.left, "right": breach.right}
    return {"identity": breach.identity.id, "title": breach.identity.title, **sides, "explained": told}


@click.command()
@click.argument("identity")
@click.argument("months", nargs=-1, required=True)
@click.option("--withdraw", is_flag=True, help="撤回已有的说明")
@COUNTY
@why("为什么不符；撤回时为撤回的原因")
@by("署名")
@click.pass_obj
def explain(
    warehouse: Path, identity: str, months: tuple, withdraw: bool, county: str | None, why: str, by: str
) -> None:
    """署名说明一项勾稽在这些月份为什么不符；IDENTITY 是 signing 列出的编号。这几个数再变，说明就失效。"""
    with telling():
        act = signed.withdraw_explanation if withdraw else signed.explain
        made = act(of_one(warehouse, county), identity, months, by, why)
    click.echo(f"已{'撤回' if withdraw else ''}说明 {len(made)} 个月（{by}：{made[0].why}）")


@click.command()
@click.argument("text")
@click.option("--month", metavar="年月", help="写在这个月上")
@click.option("--institution", metavar="编码", help="写在这家机构上")
@click.option("--figure", metavar="编号", help="写在这个数字上，编号见文件附带的 figures.json")
@FROM
@TO
@by("署名")
@click.pass_obj
def note(warehouse: Path, text: str, month, institution, figure, first, last, by: str) -> None:
    """写批注：在月份、机构或数字三者之一上，随该期的文件印出。"""
    with telling():
        kind, about = subject(month, institution, figure)
        county = county_of(warehouse)
        period = Period(month, month) if month else period_of(county, first, last)
        made = signed.note(warehouse, kind, about, period, text, by)
    click.echo(f"已记下 {made.number} 号批注（{by}：{made.text}）")


def subject(month: str | None, institution: str | None, figure: str | None) -> tuple[str, str]:
    given = [pair for pair in (("month", month), ("institution", institution), ("figure", figure)) if pair[1]]
    if len(given) != 1:
        raise WarehouseError("批注写在一个对象上：--month、--institution、--figure 之中选一个")
    return given[0]


@click.command()
@FROM
@TO
@click.option("--withdraw", type=int, metavar="号", help="撤回这一号批注")
@click.option("--why", default="", help="撤回的原因")
@by("撤回人")
@JSON
@click.pass_obj
def notes(warehouse: Path, first, last, withdraw: int | None, why: str, by: str, as_json: bool) -> None:
    """列出批注；或撤回其中一条。"""
    with telling():
        if withdraw is not None:
            taken = signed.withdraw_note(warehouse, withdraw, by, why)
            return click.echo(f"已撤回 {taken.number} 号批注：{taken.text}")
        period = Period(first or "1900-01", last or "2099-12") if first or last else None
        found = signed.notes(warehouse, period)
    if as_json:
        return show.as_json([asdict(each) for each in found])
    rows = [[n.number, signed.KINDS[n.kind], n.about, n.period.label, n.text, n.by, n.at[:10]] for n in found]
    show.table(["号", "对象", "编号", "期间", "批注", "署名", "日期"], rows, {0})
