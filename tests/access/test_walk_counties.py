"""The pages and commands of whoever sees one county of several: its figures, and none of the others' or the city's."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from pipelines import Period, access, ask, kpis, open_county, rows
from pipelines.access import Scope, accounts, acting, matrix, roles
from pipelines.cli import main
from tests.access.test_walk_roles import FIGURE, refused, written
from tests.access.walking import somebody, visited
from tests.conftest import linked
from tests.views.app import ENTRY
from tests.views.test_by_county_pages import FIGURES, HALF
from views import seeing, sheet

OWN, OTHER = "990202", "990201"
SUMS = ("fund_expenditure", "inpatient_total_fee", "fund_collected", "cumulative_balance", "penalty_total")


@pytest.fixture(scope="module")
def guarded(city_warehouse, tmp_path_factory) -> Path:
    """The city where people have to log in."""
    target = tmp_path_factory.mktemp("guarded_city") / "warehouse"
    shutil.copytree(city_warehouse, target, copy_function=linked)
    accounts.add(target, "信息科", "admin", "none of the common ones", "甲", must_change=False)
    return target


@pytest.fixture(scope="module")
def forbidden(city) -> set[str]:
    """Sums of the other counties and of the city, as screens and files write them."""
    own, others = set(), set()
    for scheme in ({}, {"scheme": "resident"}):
        for figure in (*ask(city, SUMS, HALF, ["county"], scheme), *ask(city, SUMS, HALF, where=scheme)):
            for value in filter(None, (figure.value, figure.year_ago)):
                (own if figure.dims.get("county") == OWN else others).update(written(value))
    return others - own


def test_the_sums_that_are_looked_for_stand_on_pages_of_the_whole(guarded, forbidden, monkeypatch):
    text = visited(somebody("director"), guarded, monkeypatch, "balance")[1]
    assert len({*FIGURE.findall(text)} & forbidden) > 5


def clerk():
    return somebody("county", Scope(counties=(OWN,)))


@pytest.mark.parametrize("page", [*FIGURES, "rows", "institutions", "audit"])
def test_no_page_tells_a_county_of_the_others(guarded, forbidden, monkeypatch, page):
    query = {"kpi": "fund_collected"} if page == "rows" else {}
    app, text = visited(clerk(), guarded, monkeypatch, page, area=OTHER, **query)
    assert not app.exception and not app.error
    assert not {*FIGURE.findall(text)} & forbidden
    assert refused(app) is (matrix.needed("pages", page) not in roles()["county"].rights)
    assert "区县" not in [box.label for box in app.selectbox]  # there is nothing to pick


def test_a_county_is_told_the_figures_that_the_city_tells_of_it(city, guarded):
    known = [id for id, kpi in kpis().items() if kpi.of_counties]
    with acting(clerk()):
        county = open_county(guarded)
        own = {f.kpi.id: f for f in ask(county, known, HALF)}
        assert county.counties == {OWN: "苎溪县"}
        (institutions,) = rows(county, "managed_institutions", HALF, limit=None)
    assert institutions.agrees and institutions.total == 9
    told = {f.kpi.id: f for f in ask(city, known, HALF, where={"county": OWN})}
    shown = [id for id in known if not own[id].missing]
    assert {id: own[id].value for id in shown} == {id: told[id].value for id in shown}
    assert len(shown) > 60


def test_a_command_tells_a_county_its_own_and_refuses_another(guarded, city):
    asked = ["--warehouse", str(guarded), "kpis", "--kpi", "fund_expenditure", "--json"]
    (figure,) = ask(city, ["fund_expenditure"], HALF, where={"county": OWN})
    with acting(clerk()):
        for more in ([], ["--by", "county"], ["--county", OWN]):
            (told,) = json.loads(CliRunner().invoke(main, [*asked, *more]).output, parse_float=Decimal)
            assert told["value"] == figure.value
        another = CliRunner().invoke(main, [*asked, "--county", OTHER])
    assert another.exit_code == 2
    assert f"维度 county 没有“{OTHER}”；可用：{OWN}" in another.output


def test_an_account_of_two_counties_sees_both_and_what_they_are_together(guarded, city, monkeypatch):
    both = somebody("county", Scope(counties=("990202", "990203")))
    app, text = visited(both, guarded, monkeypatch, "enrolment", s="all")
    (box,) = [box for box in app.selectbox if box.label == "区县"]
    assert box.options == ["所辖区县", "苎溪县", "榆岭县"]
    asked = ask(city, ["insured_persons"], Period("2026-06", "2026-06"), where={"county": ["990202", "990203"]})
    assert f"{asked[0].value:,}" in text
    assert "全市" not in text


def test_a_township_of_the_city_has_no_counties_to_pick_and_is_called_a_township(guarded, monkeypatch):
    app, text = visited(somebody("town", Scope(towns=("苎溪县苎溪东乡",))), guarded, monkeypatch, "enrolment", s="all")
    assert not app.exception and not app.error
    assert "1,423 人" in text
    assert "区县" not in [box.label for box in app.selectbox]
    assert not [word for word in ("所辖区县", "各区县", "澄湾区", "全市") if word in text]


def test_whoever_makes_accounts_chooses_a_county_by_its_name(guarded, monkeypatch):
    monkeypatch.setenv("FUND_WAREHOUSE", str(guarded))
    monkeypatch.setattr(access.callers, "_identify", [lambda _: somebody("admin")])
    app = AppTest.from_file(str(ENTRY), default_timeout=120)
    app.session_state[sheet.WANTED] = "seeing"
    app.session_state["seen-role"] = "county"
    app.run()
    (box,) = [box for box in app.selectbox if box.label == "区县"]
    assert box.options == ["澄湾区", "苎溪县", "榆岭县"]
    app.session_state[seeing.EYES] = ("county", Scope(counties=(OWN,)))
    app.run()
    assert not app.exception and not app.error
    assert any("正以“区县”的身份查看（苎溪县）" in each.value for each in app.markdown)
