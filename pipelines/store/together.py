"""Several counties in one warehouse: what a file must tell to stand beside the others', and what is refused."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from pipelines.contracts import contracts
from pipelines.engine import name, scan, workbench
from pipelines.errors import WarehouseError
from pipelines.store.places import LIST, Held, Place, county_column
from pipelines.store.records import Batch
from pipelines.store.warehouse import batch_folder
from pipelines.uploads.problems import Problem
from pipelines.uploads.staging import Staged

Live = Mapping[Place, Batch]
AS_THEY_ARE = ("enrolment", "fund_collection", "opening_balance")  # tables whose rows become facts one by one


def listed(stands: Live, files: Iterable[Staged] = ()) -> tuple[str, ...]:
    """The codes of the list of counties: of the one among these files, else of the one that stands; () without one."""
    lists = [*(b for b in stands.values() if b.table == LIST), *(f for f in files if f.table == LIST and f.rows)]
    return tuple(sorted(lists[-1].counties)) if lists else ()


def names_of(warehouse: Path, stands: Live) -> dict[str, str]:
    """Code -> name of the counties that share the warehouse; {} where one has it alone."""
    lists = [batch for batch in stands.values() if batch.table == LIST]
    return dict(names_in(batch_folder(warehouse, lists[-1].id))) if lists else {}


@lru_cache(maxsize=8)
def names_in(folder: Path) -> list[tuple[str, str]]:
    """(code, name) of a list; a batch never changes."""
    return named_in(folder / "rows.parquet")


def named_in(rows: Path) -> list[tuple[str, str]]:
    with workbench(rows.parent) as con:
        return con.execute(f"select admdvs, county_name from {scan(con, rows)} order by 1").fetchall()


def unfit(held: Held, codes: Iterable[str]) -> str:
    """Why rows can't stand in a warehouse of these counties, in Chinese; '' if they can."""
    column = county_column(held.table)
    if not column or not codes:
        return ""
    header = contracts()[held.table].columns[column].header
    if not held.counties:
        return f"没有“{header}”一列；几个区县合用这个数据仓库，每行要写明是哪个区县的"
    if "" in held.counties:
        return f"有的行没有填“{header}”；几个区县合用这个数据仓库，每行要写明是哪个区县的"
    if unknown := sorted({*held.counties} - {*codes}):
        return f"“{header}”里的 {'、'.join(unknown[:3])} 不在区县名录里；名录里有 {'、'.join(codes)}"
    return ""


def fitting(files: list[Staged], stands: Live) -> list[Staged]:
    """The files; refused are those that can't stand beside what counts, and a list that leaves some of that out."""
    codes = listed(stands, files)
    if not codes:
        return [refused(f, why) if f.rows and (why := doubled(f)) else f for f in files]
    return [refused(f, why) if f.rows and (why := unfit(f, codes) or left_out(f, stands)) else f for f in files]


def doubled(staged: Staged) -> str:
    """Why rows of several counties can't stand without a list: some would be of one key; '' if they can."""
    if staged.table not in AS_THEY_ARE or len(staged.counties) < 2:
        return ""
    keys = [name(key) for key in contracts()[staged.table].layouts[0].unique if key != county_column(staged.table)]
    with workbench(staged.rows.parent) as con:
        rows = scan(con, staged.rows)
        query = f"select count(*) - (select count(*) from (select distinct {', '.join(keys)} from {rows})) from {rows}"
        ((more,),) = con.execute(query).fetchall()
    if not more:
        return ""
    codes = "、".join(sorted(filter(None, staged.counties))[:3]) + (" 等" if len(staged.counties) > 3 else "")
    return f"有 {len(staged.counties)} 个区县（{codes}）的行，没有区县名录分不开；请连同区县名录一起装入"


def refused(staged: Staged, why: str) -> Staged:
    problem = Problem(None, "", staged.upload.name, why, "structural")
    return replace(staged, problems=(*staged.problems, problem), rows=None)


def left_out(staged: Staged, stands: Live) -> str:
    """Why a list of counties can't come to stand: rows that count already would be of none of them; '' if it can."""
    if staged.table != LIST:
        return ""
    codes, names = tuple(sorted(staged.counties)), [name for _, name in named_in(staged.rows)]
    if alike := sorted(name for name in {*names} if names.count(name) > 1):
        return f"有两个区县叫“{alike[0]}”；每个区县要有自己的名称"
    return next((told(place, why) for place, batch in stands.items() if (why := unfit(batch, codes))), "")


def told(place: Place, why: str) -> str:
    zh, period = contracts()[place.table].name_zh, "" if place.period == "all" else f" {place.period}"
    return f"已装入的{zh}{period}{why}；请先装入写明区县的文件来替换它，或撤销它"


def refuse_unfit(before: Live, after: Live, undone: Collection[str]) -> None:
    """Raises WarehouseError if a change would leave rows of no county among several, or one county's behind another's.

    undone: the batches that the change takes back.
    """
    if codes := listed(after):
        for place, batch in after.items():
            if why := unfit(batch, codes):
                raise WarehouseError(f"{told(place, why)}；没有改变什么")
    elif listed(before):
        for place, batch in before.items():
            shown = after.get(Place(place.table, place.period))
            if place.county and batch.id not in undone and shown and shown.id != batch.id:
                raise WarehouseError("没有区县名录，每月只有最后装入的区县会计入；请先撤销其他区县的批次，没有改变什么")
