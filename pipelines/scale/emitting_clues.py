"""The clue rules of a year as one file for whoever runs spark-sql himself, with what it reads beside the batches."""

from pathlib import Path

from pipelines.answers.county import County
from pipelines.refusals import in_words
from pipelines.scale.clues import batches_read, input_of
from pipelines.scale.emitting import as_file, copies, put_command, spark_sql, told_place, uri
from pipelines.scale.places import scheme_of
from pipelines.scale.running import Asked, local
from pipelines.scale.screening import give_inputs, planned, screening_now, staged, statements_of, sweep, write_inputs
from pipelines.store.warehouse import workroom

GUIDE = "线索说明.txt"
GUIDE_TEXT = """\
{year} 年的全部疑点规则，一个文件：
{copies}
  {command}

算完以后取回线索，看板和 clues 命令照常列出：

  python -m pipelines scale --take --clues {year} --warehouse {place}

线索写在 {target}，取回以后删除。取回以前数据、规则或参数有改变的，要重新写出、重新计算。
Spark 3.5 及以上；文件开头的 SET 打开 ANSI 模式、固定时区，不要去掉。
"""
INPUTS = """
先把规则要读的小表放到那里（参保终止里有人员的密文编号，放好以后删除本机的）：

{commands}
"""


def emit_clues(warehouse: Path, asked: Asked, year: str, folder: Path) -> list[Path]:
    """Write the SQL file of a year's rules and how to go on; returns the files, the guide last.

    The small tables that rules read are put where the engine reads them, or into folder where only Hadoop gets there.
    Raises WarehouseError for a year without settlements that could be screened.
    """
    with in_words():
        county, key = planned(warehouse, year)
        screening = screening_now(county, year)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"clues_{year}.sql"
        statements = statements_of(county, screening, lambda each: uri(warehouse, asked, each), staged(year, key))
        path.write_text(as_file(f"the clue rules over {year}", statements), "utf-8")
        inputs = inputs_beside(county, asked, year, key, folder)
        (folder / GUIDE).write_text(guide(county, asked, year, key, path, inputs), "utf-8")
        return [path, *inputs, folder / GUIDE]


def inputs_beside(county: County, asked: Asked, year: str, key: str, folder: Path) -> list[Path]:
    """Put the small tables where the engine reads them; the files in folder that are to be taken there by hand."""
    if scheme_of(asked.place):
        return write_inputs(county, folder)
    place = local(county.warehouse, asked)
    sweep(place, year)
    with workroom(county.warehouse, "inputs") as aside:
        give_inputs(county, place, staged(year, key), aside)
    return []


def guide(county: County, asked: Asked, year: str, key: str, path: Path, inputs: list[Path]) -> str:
    batches = list(batches_read(county, year))
    target = uri(county.warehouse, asked, staged(year, key))
    return GUIDE_TEXT.format(
        year=year,
        copies=copies(county.warehouse, asked, batches) + input_copies(inputs, target),
        command=spark_sql(path),
        place=told_place(county.warehouse, asked),
        target=target,
    )


def input_copies(inputs: list[Path], target: str) -> str:
    """The commands that take the small tables to where Spark reads them."""
    commands = [put_command(path.resolve(), input_of(target, path.stem)) for path in inputs]
    return INPUTS.format(commands="\n".join(commands)) if commands else ""
