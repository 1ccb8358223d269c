"""What many tests share: the sample county, written and loaded once per run."""

from pathlib import Path

import pytest

from pipelines import County, demo, open_county


@pytest.fixture(scope="session")
def sample_files(tmp_path_factory) -> Path:
    """The folder with the sample county's CSVs (filled by sample_warehouse)."""
    return tmp_path_factory.mktemp("sample_files")


@pytest.fixture(scope="session")
def sample_warehouse(sample_files, tmp_path_factory) -> Path:
    """A warehouse with the sample county loaded; tests must not write to it."""
    warehouse = tmp_path_factory.mktemp("sample") / "warehouse"
    receipts = demo(warehouse, keep_files=sample_files)
    assert {r.status for r in receipts} == {"loaded"}, [p.text for r in receipts for p in r.problems]
    return warehouse


@pytest.fixture(scope="session")
def sample_county(sample_warehouse) -> County:
    return open_county(sample_warehouse)
