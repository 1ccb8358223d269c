"""The command about clues: all rules over a year, the hits of one, or the rules themselves."""

from collections import defaultdict
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import click

from pipelines import clues as screening
from pipelines.cli import show
from pipelines.cli.common import JSON, county_of, exported, telling
from pipelines.cli.show_figures import write_csv
from pipelines.store.warehouse import WarehouseError

HEADS = {
    "key": "线索编号",
    "title": "规则",
    "institution": "机构编码",
    "name": "机构",
    "month": "月份",
    "first_day": "起",
    "last_day": "止",
    "reason": "为何",
    "measured": "测得",
    "bound": "界限",
    "unit": "单位",
    "cases": "笔数",
    "at_stake_yuan": "涉及基金",
    "fund_paid_yuan": "这些行的基金支付",
}


@click.command()
@click.argument("what", required=False, type=click.Choice(["rules"]))
@click.option("--year", type=click.IntRange(1990, 2100), help="哪一年；不写为最后装入的年度")
@click.option("--rule", "rule_id", help="只看一条规则，编号见 clues rules")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="屏幕上显示的条数")
@click.option("--csv", "target", type=click.Path(path_type=Path), help="把全部线索写入此文件")
@JSON
@click.pass_obj
def clues(warehouse: Path, what, year: int | None, rule_id: str | None, limit: int, target, as_json: bool) -> None:
    """疑点线索：一年的全部规则；--rule 列出一条规则的线索；clues rules 列出规则。线索是待核查的疑点，不是结论。"""
    with telling():
        if what == "rules":
            return listed_rules(screening.parameters(warehouse), as_json)
        if rule_id is not None and rule_id not in screening.rules():
            raise WarehouseError(f"没有规则“{rule_id}”；可用：{'、'.join(screening.rules())}")
        county = county_of(warehouse)
        wanted = str(year or county.default_period.last[:4])
        with show.progress("筛查", hidden=as_json) as progress:
            hits = screening.screen(county, wanted, progress=progress)
        hits = [hit for hit in screening.seen(county, hits) if rule_id in (None, hit.rule)]
        gaps = {id: text for id, text in screening.gaps(county, wanted).items() if rule_id in (None, id)}
        if target:
            exported(warehouse, target.name, len(hits))
            write_csv(target, HEADS.values(), (told(hit, county.names).values() for hit in hits))
    found(wanted, hits, gaps, county.names, None if rule_id is None else limit, as_json)
    if target and not as_json:
        click.echo(f"{len(hits):,} 条线索已写入 {target}")


def listed_rules(values: dict[str, dict[str, Decimal]], as_json: bool) -> None:
    rules = screening.rules().values()
    if as_json:
        return show.as_json([asdict(rule) | {"values": values[rule.id]} for rule in rules])
    rows = [[r.id, r.title, r.severity_zh, r.shape_zh, settings(r, values[r.id]), r.basis] for r in rules]
    show.table(["编号", "规则", "等级", "对象", "参数", "依据"], rows)


def settings(rule: screening.Rule, values: dict[str, Decimal]) -> str:
    return "；".join(f"{p.name_zh} {values[p.name]:f} {p.unit}" for p in rule.parameters)


def found(year: str, hits: list, gaps: dict[str, str], names: dict, limit: int | None, as_json: bool) -> None:
    """limit: how many hits are listed; None sums them up by rule."""
    if as_json:
        return show.as_json({"year": year, "gaps": gaps, "hits": [told(hit, names) | rows_of(hit) for hit in hits]})
    for id, text in gaps.items():
        click.echo(f"{screening.rules()[id].title}：{text}")
    if limit is None:
        summed_up(hits, gaps)
    else:
        keys = ("key", "name", "month", "reason", "at_stake_yuan")
        rows = [[told(hit, names)[key] for key in keys] for hit in hits[:limit]]
        show.table([HEADS[key] for key in keys], rows, {4})
    click.echo(f"{year} 年共 {len(hits):,} 条线索，待核查")


def summed_up(hits: list, gaps: dict[str, str]) -> None:
    """A rule that could not run and found nothing has a dash: nobody knows that there is nothing."""
    by_rule = defaultdict(list)
    for hit in hits:
        by_rule[hit.rule].append(hit)
    rows = [
        [r.id, r.title, r.severity_zh, *(counted(by_rule[r.id]) if by_rule[r.id] or r.id not in gaps else (None, None))]
        for r in screening.rules().values()
    ]
    show.table(["编号", "规则", "等级", "线索", "涉及基金（元）"], rows, {3, 4})


def counted(hits: list) -> tuple[str, str]:
    return f"{len(hits):,}", f"{sum(hit.at_stake_yuan for hit in hits):,.2f}"


def told(hit: screening.Hit, names: dict[str, str]) -> dict:
    rule = screening.rules()[hit.rule]
    own = {"title": rule.title, "name": names.get(hit.institution, hit.institution), "unit": rule.unit}
    return {key: own[key] if key in own else getattr(hit, key) for key in HEADS}


def rows_of(hit: screening.Hit) -> dict:
    return {"rule": hit.rule, "setl_ids": hit.setl_ids, "beside_ids": hit.beside_ids}
