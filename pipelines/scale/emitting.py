"""The statements as files, for whoever runs spark-sql himself: one per batch, and how to go on, in Chinese."""

import shlex
from pathlib import Path

from pipelines.errors import WarehouseError
from pipelines.refusals import in_words
from pipelines.scale.places import scheme_of
from pipelines.scale.running import Asked, local, missing, rows_of, staged
from pipelines.scale.statements import SETTINGS, Statement, rollup_statements
from pipelines.store.warehouse import batch_folder, live

GUIDE = "说明.txt"
GUIDE_TEXT = """\
每个批次一个文件，各自完整，可以分开、同时运行：

{commands}
{copies}
全部或部分算完以后，取回汇总并构建（没有算完的批次不取）：

  python -m pipelines scale --take --warehouse {place}

汇总写在 {staged}，取回时核对行数和金额合计，对不上就不取，数据不变。
Spark 3.5 及以上；每个文件开头的 SET 打开 ANSI 模式、固定时区，不要去掉。
"""
COPIES = """
先把批次的明细放到那里（已有的不用再放）：

{commands}
"""


def emit(warehouse: Path, asked: Asked, folder: Path, every: bool = False) -> list[Path]:
    """Write the SQL files of the batches whose roll-ups are missing (every: of all that count); returns the files.

    Raises WarehouseError where there is nothing to write: the roll-ups are all there.
    """
    with in_words():
        batches = counting(warehouse) if every else missing(warehouse)
        if not batches:
            raise WarehouseError("没有要汇总的批次：汇总都在；要写出全部批次，加上 --every")
        folder.mkdir(parents=True, exist_ok=True)
        written = [write_batch(folder, warehouse, asked, batch) for batch in batches]
        (folder / GUIDE).write_text(guide(warehouse, asked, written, batches), "utf-8")
        return [*written, folder / GUIDE]


def counting(warehouse: Path) -> list[str]:
    """The batches of settlements that count and whose rows are there."""
    settled = {batch.id for (table, *_), batch in live(warehouse).items() if table == "settlements"}
    return sorted(batch for batch in settled if (batch_folder(warehouse, batch) / "rows.parquet").exists())


def uri(warehouse: Path, asked: Asked, path: str) -> str:
    """Where a path lies, as Spark is told."""
    where = asked.place or str(warehouse)
    return f"{where.rstrip('/')}/{path}" if scheme_of(where) else local(warehouse, asked).uri(path)


def write_batch(folder: Path, warehouse: Path, asked: Asked, batch: str) -> Path:
    statements = rollup_statements(uri(warehouse, asked, rows_of(batch)), uri(warehouse, asked, staged(batch)))
    path = folder / f"{batch}.sql"
    path.write_text(as_file(f"the roll-up of batch {batch}", statements), "utf-8")
    return path


def as_file(title: str, statements: list[Statement]) -> str:
    """A file for spark-sql -f. Its settings hold for the file alone: each runs in a session of its own."""
    settings = "\n".join(f"SET {key} = {value};" for key, value in SETTINGS.items())
    told = [f"-- {statement.what}\n{statement.sql};" for statement in statements]
    return "\n\n".join([f"-- {title}", settings, *told]) + "\n"


def guide(warehouse: Path, asked: Asked, written: list[Path], batches: list[str]) -> str:
    commands = "\n".join(f"  {spark_sql(path)}" for path in written)
    return GUIDE_TEXT.format(
        commands=commands,
        copies=copies(warehouse, asked, batches),
        place=told_place(warehouse, asked),
        staged=uri(warehouse, asked, staged("批次")),
    )


def spark_sql(path: Path) -> str:
    """The command that runs a file. Without a catalogue: Hive's own here, Derby, lets one process into a folder."""
    return f"spark-sql --conf spark.sql.catalogImplementation=in-memory -f {shlex.quote(path.name)}"


def told_place(warehouse: Path, asked: Asked) -> str:
    """The place as a shell is told it."""
    return shlex.quote(asked.place or str(warehouse.resolve()))


def copies(warehouse: Path, asked: Asked, batches: list[str]) -> str:
    """The commands that take the rows to where Spark reads them; none where that is this warehouse."""
    if not asked.place:
        return ""
    return COPIES.format(commands="\n".join(copy_of(warehouse, asked, batch) for batch in batches))


def copy_of(warehouse: Path, asked: Asked, batch: str) -> str:
    """The command that takes the rows of a batch there."""
    folder = uri(warehouse, asked, rows_of(batch)).removesuffix("/rows.parquet")
    return put_command(batch_folder(warehouse, batch).resolve() / "rows.parquet", folder)


def put_command(file: Path, folder: str) -> str:
    """The command that takes a file into a folder of Hadoop, which it makes."""
    here, there = shlex.quote(str(file)), shlex.quote(folder)
    return f"  hadoop fs -mkdir -p {there} && hadoop fs -put -f {here} {there}/"
