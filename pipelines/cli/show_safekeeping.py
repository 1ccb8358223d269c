"""How backups, what was restored and what the doctor found are printed."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from pipelines.cli.show import as_json, table
from pipelines.safekeeping.backup import Backup, Checked
from pipelines.safekeeping.findings import STATES, Finding
from pipelines.safekeeping.manifest import Manifest
from pipelines.safekeeping.restore import Restored


def backed_up(done: Backup, folder: Path, json_wanted: bool) -> None:
    told = done.manifest
    if json_wanted:
        return as_json(
            summary(told) | {"copied": done.copied, "new_files": done.new_files, "forgotten": done.forgotten}
        )
    click.echo(f"已备份到 {folder}：{told.name}")
    click.echo(f"批次 {told.batches} 个，操作记录 {told.lines} 行，共 {size(told.size)}；这次新增 {size(done.copied)}")
    click.echo(f"汇总编号 {told.build_id or '—'}，主要指标 {len(told.figures)} 项")
    if done.forgotten:
        click.echo(f"清除了以前的 {len(done.forgotten)} 份")
    if told.key_sign:
        kept = (
            "已一并备份，请像密码一样保管" if told.keys else "不在备份里，请另外保管：没有它，以后的月份认不出同一个人"
        )
        click.echo(f"人员编号的密钥（标记 {told.key_sign}）{kept}")
    for fault in (*told.faults, *(f"{each}；以前的备份一份也没有清除" for each in done.unreadable)):
        click.echo(f"注意：{fault}", err=True)


def summary(told: Manifest) -> dict:
    """A generation without its list of files."""
    return {key: value for key, value in asdict(told).items() if key not in ("files", "folders")} | {"size": told.size}


def checked(found: list[Checked], json_wanted: bool) -> None:
    if json_wanted:
        return as_json([asdict(each) for each in found])
    rows = [[c.name, c.batches, size(c.size), "完好" if not c.lost else f"损坏 {len(c.lost)} 个文件"] for c in found]
    table(["备份", "批次", "大小", "核对"], rows, {1, 2})
    for each in found:
        for path in each.lost[:20]:
            click.echo(f"{each.name}：{path} 缺失或损坏；数据仓库里还有的，下次备份会重新复制", err=True)


def restored(done: Restored, json_wanted: bool) -> None:
    if json_wanted:
        told = {"target": str(done.target), "build_id": done.build_id, "figures": done.figures}
        told |= {"differences": done.differences, "notes": done.notes, "backup": summary(done.manifest)}
        return as_json(told)
    told = done.manifest
    click.echo(f"已恢复到 {done.target}：{told.at[:16].replace('T', ' ')} 的备份，批次 {told.batches} 个")
    if not done.differences:
        click.echo(f"汇总编号 {done.build_id} 和 {len(done.figures)} 项主要指标与备份时相同")
    for difference in done.differences:
        click.echo(f"不同：{difference}", err=True)
    for note in done.notes:
        click.echo(f"请注意：{note}")


def size(count: int) -> str:
    """Bytes, as 56.2 MB."""
    return f"{count / 2**20:,.1f} MB"


def examined(found: list[Finding], json_wanted: bool) -> None:
    if json_wanted:
        return as_json([each.record() for each in found])
    for each in found:
        click.echo(f"{STATES[each.state]}  {each.check}：{each.told}{f'。{each.remedy}' if each.remedy else ''}")
    count = Counter(each.state for each in found)
    click.echo("；".join(f"{zh} {count[state]} 项" for state, zh in STATES.items() if count[state]))
