"""The half-year report of the sample county, composed and set once; a copy of the sample to write to."""

import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from reports import editions
from reports.document import Document
from reports.pdf import pdf
from tests.reports.papers import H1

TERMS = editions.Terms("经办", datetime(2026, 7, 5, 9, 30))


@pytest.fixture(scope="session")
def report(sample_county) -> Document:
    return editions.half_year(sample_county, H1, TERMS)


@pytest.fixture(scope="session")
def printed(report) -> bytes:
    return pdf(report).data


@pytest.fixture
def own_warehouse(sample_warehouse, tmp_path) -> Path:
    """The sample's files by hard links, as none is ever changed; the journal, which grows, copied."""
    target = Path(shutil.copytree(sample_warehouse, tmp_path / "warehouse", copy_function=os.link))
    (target / "journal.jsonl").unlink()
    shutil.copy(sample_warehouse / "journal.jsonl", target / "journal.jsonl")
    return target
