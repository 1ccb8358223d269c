"""A document of a part of the county says so, and is verified against that part."""

from dataclasses import replace
from datetime import datetime

from pipelines import access, open_county
from pipelines.access import Scope, acting
from pipelines.answers.places import towns
from reports.register.keeping import recorded
from reports.register.verdicts import changed
from tests.access.walking import somebody
from views import snapshot


def test_a_townships_page_is_verified_against_the_township(sample_warehouse, sample_county, tmp_path, monkeypatch):
    own = somebody("town", Scope(towns=(towns(sample_county)[0],)))
    monkeypatch.setattr("pipelines.access.callers.guarded", lambda warehouse: True)
    access.identify_by(lambda warehouse: own)
    try:
        page = snapshot.page(sample_warehouse, "enrolment", {}, "甲", datetime(2026, 7, 3))
    finally:
        access.identify_by(None)
    assert page.scope.endswith(f"只含{own.scope.told}")
    with acting(own):
        kept = recorded(sample_warehouse, page, b"%PDF", "pdf")
    before = replace(kept, build_id="another")  # so that its figures are asked anew
    with acting(somebody("auditor")):
        county = open_county(sample_warehouse)
        assert kept.values and changed(county, before) == ()
        assert changed(county, replace(before, towns=()))  # the county's own figures are others
