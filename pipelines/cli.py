"""The commands of `python -m pipelines`. Output is Chinese; --json gives what a program reads."""

import sys
from contextlib import contextmanager
from pathlib import Path

import click

from pipelines import cli_output as out
from pipelines import demo as build_demo
from pipelines.answers.county import open_county
from pipelines.answers.query import QuestionError, ask
from pipelines.answers.rows import row_batches
from pipelines.answers.rows import rows as rows_behind
from pipelines.build import load as load_files
from pipelines.build import undo as undo_batch
from pipelines.periods import Period, PeriodError
from pipelines.registry import kpis as all_kpis
from pipelines.store import warehouse as store
from pipelines.trial import discard, try_out

JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")
KNOWN = (store.WarehouseError, QuestionError, PeriodError, ValueError, OSError)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--warehouse",
    type=click.Path(path_type=Path),
    envvar="FUND_WAREHOUSE",
    default=Path("data/warehouse"),
    help="数据仓库文件夹",
)
@click.pass_context
def main(context: click.Context, warehouse: Path) -> None:
    """县医保基金监管：上传、指标、核对。数据仓库为 data/warehouse，或 --warehouse、FUND_WAREHOUSE 所指的文件夹。"""
    context.obj = warehouse


@contextmanager
def telling():
    """A known error is one Chinese sentence on stderr and exit code 2, never a traceback."""
    try:
        yield
    except KNOWN as error:
        click.echo(f"错误：{out.sentence(error)}", err=True)
        sys.exit(2)


@main.command()
@click.option("--files", type=click.Path(path_type=Path), help="同时把示例县的 CSV 保存到此文件夹")
@click.pass_obj
def demo(warehouse: Path, files: Path | None) -> None:
    """生成并装入示例县。"""
    with telling(), out.progress("示例县") as progress:
        receipts = build_demo(warehouse, progress, files)
    out.receipts(receipts, brief=True)
    click.echo("现在可运行：streamlit run dashboard.py")


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@JSON
@click.pass_obj
def check(warehouse: Path, paths: tuple[Path, ...], as_json: bool) -> None:
    """试读文件：列出问题和控制总数，不改变任何数据；有问题时退出码为 1。"""
    with telling(), out.progress("检查", hidden=as_json) as progress:
        trial = try_out(warehouse, paths, progress)
        discard(trial)
    staged = [tried.staged for tried in trial.files]
    out.staged(staged, as_json)
    sys.exit(any(s.problems for s in staged if s.state != "skipped"))


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--by", default=store.user, help="装入人")
@JSON
@click.pass_obj
def load(warehouse: Path, paths: tuple[Path, ...], by: str, as_json: bool) -> None:
    """装入文件或文件夹：按内容识别表和月份，每个文件一张回执；有文件被拒收时退出码为 1。"""
    with telling(), out.progress("装入", hidden=as_json) as progress:
        receipts = load_files(warehouse, paths, by, progress)
    out.receipts(receipts, as_json)
    sys.exit(any(r.status == "refused" for r in receipts))


@main.command()
@JSON
@click.pass_obj
def batches(warehouse: Path, as_json: bool) -> None:
    """列出全部批次及其状态。"""
    with telling():
        out.batches(store.batches(warehouse), store.standing(store.journal(warehouse)), store.live(warehouse), as_json)


@main.command()
@click.argument("batch")
@click.option("--why", required=True, help="撤销原因")
@click.option("--by", default=store.user, help="撤销人")
@click.pass_obj
def undo(warehouse: Path, batch: str, why: str, by: str) -> None:
    """撤销一个批次：它替换过的批次重新生效。"""
    with telling():
        taken = undo_batch(warehouse, batch, by, why)
        click.echo(f"已撤销 {taken.id}（{out.table_name(taken.table)} {'、'.join(taken.periods)}）")


@main.command()
@JSON
@click.pass_obj
def status(warehouse: Path, as_json: bool) -> None:
    """数据仓库现状：构建号、已装入的表和月份。"""
    with telling():
        out.status(open_county(warehouse), as_json)


def asking(command):
    """The options of every command that asks for figures."""
    for option in (
        click.option("--where", multiple=True, metavar="维度=值", help="筛选，可重复；值可用逗号并列"),
        click.option("--to", "last", metavar="年月", help="截止月，如 2026-06"),
        click.option("--from", "first", metavar="年月", help="起始月，如 2026-01"),
    ):
        command = option(command)
    return command


