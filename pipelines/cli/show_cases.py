"""What the commands about penalty cases print."""

from dataclasses import asdict
from datetime import date

import click

from pipelines import cases as casework
from pipelines.cli.show import as_json, table
from pipelines.contracts import zh

HEADS = ["案件", "发现日期", "途径", "对象", "违规", "应收应扣", "已扣减", "已到账", "未了", "天数", "状态"]


def listed(found: list[casework.Case], on: date, json_wanted: bool) -> None:
    """The cases, then their money by track; days: since the decision, of those that owe."""
    if json_wanted:
        return as_json([record(case, on) for case in found])
    table(HEADS, [line(case, on) for case in found], {5, 6, 7, 8, 9})
    click.echo(f"共 {len(found)} 件，{on} 的情形，元")
    rows = [
        [t.name_zh, t.cases, t.due_yuan, t.deducted_yuan, t.received_yuan, t.owed_yuan, share(t.collected)]
        for t in casework.by_track(found).values()
    ]
    table(["款项", "件数", "应收应扣", "已扣减", "已到账", "未了", "到账率"], rows, {1, 2, 3, 4, 5, 6})


def line(case: casework.Case, on: date) -> list:
    return [
        case.case_no,
        case.found_on,
        zh("activity", case.activity),
        subject(case),
        case.violation,
        case.due_yuan,
        case.deducted_yuan,
        case.received_yuan,
        case.owed_yuan,
        case.age_days(on) or None,
        zh("case_status", case.status),
    ]


def one(case: casework.Case, json_wanted: bool) -> None:
    if json_wanted:
        return as_json(record(case, date.max))
    known = casework.violation(case.violation)
    click.echo(f"{case.case_no}  {subject(case)}  {zh('case_status', case.status)}")
    click.echo(f"{case.found_on} {zh('activity', case.activity)}：{case.violation} {known.name if known else '未收录'}")
    click.echo(f"事实：{case.description or '—'}")
    for basis in known.basis(case.found_on) if known else ():
        click.echo(f"依据：{basis.cited}：{basis.text}")
    if case.multiple is not None:
        click.echo(f"违约金 = 违规金额 {case.base_amount_yuan} × {case.multiple.normalize():f}")
    rows = [
        [zh("handling", h.handling), h.due_yuan, h.deducted_yuan, h.received_yuan, h.owed_yuan] for h in case.handlings
    ]
    table(["处理", "应收应扣", "已扣减", "已到账", "未了"], rows, {1, 2, 3, 4})
    table(
        ["日期", "编号", "处理", "应收应扣", "已扣减", "已到账", "状态", "说明"],
        [step(p) for p in case.history],
        {3, 4, 5},
    )


def step(each: casework.Progress) -> list:
    told = each.note or ("立案" if not each.number else "")
    money = each.due_yuan, each.deducted_yuan, each.received_yuan
    handled = zh("handling", each.handling) if each.handling else None
    return [
        each.on,
        each.number or None,
        handled,
        *money,
        zh("case_status", each.status) if each.status else None,
        told,
    ]


def subject(case: casework.Case) -> str:
    return case.subject_name or zh("subject_type", case.subject_type)


def share(value) -> str | None:
    return None if value is None else f"{100 * value:.2f}%"


def record(case: casework.Case, on: date) -> dict:
    sums = {key: getattr(case, key) for key in ("due_yuan", "deducted_yuan", "received_yuan", "owed_yuan")}
    return asdict(case) | sums | {"age_days": case.age_days(on) if on != date.max else None}
