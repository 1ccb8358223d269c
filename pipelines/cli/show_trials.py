"""What check prints: each file with its control totals, what it would replace, and the KPIs before and after."""

from dataclasses import asdict
from decimal import Decimal

import click

from pipelines import wording
from pipelines.cli.show import as_json, span, table, table_name
from pipelines.cli.show_uploads import problems
from pipelines.registry import kpis
from pipelines.store.intake import overlap_sentence

STATES = {
    "unknown": "不能识别",
    "skipped": "不是上传表，跳过",
    "refused": "不能装入",
    "partial": "有问题的行可剔除后装入",
    "ready": "可以装入",
    "unchanged": "已经装入，内容未变",
    "locked": "月份已锁定，装入要写更正原因",
}
NAMED = 5


def trial(found, effects, json_wanted: bool) -> None:
    if json_wanted:
        return as_json({"files": [file_record(t) for t in found.files], "effects": [effect_record(e) for e in effects]})
    for tried in found.files:
        one_file(tried)
    shown_effects(effects)
    faulty = sum(bool(t.staged.problems) for t in found.files if t.state != "skipped")
    click.echo(f"共 {len(found.files)} 个文件，{faulty} 个有问题")


def matched(tried, json_wanted: bool) -> None:
    if json_wanted:
        return as_json(file_record(tried))
    one_file(tried)
    click.echo("没有记住这样的对应" if tried.staged.rows is None else "已记住，同一来源的文件以后这样读；还没有装入")


def one_file(tried) -> None:
    s = tried.staged
    click.echo(f"{tried.name}：{table_name(s.table)} {span(s.periods)} {s.encoding}，{STATES[tried.state]}")
    if s.read:
        left = f"；另有 {s.skipped:,} 行不是数据" if s.skipped else ""
        click.echo(f"  读入 {s.read:,} 行，合格 {s.good:,}，有问题 {s.faulty:,}{left}")
    controls(tried.controls)
    for line in (*warnings(tried), *roster(tried.roster)):
        click.echo(f"  {line}")
    problems(s.problems)


def controls(found) -> None:
    """One line per total, with only the columns that hold anything."""
    columns = {
        "期间": [c.period or "全部" for c in found],
        "项目": [f"{c.name_zh}（{c.unit}）" if c.unit else c.name_zh for c in found],
        "本文件": [amount(c.value) for c in found],
        "文件合计": [amount(c.stated) for c in found],
        "现有": [amount(c.standing) for c in found],
        "上月": [amount(c.last_month) for c in found],
        "比上月": [percent(c.month_change) for c in found],
        "上年同期": [amount(c.last_year) for c in found],
        "比上年": [percent(c.year_change) for c in found],
        "": ["变动大，请核对" if c.jumps else None for c in found],
    }
    shown = {head: cells for head, cells in columns.items() if any(cell is not None for cell in cells)}
    if found:
        blank = [["" if head == "" and cell is None else cell for cell in cells] for head, cells in shown.items()]
        right = {number for number, head in enumerate(shown) if head not in ("期间", "项目", "")}
        table(list(shown), [list(row) for row in zip(*blank, strict=True)], right, indent="  ")


def amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:,}"


def percent(share: Decimal | None) -> str | None:
    return None if share is None else f"{100 * share:+.1f}%"


def warnings(tried) -> list[str]:
    told = [
        f"替换{place(r)}：现有 {r.rows_now:,} 行，本文件 {r.rows_new:,} 行{shrinks(r)}{hand_written(r)}"
        for r in tried.replaces
    ]
    told += [overlap_sentence(tried.staged, p, other) for p, other in tried.overlaps]
    return told + [f"{month} 已锁定，要装入请用 --restate 写明更正原因，或先解锁" for month in tried.locked]


def period(text: str) -> str:
    return "整表" if text == "all" else f" {text}"


def place(replaced) -> str:
    return period(replaced.period) + (f" {replaced.county}" if replaced.county else "")


def shrinks(replaced) -> str:
    return "，不到现有的一半，请核对是否漏了数据" if replaced.shrinks else ""


def hand_written(replaced) -> str:
    return f"；{wording.hand_written(replaced.lost)}" if replaced.by_hand else ""


def roster(found) -> list[str]:
    told = {
        "名册没有的机构": [f"{code} {name}".strip() for code, name in found.new],
        "上次有而这次没有的机构": [f"{code} {name}".strip() for code, name in found.missing],
        "名称与名册不同的机构": [f"{code} {old}→{new}" for code, old, new in found.renamed],
    }
    return [f"{what} {len(names)} 家：{first(names)}" for what, names in told.items() if names]


def first(names: list[str]) -> str:
    return "、".join(names[:NAMED]) + (" 等" if len(names) > NAMED else "")


def shown_effects(effects) -> None:
    if not effects:
        return
    click.echo("装入后的主要指标：")
    rows = [effect_row(e, kpis()[e.kpi]) for e in effects]
    table(["期间", "指标", "装入前", "装入后", "单位", ""], rows, {2, 3}, indent="  ")


def effect_row(effect, kpi) -> list[str]:
    values = [kpi.display(figure.value if figure else None) for figure in (effect.before, effect.after)]
    return [effect.period.label, kpi.name_zh, *values, kpi.display_unit, "" if effect.changed else "不变"]


def file_record(tried) -> dict:
    s = tried.staged
    return {
        "file": tried.name,
        "state": tried.state,
        "table": s.table,
        "layout": s.layout,
        "encoding": s.encoding,
        "sha256": s.sha256,
        "periods": s.periods,
        "rows": {"read": s.read, "good": s.good, "faulty": s.faulty},
        "totals": s.totals or {},
        "skipped": s.skipped,
        "dropped_columns": s.dropped,
        "ignored_columns": s.ignored,
        "mapping": s.mapping,
        "controls": [asdict(c) for c in tried.controls],
        "replaces": [asdict(r) for r in tried.replaces],
        "overlaps": [{"period": period, "file": other} for period, other in tried.overlaps],
        "roster": asdict(tried.roster),
        "locked": tried.locked,
        "problems": [p.record() for p in s.problems],
    }


def effect_record(effect) -> dict:
    return {
        "kpi": effect.kpi,
        "from": effect.period.first,
        "to": effect.period.last,
        "before": effect.before.value if effect.before else None,
        "after": effect.after.value if effect.after else None,
        "unit": kpis()[effect.kpi].unit,
        "missing": effect.after.missing if effect.after and effect.after.missing else None,
        "changed": effect.changed,
    }