@main.command()
@asking
@click.option("--kpi", "ids", multiple=True, help="指标编号，可重复；不写为全部")
@click.option("--by", multiple=True, help="分组维度，可重复")
@JSON
@click.pass_obj
def kpis(warehouse: Path, first, last, where, ids, by, as_json: bool) -> None:
    """指标：期间值、上年同期、变动和目标；可按维度分组、筛选。"""
    with telling():
        county = open_county(warehouse)
        filters = filters_from(where)
        wanted = ids or those_with([*by, *filters])
        out.figures(ask(county, wanted, period_of(county, first, last), by, filters), as_json)


def those_with(dims: list[str]) -> list[str]:
    """The ids of the KPIs that know all of these dimensions."""
    found = [id for id, kpi in all_kpis().items() if set(dims) <= set(kpi.levels)]
    if not found:
        raise QuestionError(f"没有一个指标能按 {'、'.join(dims)} 分；可用的维度见指标字典")
    return found


@main.command()
@asking
@click.option("--kpi", "kpi_id", required=True, help="指标编号")
@click.option("--csv", "target", type=click.Path(path_type=Path), help="把全部行写入此文件")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="屏幕上显示的行数")
@click.pass_obj
def rows(warehouse: Path, first, last, where, kpi_id: str, target: Path | None, limit: int) -> None:
    """一个数字背后的行；各行相加等于该数，并如实说明。"""
    with telling():
        county = open_county(warehouse)
        period = period_of(county, first, last)
        filters = filters_from(where)
        found = rows_behind(county, kpi_id, period, filters, limit)
        out.row_sets(found, ask(county, [kpi_id], period, where=filters)[0].missing, listed=target is None)
        if target:
            out.write_rows(found, target, lambda measure: row_batches(county, kpi_id, measure, period, filters))
    sys.exit(not all(r.agrees for r in found))


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--year", type=int, help="报告年度；不写为最后装入的年度")
@JSON
@click.pass_obj
def verify(warehouse: Path, file: Path | None, year: int | None, as_json: bool) -> None:
    """书面报告的数字与数据仓库逐个核对；不给文件时核对随附的半年报告。"""
    from pipelines.printed.verify import verify as verify_figures

    with telling():
        out.checks(verify_figures(open_county(warehouse), file, year), as_json)


@main.command()
@click.option("--check", "only_check", is_flag=True, help="只检查：列出与定义不一致的文件，有则退出码为 1")
def docs(only_check: bool) -> None:
    """由定义生成 docs 下的指标字典、上传表说明、模板和命令说明。"""
    from pipelines.handbook import docs as documents

    changed = (documents.stale if only_check else documents.write)(documents.DOCS, main)
    for path in changed:
        click.echo(f"docs/{path}：{'已过时，请运行 python -m pipelines docs' if only_check else '已更新'}")
    if not changed:
        click.echo("文档与定义一致")
    sys.exit(only_check and bool(changed))


def period_of(county, first: str | None, last: str | None) -> Period:
    default = county.default_period
    last = last or default.last
    return Period(first or f"{last[:4]}-01", last)


def filters_from(pairs: tuple[str, ...]) -> dict[str, list[str]]:
    filters: dict[str, list[str]] = {}
    for pair in pairs:
        dim, equals, values = pair.partition("=")
        if not equals or not values:
            raise QuestionError(f"筛选“{pair}”读不懂；应如 scheme=resident")
        filters.setdefault(dim.strip(), []).extend(v.strip() for v in values.split(","))
    return filters


@main.command()
@click.option("--rows", default=1_000_000, show_default=True, type=click.IntRange(min=100), help="结算明细的行数")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(min=1), help="轮数；取各轮比值的中位数")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="放临时文件的文件夹；不写为系统的")
@JSON
def bench(rows: int, rounds: int, folder: Path | None, as_json: bool) -> None:
    """测量速度和内存，与目标比较；只用生成的数据，不动数据仓库。"""
    import tempfile

    from pipelines.bench import Plan, measure, rows_of

    with telling(), tempfile.TemporaryDirectory(dir=folder) as aside:
        plan = Plan(rows, Path(aside), rounds)
        with out.progress("测量", hidden=as_json) as progress:
            measured = measure(plan, progress)
    out.benchmark(rows_of(plan, measured), as_json)
