"""What the commands about loading print: receipts, batches, the journal, the calendar."""

from dataclasses import asdict, replace
from decimal import Decimal

import click

from pipelines.cli.show import as_json, span, table, table_name
from pipelines.contracts import contracts

STATUS = {"loaded": "已装入", "unchanged": "内容未变，没有改变什么", "refused": "拒收", "skipped": "不是上传表，跳过"}
FEES = {"medfee_sumamt": "医疗费", "fund_pay_sumamt": "基金支付", "collected_month": "本月到账"}
CELLS = {"loaded": "●", "partial": "◐", "replaced": "◉", "lacking": "◌", "missing": "缺", "none": "·"}
LEGEND = "● 已装入  ◐ 剔除过行  ◉ 替换过  ◌ 缺部分区县  缺 未装入  · 不需要  月份后的 * 为已锁定"


def totals(found: dict | None) -> str:
    names = {"rows": "行", "persons": "人"}
    shown = [f"{found[k]:,} {zh}" for k, zh in names.items() if found and k in found]
    fees = [f"{label} {found[k]:,} 元" for k, label in FEES.items() if found and k in found]
    return "，".join([*shown, *fees])


def problems(found, limit: int = 20) -> None:
    for problem in found[:limit]:
        click.echo(f"  {'提醒' if problem.severity == 'analytical' else '问题'}：{problem.text}")
    if len(found) > limit:
        click.echo(f"  ……另有 {len(found) - limit} 处，用 --json 看全部")


def receipts(found, json_wanted: bool = False, brief: bool = False) -> None:
    if json_wanted:
        return as_json([receipt(r) for r in found])
    for r in found if not brief else [r for r in found if r.status == "refused"]:
        number = f"，回执 {r.number} 号" if r.number else ""
        click.echo(f"{r.file}：{STATUS[r.status]}" + (f" {r.batch.id}" if r.batch else "") + number)
        if r.batch and r.status == "loaded":
            accepted(r.batch)
        problems(r.problems)
    loaded = sum(r.status == "loaded" for r in found)
    click.echo(f"共 {len(found)} 个文件，装入 {loaded} 个")


def accepted(batch) -> None:
    sha = f"SHA-256 {batch.sha256[:16]}…"
    click.echo(f"  {table_name(batch.table)} {span(batch.periods)} {batch.encoding}，{sha}")
    told = totals({k: Decimal(v) for k, v in batch.totals.items()})
    left = f"，剔除 {batch.left_out:,} 行" if batch.left_out else ""
    click.echo(f"  {told}{left}；{batch.loaded_by}，{batch.loaded_at}")
    replaced = "、".join(batch.supersedes)
    click.echo(f"  替换：{replaced}" if replaced else "  没有替换已有数据")


def receipt(r) -> dict:
    return {
        "file": r.file,
        "status": r.status,
        "number": r.number,
        "batch": asdict(r.batch) if r.batch else None,
        "problems": [p.record() for p in r.problems],
    }


def receipt_text(text: str, event, batch, json_wanted: bool) -> None:
    if json_wanted:
        return as_json(asdict(event) | {"batch": asdict(batch), "text": text})
    click.echo(text, nl=False)


def batches(found, standing: list[str], live: dict, json_wanted: bool) -> None:
    counting = {b.id for b in live.values()}
    states = {b.id: "生效" if b.id in counting else "被替换" if b.id in standing else "已撤销" for b in found}
    if json_wanted:
        return as_json([asdict(b) | {"state": states[b.id]} for b in found])
    rows = [
        [b.id, table_name(b.table), span(b.periods), b.totals["rows"], states[b.id], b.loaded_by, b.loaded_at]
        for b in found
    ]
    table(["批次", "表", "期间", "行数", "状态", "装入人", "时间"], rows, {3})


def undone(taken, json_wanted: bool) -> None:
    if json_wanted:
        return as_json([asdict(batch) for batch in taken])
    for batch in taken:
        click.echo(f"已撤销 {batch.id}（{table_name(batch.table)} {'、'.join(batch.periods)}）")


def locked(entry, json_wanted: bool) -> None:
    if json_wanted:
        return as_json({key: value for key, value in asdict(entry).items() if value})
    click.echo(f"已{'锁定' if entry.action == 'lock' else '解锁'} {entry.period}（{entry.by}：{entry.why}）")


def journal(found, json_wanted: bool) -> None:
    if json_wanted:
        return as_json([asdict(event) for event in found])
    rows = [
        [
            e.number,
            e.at[:19].replace("T", " "),
            e.by,
            e.action_zh,
            what(e),
            span(e.periods),
            e.file or None,
            e.why or None,
        ]
        for e in found
    ]
    table(["号", "时间", "经办人", "事项", "表", "期间", "文件", "原因"], rows, {0})


def what(event) -> str | None:
    return table_name(event.table) if event.table else event.batch or None


def calendar(found, year: int | None, json_wanted: bool) -> None:
    years = [y for y in found.years if year in (None, int(y))]
    if json_wanted:
        return as_json([cell(key, c) for key, c in found.cells.items() if key[1] == "all" or key[1][:4] in years])
    if found.empty or (year and not years):
        return click.echo("没有数据" if year is None else f"{year} 年没有数据")
    for one in years or [""]:  # the roster alone has no year
        months = [period for period in found.periods if one and period.startswith(one)]
        rows = [[contracts()[t].name_zh, *marks(found, t, one, months)] for t in found.tables]
        table([f"{one} 年" if one else "", *(month_head(found, month) for month in months or [""])], rows)
    click.echo(LEGEND)


def month_head(found, month: str) -> str:
    locked = any(cell.locked for (_, period), cell in found.cells.items() if period == month)
    return f"{int(month[5:])}月{'*' if locked else ''}" if month else ""


def marks(found, table: str, year: str, months: list[str]) -> list[str]:
    """A table by the year, or a whole one, shows its one state in the first month."""
    single = next((found.cells[table, p] for p in (year, "all") if (table, p) in found.cells), None)
    if single:
        return [CELLS[single.state], *("" for _ in months[1:])]
    return [CELLS[found.cells[table, month].state] for month in months] or [""]


def cell(key: tuple[str, str], one) -> dict:
    counties = {"counties": {code: cell_shown(each) for code, each in one.counties.items()}} if one.counties else {}
    return {"table": key[0], "period": key[1]} | cell_shown(one) | counties


def cell_shown(one) -> dict:
    shown = asdict(replace(one, batch=None, counties={})) | {"batch": one.batch.id if one.batch else None}
    return {key: value for key, value in shown.items() if key != "counties"}
