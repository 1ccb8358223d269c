"""The sample county, or a small city of several: written as any county might upload it, then loaded like any upload."""

import tempfile
from pathlib import Path

from pipelines.build import SAMPLE, Progress, Receipt, load, quiet
from pipelines.store.warehouse import WarehouseError, journal

WRITING_SHARE = 0.15


def demo(
    warehouse: Path, progress: Progress = quiet, keep_files: Path | None = None, counties: int = 1
) -> list[Receipt]:
    """Write the sample county's CSVs (into keep_files, else a temporary folder) and load them.

    counties: of more than one, a small fictional city of so many. Raises WarehouseError if the warehouse already
    holds data: the sample never mixes with a county's own figures.
    """
    from pipelines.sample import write_city, write_county  # generators that nothing else needs: all start faster

    if journal(warehouse):
        raise WarehouseError(f"{warehouse} 里已有数据；示例县只装入空的数据仓库，可用 --warehouse 另选文件夹")
    with tempfile.TemporaryDirectory() as aside:
        folder = keep_files or Path(aside)
        folder.mkdir(parents=True, exist_ok=True)
        if counties == 1:
            write_county(folder, lambda share, what: progress(WRITING_SHARE * share, what))
        else:
            write_city(folder, counties)
        rest = 1 - WRITING_SHARE
        return load(warehouse, [folder], SAMPLE, lambda share, what: progress(WRITING_SHARE + rest * share, what))
