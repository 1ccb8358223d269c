"""The command about samples: the plans, or one of them with its files, redrawn."""

from pathlib import Path

import click

from pipelines import sampling as samples
from pipelines.cli import show
from pipelines.cli.common import JSON, county_of, telling


@click.command()
@click.argument("plan", required=False)
@JSON
@click.pass_obj
def sampling(warehouse: Path, plan: str | None, as_json: bool) -> None:
    """抽样方案：全部方案；或一份方案的病历清单，用它的种子重抽一遍并说明是否相同。"""
    with telling():
        if plan is None:
            listed(samples.plans(warehouse), warehouse, as_json)
            return
        county, made = county_of(warehouse), samples.plan_of(warehouse, plan)
        heads, rows = samples.worklist(county, made)  # refused where persons are not theirs: then nothing was seen
        samples.looked_at(county, made)
        again = samples.redraw(county, made)
    if as_json:
        told = {"same": again.same, "changed": again.changed, "gone": list(again.gone)}
        files = [dict(zip(heads, row, strict=True)) for row in rows]
        show.as_json(summary(made) | {"redraw": told, "files": files})
        return
    click.echo(f"种子 {made.draft.seed}：{redrawn(again)}")
    show.table(list(heads[:-3]), [list(row[:-3]) for row in rows], right={0, 10, 12, 13})


def listed(plans: list, warehouse: Path, as_json: bool) -> None:
    if as_json:
        show.as_json([summary(plan) for plan in plans])
        return
    heads = ["方案", "定于", "经手", "期间", "总体", "随机臂", "风险臂", "已查", "种子", "状态"]
    rows = [row(plan, len(samples.results(warehouse, plan))) for plan in plans]
    show.table(heads, rows, right={4, 5, 6, 7})
    if not plans:
        click.echo("还没有抽样方案；在“稽核抽样”页上定")


def row(plan, read: int) -> list:
    scope, made = plan.draft.scope, (plan.id, plan.at[:16].replace("T", " "), plan.by)
    counts = (f"{plan.frame.files:,}", len(plan.drawn), len(plan.risk), read)
    return [*made, f"{scope.first}—{scope.last}", *counts, plan.draft.seed, "作废" if plan.withdrawn else "有效"]


def summary(plan) -> dict:
    scope = plan.draft.scope
    return {
        "plan": plan.id,
        "at": plan.at,
        "by": plan.by,
        "why": plan.why,
        "withdrawn": plan.withdrawn,
        "scope": {key: getattr(scope, key) for key in ("first", "last", "scheme", "care", "place", "strata")},
        "seed": plan.draft.seed,
        "frame": {"files": plan.frame.files, "fund_yuan": plan.frame.fund_yuan, "sha256": plan.frame.sha256},
        "random": len(plan.drawn),
        "risk": len(plan.risk),
    }


def redrawn(again) -> str:
    if again.changed:
        gone = f"；抽出的病历中 {len(again.gone)} 份已不在总体里" if again.gone else ""
        return f"{again.changed}{gone}；清单仍以方案当时抽出的为准"
    return "重抽一遍，得到同样的病历" if again.same else "重抽得到的病历与方案不同，请核对程序版本"
