"""The command that has another engine compute: for a city or a province, whose figures are then read as ever."""

import sys
from pathlib import Path

import click

from pipelines.cli import show, show_uploads
from pipelines.cli.common import JSON, by, restate, telling
from pipelines.errors import WarehouseError

FOLDER = click.Path(path_type=Path, file_okay=False)
FILES = click.argument("paths", nargs=-1, type=click.Path(readable=False, path_type=Path))
ENGINE = click.option(
    "--engine",
    default="spark",
    show_default=True,
    type=click.Choice(["spark", "sail"]),
    help="外部引擎；Sail 不需要 Java",
)
MASTER = click.option(
    "--master", default="", metavar="地址", help="Spark：local[2]、spark://主机:7077 或 yarn；不写为本机"
)
PLACE = click.option(
    "--warehouse",
    "place",
    default="",
    metavar="地址",
    help="批次所在：本地文件夹、hdfs:// 或 s3a://；不写为数据仓库自己",
)
CONF = click.option(
    "--conf",
    "options",
    multiple=True,
    metavar="名称=值",
    help="Spark 的其他设置，如 spark.executor.memory=8g；可写多次",
)
EMIT = click.option(
    "--emit", "folder", type=FOLDER, help="不运行，把 Spark SQL 写成文件放进此文件夹，由 spark-sql -f 运行"
)
TAKE = click.option("--take", is_flag=True, help="不运行，取回 spark-sql 算好的汇总，再构建")
COMPARE = click.option(
    "--compare", "comparing", is_flag=True, help="不改变数据，把外部引擎的汇总与本机的逐行比较；有不同则退出码为 1"
)
EVERY = click.option("--every", is_flag=True, help="--emit 时写出全部批次，不只缺汇总的")

CLUES = click.option(
    "--clues",
    "year",
    type=click.IntRange(1990, 2100),
    metavar="年",
    help="由外部引擎筛查一年的疑点线索；可与 --emit、--take 合用",
)


@click.command()
@FILES
@ENGINE
@MASTER
@PLACE
@CONF
@EMIT
@EVERY
@TAKE
@COMPARE
@CLUES
@by("装入人")
@restate()
@JSON
@click.pass_obj
def scale(warehouse: Path, paths: tuple[Path, ...], by: str, restating: str, as_json: bool, **asked) -> None:
    """由外部引擎（Spark、Sail）汇总还没有汇总的批次，再照常构建；写了文件则先装入文件。

    需要 pip install -r requirements-spark.txt，Spark 另需 Java 17。之后看板、报告和其他命令照常使用。
    """
    with telling(), show.progress("外部引擎", hidden=as_json) as progress:
        engines = front_door()
        which = engines.Asked(asked["engine"], asked["master"], asked["place"], dict(map(setting, asked["options"])))
        if asked["year"]:
            if paths or asked["comparing"]:
                raise WarehouseError("--clues 只筛查线索；装入文件、--compare 请另外运行")
            screened(engines, warehouse, which, str(asked["year"]), asked, progress, as_json)
        elif asked["folder"]:
            emitted(engines.emit(warehouse, which, asked["folder"], asked["every"]), as_json)
        elif asked["comparing"]:
            told = engines.compare(warehouse, which, progress=progress)
            compared(told, as_json)
            sys.exit(any(told.values()))
        elif asked["take"]:
            scaled(engines.take_staged(warehouse, which, progress), as_json)
        else:
            done = engines.scale(warehouse, which, by, paths, progress, restating)
            scaled(done, as_json)
            sys.exit(any(receipt.status == "refused" for receipt in done.receipts))


def screened(engines, warehouse: Path, which, year: str, asked: dict, progress, json_wanted: bool) -> None:
    """The clue rules of a year: run, written as files, or taken over; figures and builds stay as they are."""
    if asked["folder"]:
        files = engines.emit_clues(warehouse, which, year, asked["folder"])
        told = f"已写出 {year} 年全部规则的 Spark SQL；怎样运行、取回，见 {files[-1]}"
        return show.as_json([str(path) for path in files]) if json_wanted else click.echo(told)
    take, run = engines.take_clues, engines.screen_on
    hits = take(warehouse, which, year) if asked["take"] else run(warehouse, which, year, progress)
    if json_wanted:
        return show.as_json({"year": year, "hits": len(hits)})
    click.echo(f"{year} 年疑点线索 {len(hits):,} 条，已保存；看板和 clues 命令照常列出")


def front_door():
    """The package of the other engines, which the office PC need not have."""
    try:
        from pipelines import scale as engines
    except ImportError as error:
        raise WarehouseError(f"缺少 {error.name}；请先运行 pip install -r requirements-spark.txt") from error
    return engines


def setting(option: str) -> tuple[str, str]:
    key, separator, value = option.partition("=")
    if not (key and separator):
        raise WarehouseError(f"--conf 是“{option}”，读不懂；应为 名称=值，如 spark.executor.memory=8g")
    return key, value


def emitted(files: list[Path], json_wanted: bool) -> None:
    if json_wanted:
        return show.as_json([str(path) for path in files])
    click.echo(f"已写出 {len(files) - 1} 个批次的 Spark SQL；怎样运行、取回，见 {files[-1]}")


def compared(told: dict[str, list[str]], json_wanted: bool) -> None:
    if json_wanted:
        return show.as_json(told)
    for batch, differences in told.items():
        click.echo(f"{batch}：{'；'.join(differences) or '逐行相同'}")


def scaled(done, json_wanted: bool) -> None:
    if json_wanted:
        receipts = [show_uploads.receipt(receipt) for receipt in done.receipts]
        return show.as_json({"batches": list(done.batches), "receipts": receipts, "build": done.build})
    if done.receipts:
        show_uploads.receipts(done.receipts)
    made = f"外部引擎汇总了 {len(done.batches)} 个批次" if done.batches else "没有缺汇总的批次"
    click.echo(f"{made}；现行构建 {done.build or '—'}")
