"""The receipt of a load as plain text, to print and to keep: made from the journal and the batch."""

from pathlib import Path

from pipelines.store.warehouse import Batch, Entry, WarehouseError, journal, read_batch

WIDTH = 14


def receipt_text(warehouse: Path, number: int) -> str:
    """The receipt of this number, as Chinese lines. Raises WarehouseError if the journal commits nothing there."""
    entries = journal(warehouse)
    if not 1 <= number <= len(entries) or entries[number - 1].action != "commit":
        raise WarehouseError(f"没有 {number} 号回执；可用 journal 命令查看全部装入")
    entry = entries[number - 1]
    batch = read_batch(warehouse, entry.batch)
    return "\n".join(("数据装入回执", "═" * 40, *lines(batch, entry, number)))


def lines(batch: Batch, entry: Entry, number: int) -> list[str]:
    return [f"回执编号  {number}", f"文件  {batch.file}"]
