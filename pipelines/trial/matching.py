"""Headers matched by hand outside the upload page: tried on a file, and remembered if the file can be read by them."""

from pathlib import Path

from pipelines.contracts import Contract, Layout, contracts
from pipelines.refusals import in_words
from pipelines.side_by_side import Progress, quiet
from pipelines.store.warehouse import WarehouseError, writing
from pipelines.trial.running import discard, try_out
from pipelines.trial.tried import Tried
from pipelines.uploads.files import WITHIN
from pipelines.uploads.headers import plain, squeezed
from pipelines.uploads.mapping import Mapping, remember, signature
from pipelines.wording import upload_name


def match(warehouse: Path, path: Path, mapping: Mapping, by: str, sheet: str = "", progress: Progress = quiet) -> Tried:
    """Read a file, or a sheet of a workbook, with its headers matched so; remember it for its source if that works.

    Nothing is loaded. Raises WarehouseError if the file holds no such sheet, or no such header.
    """
    name = f"{path.name}{WITHIN}{sheet}" if sheet else path.name
    trial = try_out(warehouse, [path], progress, {name: mapping})
    try:
        tried = next((tried for tried in trial.files if tried.name == name), None)
        if tried is None:
            raise WarehouseError(f"没有读到“{name}”；Excel 要用 --sheet 写明工作表，有：{sheets(trial.files)}")
        there = set(map(squeezed, tried.staged.mapping))
        if tried.staged.rows and (absent := [head for head in mapping.columns if squeezed(head) not in there]):
            raise WarehouseError(f"“{name}”的表头里没有：{'、'.join(absent)}")
        if tried.staged.rows:
            with in_words(), writing(warehouse):
                remember(warehouse, signature(tried.staged.header), mapping, by)
        return tried
    finally:
        discard(trial)


def sheets(files: tuple[Tried, ...]) -> str:
    return "、".join(tried.staged.upload.sheet or tried.name for tried in files)


def mapping_of(table: str, pairs: dict[str, str]) -> Mapping:
    """table: as staff call it (结算明细) or its key; pairs: source header -> template header or key, '' to leave out.

    Raises WarehouseError for a table or a column that the definitions don't know.
    """
    contract, layout = upload_of(table)
    known = {plain(word): key for key, c in layout.columns.items() for word in (key, c.header, *c.spellings)}
    if unknown := [wanted for wanted in pairs.values() if wanted and plain(wanted) not in known]:
        listed = "、".join(column.header for column in layout.columns.values())
        raise WarehouseError(f"{contract.name_zh}没有这一列：{'、'.join(unknown)}；有：{listed}")
    return Mapping(contract.table, layout.name, {head: known.get(plain(to), "") for head, to in pairs.items()})


def upload_of(table: str) -> tuple[Contract, Layout]:
    found = [(c, layout) for c in contracts().values() for layout in c.layouts]
    exact = [(c, x) for c, x in found if table in (upload_name(c.table, x.name), c.name_zh, c.table)]
    if not exact:
        listed = "、".join(upload_name(contract.table, layout.name) for contract, layout in found)
        raise WarehouseError(f"没有上传表“{table}”；有：{listed}")
    return exact[0]
