"""What the commands print: tables for people, JSON for programs."""

import csv
import json
import sys
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import click

from pipelines.contracts import contracts
from pipelines.spreadsheets import harmless

REFUSALS = {FileNotFoundError: "没有这个文件或文件夹", PermissionError: "没有权限", IsADirectoryError: "这是文件夹"}
STATUS = {"loaded": "已装入", "unchanged": "内容未变，没有改变什么", "refused": "拒收", "skipped": "不是上传表，跳过"}


@contextmanager
def progress(label: str, hidden: bool = False):
    """A bar on stderr that a callback (share, what) moves; nothing for --json."""
    if hidden:
        yield lambda share, what: None
        return
    with click.progressbar(length=1000, label=label, item_show_func=lambda what: what, file=sys.stderr) as bar:

        def told(share: float, what: str) -> None:
            bar.update(max(0, int(share * 1000) - bar.pos), what)
            bar.render_progress()  # also where only the words are new, as while waiting for another writer

        yield told


def sentence(error: Exception) -> str:
    """What went wrong, in Chinese; for what the operating system refuses, with the file's name."""
    if not isinstance(error, OSError):
        return str(error)
    reason = next((zh for kind, zh in REFUSALS.items() if isinstance(error, kind)), error.strerror)
    return f"不能读写 {error.filename}：{reason}"


