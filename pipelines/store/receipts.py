"""The receipt of a load as plain text, to print and to keep: made from the journal and the batch."""

from decimal import Decimal
from pathlib import Path

from pipelines.access import whole
from pipelines.aligned import aligned
from pipelines.contracts import Contract, contracts
from pipelines.store.places import Place, county_column, several, stands_for
from pipelines.store.together import names_of
from pipelines.store.warehouse import Batch, Entry, WarehouseError, journal, live_after, read_batch
from pipelines.wording import upload_name

RULE = "─" * 78


def receipt_text(warehouse: Path, number: int) -> str:
    """The receipt of this number, as lines of Chinese text. Raises WarehouseError if nothing was loaded there,
    NotAllowed for those with a part of the county.

    The number is that of the commit's line in the journal, so it never changes and no two loads have the same.
    """
    whole(warehouse)
    entries = journal(warehouse)
    if not 1 <= number <= len(entries) or entries[number - 1].action != "commit":
        raise WarehouseError(f"没有 {number} 号回执；可用 journal 命令查看全部装入")
    entry = entries[number - 1]
    batch = read_batch(warehouse, entry.batch)
    contract = contracts()[batch.table]
    parts = [
        head(batch, entry, number, of_counties(warehouse, batch, entries[:number])),
        columns(batch, contract),
        rows(batch),
        totals(batch, contract),
        replaced(warehouse, batch, entries[: number - 1]),
        undone(batch, entries[number:]),
    ]
    body = f"\n{RULE}\n".join("\n".join(part) for part in parts if part)
    return f"数据装入回执  第 {number} 号\n{RULE}\n{body}\n{RULE}\n"


def head(batch: Batch, entry: Entry, number: int, counties: str) -> list[str]:
    told = [
        ["回执编号", str(number)],
        ["装入人", entry.by],
        ["装入时间", spoken_time(entry.at)],
        ["文件", batch.file],
        ["工作表", batch.sheet],
        ["上传表", upload_name(batch.table, batch.layout)],
        ["期间", "整表" if batch.periods == ("all",) else "、".join(batch.periods)],
        ["区县", counties],
        ["编码", batch.encoding],
        ["SHA-256", batch.sha256],
        ["批次", batch.id],
        ["构建", entry.build],
        ["更正已锁定的", entry.values.get("restated", "")],
        ["原因", entry.why],
    ]
    return aligned([pair for pair in told if pair[1]])


def columns(batch: Batch, contract: Contract) -> list[str]:
    mapped = [f"{source}→{header(contract, key) if key else '不读入'}" for source, key in batch.mapping.items()]
    told = [
        ["不保存的列", "、".join(batch.dropped) or "无"],
        ["未读入的列", "、".join(batch.ignored) or "无"],
        ["手工对应的列", "、".join(mapped) or "无"],
    ]
    return aligned(told)


def rows(batch: Batch) -> list[str]:
    loaded = int(batch.totals["rows"])
    told = [
        ["读入", f"{loaded + batch.left_out:,}", "行"],
        ["装入", f"{loaded:,}", "行"],
        ["剔除", f"{batch.left_out:,}", "行，有问题，没有装入" if batch.left_out else "行"],
        ["不是数据", f"{batch.skipped:,}", "行，如标题、空行、合计、说明" if batch.skipped else "行"],
    ]
    return aligned(told, {1})


def totals(batch: Batch, contract: Contract) -> list[str]:
    """The sums of the loaded rows with their units."""
    told = [
        [total_name(batch, contract, key), f"{Decimal(value):,}", unit(batch, contract, key)]
        for key, value in batch.totals.items()
        if key != "rows"
    ]
    return aligned(told, {1}) if told else []


def total_name(batch: Batch, contract: Contract, key: str) -> str:
    return "人数（不重复）" if distinct(batch, key) else header(contract, key)


def unit(batch: Batch, contract: Contract, key: str) -> str:
    if distinct(batch, key):
        return "人"
    return contract.columns[key].unit if key in contract.columns else ""


def distinct(batch: Batch, key: str) -> bool:
    """Whether a total counts persons, each once; a monthly aggregate has a column of that name instead."""
    return key == "persons" and "psn_no" in batch.columns


def header(contract: Contract, key: str) -> str:
    return contract.columns[key].header if key in contract.columns else key


def replaced(warehouse: Path, batch: Batch, former: list[Entry]) -> list[str]:
    """What counted in the batch's place just before it."""
    stood = live_after(warehouse, former)
    found = [(place, stood[place]) for place in stands_for(batch, several(stood.values())) if place in stood]
    names = names_of(warehouse, stood)
    told = [[" ".join(("替换", *in_words(place, names))), b.id] for place, b in found if b.id != batch.id]
    return aligned(told) if told else ["没有替换已有数据"]


def in_words(place: Place, names: dict[str, str]) -> list[str]:
    """The period and the county of a place, as far as it has them."""
    return [part for part in (place.period, names.get(place.county, place.county)) if part not in ("", "all")]


def of_counties(warehouse: Path, batch: Batch, entries: list[Entry]) -> str:
    """The counties that a batch is of, where several share the warehouse."""
    names = names_of(warehouse, live_after(warehouse, entries))
    return "、".join(names.get(code, code) for code in batch.counties) if names and county_column(batch.table) else ""


def undone(batch: Batch, later: list[Entry]) -> list[str]:
    """That the batch was taken back since, if the load of this receipt was."""
    since = next((e for e in later if e.batch == batch.id and e.action in ("commit", "undo")), None)
    if since is None or since.action == "commit":
        return []
    return [f"此批次已由{since.by}于 {spoken_time(since.at)} 撤销：{since.why}"]


def spoken_time(at: str) -> str:
    """2026-06-30 14:26:12."""
    return at[:19].replace("T", " ")
