"""The commands of the month's routine: try files out, load them, take them back, lock the month, look back."""

import sys
from pathlib import Path

import click

from pipelines import build, trial
from pipelines.cli import show, show_trials
from pipelines.cli import show_uploads as out
from pipelines.cli.common import JSON, by, exported, restate, telling, why
from pipelines.clues import seen_events
from pipelines.store import calendar as calendars
from pipelines.store import history, receipts
from pipelines.store import warehouse as store
from pipelines.uploads.marked import write_all

FILES = click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
LEAVE_OUT = click.option("--leave-out-faulty", "leave_out", is_flag=True, help="剔除有问题的行，装入其余的行")

MARKED = click.option(
    "--marked",
    type=click.Path(path_type=Path, file_okay=False),
    help="把有问题的行写成 Excel，放进此文件夹",
)


@click.command()
@FILES
@LEAVE_OUT
@MARKED
@JSON
@click.pass_obj
def check(warehouse: Path, paths: tuple[Path, ...], leave_out: bool, marked: Path | None, as_json: bool) -> None:
    """试读文件，不改变数据：问题、控制总数、要替换的月份、机构变动、装入前后的主要指标；有问题时退出码为 1。"""
    with telling():
        with show.progress("检查", hidden=as_json) as progress:
            found = trial.try_out(warehouse, paths, lambda share, what: progress(0.7 * share, what))
            try:
                states = ("ready", "partial") if leave_out else ("ready",)
                chosen = {tried.name for tried in found.files if tried.state in states and not tried.overlaps}
                told = trial.effects(found, chosen, lambda share, what: progress(0.7 + 0.3 * share, what))
                if marked:
                    exported(warehouse, marked.name, sum(len(t.staged.problems) for t in found.files))
                written = write_all((t.staged for t in found.files), marked, build.words_of) if marked else []
            finally:
                trial.discard(found)
        show_trials.trial(found, told, as_json)
    for path in written:
        click.echo(f"问题清单：{path}", err=as_json)
    faulty = (t for t in found.files if t.staged.problems and t.state != "skipped")
    sys.exit(any(faulty) or any(t.state == "locked" or (t.loadable and t.overlaps) for t in found.files))


@click.command()
@FILES
@LEAVE_OUT
@by("装入人")
@restate()
@JSON
@click.pass_obj
def load(warehouse: Path, paths: tuple[Path, ...], leave_out: bool, by: str, restating: str, as_json: bool) -> None:
    """装入文件或文件夹：按内容识别表和月份，每张表一张回执；有文件被拒收时退出码为 1。"""
    with telling(), show.progress("装入", hidden=as_json) as progress:
        told = build.load(warehouse, paths, by, progress, leave_out, restating)
    out.receipts(told, as_json)
    sys.exit(any(receipt.status == "refused" for receipt in told))


@click.command()
@click.argument("number", type=int)
@JSON
@click.pass_obj
def receipt(warehouse: Path, number: int, as_json: bool) -> None:
    """第 NUMBER 号回执，可打印存档；编号见 load 的输出或 journal。"""
    with telling():
        text = receipts.receipt_text(warehouse, number)
        event = history.events(warehouse)[number - 1]
        out.receipt_text(text, event, store.read_batch(warehouse, event.batch), as_json)


@click.command()
@JSON
@click.pass_obj
def batches(warehouse: Path, as_json: bool) -> None:
    """列出全部批次及其状态。"""
    with telling():
        out.batches(store.batches(warehouse), store.standing(store.journal(warehouse)), store.live(warehouse), as_json)


@click.command()
@click.argument("batch")
@why("撤销原因")
@by("撤销人")
@restate()
@JSON
@click.pass_obj
def undo(warehouse: Path, batch: str, why: str, by: str, restating: str, as_json: bool) -> None:
    """撤销一个批次：它替换过的批次重新生效。"""
    with telling(), show.progress("撤销", hidden=True) as progress:
        out.undone([build.undo(warehouse, batch, by, why, progress, restating)], as_json)


@click.command("leave-sample")
@by("经办人")
@JSON
@click.pass_obj
def leave_sample(warehouse: Path, by: str, as_json: bool) -> None:
    """清除示例县：撤销它的全部批次，改用本县的数据。"""
    with telling():
        out.undone(build.leave_sample(warehouse, by), as_json)


@click.command()
@click.argument("month")
@why("锁定原因")
@by("锁定人")
@JSON
@click.pass_obj
def lock(warehouse: Path, month: str, why: str, by: str, as_json: bool) -> None:
    """锁定一个月，如 2026-05：按月的表在该月不能再装入、替换或撤销，除非写明更正原因。"""
    with telling():
        out.locked(build.lock(warehouse, month, by, why), as_json)


@click.command()
@click.argument("month")
@why("解锁原因")
@by("解锁人")
@JSON
@click.pass_obj
def unlock(warehouse: Path, month: str, why: str, by: str, as_json: bool) -> None:
    """解除一个月的锁定。"""
    with telling():
        out.locked(build.unlock(warehouse, month, by, why), as_json)


@click.command()
@JSON
@click.pass_obj
def journal(warehouse: Path, as_json: bool) -> None:
    """操作记录：每一次装入、撤销、锁定、解锁，谁、何时、为何。"""
    with telling():
        out.journal(seen_events(warehouse, history.events(warehouse)), as_json)


@click.command()
@click.option("--year", type=int, help="只看这一年")
@JSON
@click.pass_obj
def calendar(warehouse: Path, year: int | None, as_json: bool) -> None:
    """数据日历：每张表每个月已装入、有剔除、替换过、缺、锁定。"""
    with telling():
        out.calendar(calendars.calendar(warehouse), year, as_json)
