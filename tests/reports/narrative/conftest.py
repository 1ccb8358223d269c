"""The sample county's half-year text, written once for the tests that read it."""

import pytest

import pipelines
from reports.narrative import Section, sections


@pytest.fixture(scope="session")
def half_year(sample_county) -> dict[str, Section]:
    """{theme id: its section} of the first half of 2026."""
    return {each.theme: each for each in sections(sample_county, pipelines.Period("2026-01", "2026-06"), {})}
