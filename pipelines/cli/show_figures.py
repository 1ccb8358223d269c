"""What the commands about figures print."""

import csv
import sys
from codecs import BOM_UTF8
from dataclasses import asdict
from pathlib import Path

import click

from pipelines import Told
from pipelines.answers.by_county import ALL, county_name
from pipelines.cli.show import as_json, span, table, table_name
from pipelines.contracts import contracts
from pipelines.registry import COUNTY
from pipelines.spreadsheets import harmless
from pipelines.terminal import written_whole


def status(county, json_wanted: bool) -> None:
    loaded = {t: sorted(p for u, p in county.coverage if u == t) for t in contracts()}
    if json_wanted:
        return as_json({"build": county.build_id, "warehouse": str(county.warehouse), "loaded": loaded})
    click.echo(f"数据仓库 {county.warehouse}，构建 {county.build_id}")
    rows = [[table_name(t), span(p) or ("已装入" if p else "未上传"), len(p)] for t, p in loaded.items()]
    table(["表", "期间", "期数"], rows, {2})


def figures(county, found, json_wanted: bool) -> None:
    """County: whose build was asked, for the names of the counties that share it."""
    if json_wanted:
        return as_json([figure(f) for f in found])
    dims = list(found[0].dims) if found else []
    rows = [
        [
            f.kpi.id,
            f.kpi.name_zh,
            *(named(county, d, f.dims[d]) for d in dims),
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


def named(county, dim: str, code: str | None) -> str | None:
    """A code as it may be typed; a county's with its name, as its digits alone tell nobody which it is."""
    if dim != COUNTY:
        return code
    return county_name(county, code) if code in (None, ALL) else f"{code} {county_name(county, code)}"


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


def write_rows(found, target: Path, lines_of, recorded) -> None:
    """All rows of each measure: the numerator's into target, each other measure's into a file beside it.

    lines_of: measure id and how columns stand in the file -> row_lines(); recorded: is told the name of each file and
    its rows before it is written.
    """
    for number, r in enumerate(found):
        path = target if number == 0 else target.with_name(f"{target.stem}_{r.measure.id}{target.suffix}")
        recorded(path.name, r.total)
        write_lines(path, lines_of(r.measure.id, told={key: Told(key) for key in r.columns}), r.total)
        click.echo(f"{r.measure.name_zh}：{r.total:,} 行已写入 {path}")


def write_csv(path: Path, columns, rows) -> None:
    """A file that Excel opens with its Chinese intact and no live formula in it."""
    with written_whole(path) as aside, aside.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([harmless(cell) for cell in row] for row in rows)


def write_lines(path: Path, lines, total: int) -> None:
    """The same of lines that the engine has put together: portions of (how many, their bytes)."""
    shown = click.progressbar(length=total, label=f"写 {path.name}", file=sys.stderr, hidden=not sys.stderr.isatty())
    with shown as bar, written_whole(path) as aside, aside.open("wb") as file:
        file.write(BOM_UTF8)
        for count, data in lines:
            file.write(data)
            bar.update(count)


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


def growth(rows, sizes: tuple[int, ...], json_wanted: bool) -> None:
    if json_wanted:
        return as_json([asdict(row) | {"sizes": sizes, "met": row.met} for row in rows])
    heads = ["项目", *(f"{size:,} 行" for size in sizes), "单位", "增长", "目标", ""]
    listed = [[row.name, *cells(row), row.unit, *judged(row)] for row in rows]
    table(heads, listed, {*range(1, 1 + len(sizes)), 2 + len(sizes)})


def cells(row) -> list[str]:
    """What was measured at each size, or why it was not."""
    pairs = zip(row.values, row.notes, strict=True)
    return [why if value is None else f"{value:,.2f}" if value < 100 else f"{value:,.0f}" for value, why in pairs]


def judged(row) -> list:
    """How a row grew, its aim, and whether that was met."""
    met = {None: "", True: "达到", False: "未达到"}[row.met]
    grew = None if row.growth is None else f"{row.growth:.2f} 倍"
    return [grew, None if row.aim is None else f"{row.kind} {row.aim:g}", met]