def plain(value):
    """Decimals as numbers that keep their digits: 49.60 prints 49.60 in tables; JSON has 49.6."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent >= 0 else float(value)
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return {k: plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def as_json(value) -> None:
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=1, default=str))


def table_name(table: str) -> str:
    return contracts()[table].name_zh if table in contracts() else "未识别"


def table(heads: list[str], rows: list[list], right: set[int] = frozenset()) -> None:
    """Columns aligned by display width: a Chinese character is two wide."""
    texts = [heads, *[["—" if c is None else str(c) for c in row] for row in rows]]
    widths = [max(wide(row[i]) for row in texts) for i in range(len(heads))]
    for row in texts:
        cells = [
            (" " * (w - wide(c)) + c) if i in right else c + " " * (w - wide(c))
            for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def wide(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def staged(found, json_wanted: bool) -> None:
    if json_wanted:
        return as_json([described(s) for s in found])
    for s in found:
        click.echo(f"{s.upload.name}：{table_name(s.table)} {span(s.periods)} {s.encoding} {totals(s.totals)}")
        problems(s.problems)
    faulty = sum(bool(s.problems) for s in found if s.state != "skipped")
    click.echo(f"共 {len(found)} 个文件，{faulty} 个有问题")


def described(s) -> dict:
    return {
        "file": s.upload.name,
        "table": s.table,
        "layout": s.layout,
        "encoding": s.encoding,
        "sha256": s.sha256,
        "periods": s.periods,
        "totals": s.totals or {},
        "skipped": s.skipped,
        "dropped_columns": s.dropped,
        "ignored_columns": s.ignored,
        "problems": [p.record() for p in s.problems],
    }


def span(periods) -> str:
    if not periods or periods[0] == "all":
        return ""
    return periods[0] if len(periods) == 1 else f"{periods[0]}—{periods[-1]}"


def totals(found: dict | None) -> str:
    names = {"rows": "行", "persons": "人"}
    shown = [f"{found[k]:,} {zh}" for k, zh in names.items() if found and k in found]
    fees = [f"{label} {found[k]:,} 元" for k, label in FEES.items() if found and k in found]
    return "，".join([*shown, *fees])


FEES = {"medfee_sumamt": "医疗费", "fund_pay_sumamt": "基金支付", "collected_month": "本月到账"}


def problems(found, limit: int = 20) -> None:
    for problem in found[:limit]:
        click.echo(f"  {'提醒' if problem.severity == 'analytical' else '问题'}：{problem.text}")
    if len(found) > limit:
        click.echo(f"  ……另有 {len(found) - limit} 处，用 --json 看全部")


def receipts(found, json_wanted: bool = False, brief: bool = False) -> None:
    if json_wanted:
        return as_json([receipt(r) for r in found])
    for r in found if not brief else [r for r in found if r.status == "refused"]:
        click.echo(f"{r.file}：{STATUS[r.status]}" + (f" {r.batch.id}" if r.batch else ""))
        if r.batch and r.status == "loaded":
            click.echo(
                f"  {table_name(r.batch.table)} {span(r.batch.periods)} {r.batch.encoding}，"
                f"SHA-256 {r.batch.sha256[:16]}…"
            )
            click.echo(f"  {receipt_totals(r.batch.totals)}；{r.batch.loaded_by}，{r.batch.loaded_at}")
            replaced = "、".join(r.batch.supersedes)
            click.echo(f"  替换：{replaced}" if replaced else "  没有替换已有数据")
        problems(r.problems)
    loaded = sum(r.status == "loaded" for r in found)
    click.echo(f"共 {len(found)} 个文件，装入 {loaded} 个")


def receipt_totals(told: dict[str, str]) -> str:
    return totals({k: Decimal(v) for k, v in told.items()})


def receipt(r) -> dict:
    return {
        "file": r.file,
        "status": r.status,
        "batch": asdict(r.batch) if r.batch else None,
        "problems": [p.record() for p in r.problems],
    }


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


def status(county, json_wanted: bool) -> None:
    loaded = {t: sorted(p for u, p in county.coverage if u == t) for t in contracts()}
    if json_wanted:
        return as_json({"build": county.build_id, "warehouse": str(county.warehouse), "loaded": loaded})
    click.echo(f"数据仓库 {county.warehouse}，构建 {county.build_id}")
    rows = [[table_name(t), span(p) or ("已装入" if p else "未上传"), len(p)] for t, p in loaded.items()]
    table(["表", "期间", "期数"], rows, {2})


def figures(found, json_wanted: bool) -> None:
    if json_wanted:
        return as_json([figure(f) for f in found])
    dims = list(found[0].dims) if found else []
    rows = [
        [
            f.kpi.id,
            f.kpi.name_zh,
            *(f.dims[d] for d in dims),
            f.value,
            f.kpi.unit,
            f.year_ago,
            change(f),
            f.target,
            f.missing or None,
        ]
        for f in found
    ]
    first = 2 + len(dims)
    table(
        ["编号", "指标", *dims, "值", "单位", "上年同期", "变动", "目标", "说明"],
        rows,
        {first, first + 2, first + 3, first + 4},
    )


def change(f) -> str | None:
    return None if f.change is None else f"{f.change:+} {f.change_unit}"


def figure(f) -> dict:
    return {
        "kpi": f.kpi.id,
        "name_zh": f.kpi.name_zh,
        "dimensions": f.dims,
        "numerator": f.numerator,
        "denominator": f.denominator,
        "value": f.value,
        "unit": f.kpi.unit,
        "year_ago": f.year_ago,
        "change": f.change,
        "change_unit": f.change_unit,
        "target": f.target,
        "missing": f.missing or None,
    }


def row_sets(found, missing: str, listed: bool) -> None:
    if missing:
        click.echo(missing)
    if not found:
        click.echo("手工填报的指标，没有明细行")
    for r in found:
        agrees = "相等" if r.agrees else "不相等"
        summed = 0 if r.summed is None else r.summed
        click.echo(f"{r.measure.name_zh}：{r.total:,} 行，各行相加 {summed}，指标所用 {r.figure}，{agrees}")
        if listed:
            table(list(r.columns), [list(row) for row in r.rows])


def write_rows(found, target: Path, batches_of) -> None:
    """All rows of each measure: the numerator's into target, each other measure's into a file beside it."""
    for number, r in enumerate(found):
        path = target if number == 0 else target.with_name(f"{target.stem}_{r.measure.id}{target.suffix}")
        write_csv(path, r.columns, (row for _, rows in batches_of(r.measure.id) for row in rows))
        click.echo(f"{r.measure.name_zh}：{r.total:,} 行已写入 {path}")


def write_csv(path: Path, columns, rows) -> None:
    """A file that Excel opens with its Chinese intact and no live formula in it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([harmless(cell) for cell in row] for row in rows)


def checks(found, json_wanted: bool) -> None:
    if json_wanted:
        return as_json([asdict(c) for c in found])
    rows = [[c.id, c.name_zh, c.printed, c.computed, c.unit, CHECKED[c.status], c.note] for c in found]
    table(["编号", "名称", "报告", "计算", "单位", "结论", "说明"], rows, {2, 3})
    counts = {zh: sum(c.status == s for c in found) for s, zh in CHECKED.items()}
    click.echo("，".join(f"{zh} {n}" for zh, n in counts.items() if n))


CHECKED = {
    "equal": "一致",
    "within_rounding": "舍入范围内一致",
    "misprint": "误印",
    "reference": "只作参考",
    "outside": "不属本系统",
    "differs": "不一致",
    "missing": "未上传",
}


def benchmark(rows, json_wanted: bool) -> None:
    if json_wanted:
        return as_json([asdict(row) | {"met": row.met} for row in rows])
    met = {None: "", True: "达到", False: "未达到"}
    listed = [
        [row.name, None if row.value is None else f"{row.value:,.2f}", row.unit, row.aim, met[row.met], row.detail]
        for row in rows
    ]
    table(["项目", "结果", "单位", "目标", "", "说明"], listed, {1, 3})
