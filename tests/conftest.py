"""What many tests share: the sample county, written and loaded once per run, by whichever process needs it first."""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from pipelines import County, demo, load, open_county
from pipelines.sample import write_city
from pipelines.sample.city import write_county_of_city


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long are begun first, then those of many tests: at the end one process would be left alone with
    such a file.
    """
    long = {item.path for item in items if item.get_closest_marker("long") or item.get_closest_marker("browser")}
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in long, -tests[item.path]))


def made_once(tmp_path_factory, name: str, make: Callable[[Path], list]) -> Path:
    """A folder that one process of the run makes for all; make: fills it and gives the receipts of its load."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            half = folder.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)  # of a process that was stopped amid it
            receipts = make(half)
            assert {r.status for r in receipts} == {"loaded"}, [p.text for r in receipts for p in r.problems]
            half.rename(folder)
    return folder


@pytest.fixture(scope="session")
def sample_made(tmp_path_factory) -> Path:
    """The folder with the sample county's files/ and its warehouse/, one for all processes of the run."""
    return made_once(
        tmp_path_factory, "sample_made", lambda folder: demo(folder / "warehouse", keep_files=folder / "files")
    )


@pytest.fixture(scope="session")
def sample_files(sample_made) -> Path:
    """The folder with the sample county's CSVs; tests must not change them."""
    return sample_made / "files"


@pytest.fixture(scope="session")
def sample_warehouse(sample_made, tmp_path_factory) -> Path:
    """A warehouse with the sample county loaded; tests must not write to it.

    Each process has its own, as pages keep there what they have computed.
    """
    target = tmp_path_factory.mktemp("sample") / "warehouse"
    return Path(shutil.copytree(sample_made / "warehouse", target, copy_function=linked))


def linked(source: str, target: str) -> None:
    """Large files are never changed, so a hard link is a copy; the journal and its like grow."""
    if source.endswith((".parquet", ".duckdb")):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


@pytest.fixture
def own_warehouse(sample_warehouse, tmp_path) -> Path:
    """The sample's files by hard links, to make documents of: none is changed. What others made of it stays out."""
    without = shutil.ignore_patterns("documents")
    return Path(shutil.copytree(sample_warehouse, tmp_path / "warehouse", copy_function=os.link, ignore=without))


@pytest.fixture(scope="session")
def sample_county(sample_warehouse) -> County:
    return open_county(sample_warehouse)


@pytest.fixture(scope="session")
def city_made(tmp_path_factory) -> Path:
    """The folder with the files/ and the warehouse/ of a small city of three counties, one for all processes."""

    def make(folder: Path) -> list:
        write_city(folder / "files", counties=3, months=14, visits=40)
        return load(folder / "warehouse", [folder / "files"], "测试")

    return made_once(tmp_path_factory, "city_made", make)


@pytest.fixture(scope="session")
def city_warehouse(city_made, tmp_path_factory) -> Path:
    """A warehouse that three counties share; tests must not write to it."""
    target = tmp_path_factory.mktemp("city") / "warehouse"
    return Path(shutil.copytree(city_made / "warehouse", target, copy_function=linked))


@pytest.fixture(scope="session")
def city(city_warehouse) -> County:
    return open_county(city_warehouse)


@pytest.fixture(scope="session")
def alone_made(tmp_path_factory) -> Path:
    """The warehouse that the second county of the city would have for itself, one for all processes of the run."""

    def make(folder: Path) -> list:
        write_county_of_city(folder / "files", 1, counties=3, months=14, visits=40)
        return load(folder / "warehouse", [folder / "files"], "测试")

    return made_once(tmp_path_factory, "alone_made", make) / "warehouse"


@pytest.fixture(scope="session")
def alone(alone_made) -> County:
    """The second county of the city with a warehouse for itself."""
    return open_county(alone_made)
