"""The report's text says what the county's figures say: verbs by their sign, nothing where there is nothing."""

import pipelines
from reports.narrative import sections

H1 = pipelines.Period("2026-01", "2026-06")


def test_a_themes_text_carries_figures_of_the_county(sample_county):
    enrolment = sections(sample_county, H1)[0]
    assert "参保 461,843 人" in enrolment.text
    assert "比上年同期的 94.83% 提高 0.35 个百分点" in enrolment.text
