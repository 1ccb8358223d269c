"""Every page, command and way round as every role: nothing of what lies outside what a role may see comes out."""

import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from pipelines import access, ask, clues, open_county
from pipelines.access import Scope, accounts, acting, matrix
from pipelines.cli import main as pipelines_commands
from pipelines.errors import NotAllowed
from pipelines.letters import own_letter, replies, reply
from pipelines.profiles import own_profile
from reports import register
from reports.cli import main as reports_commands
from tests.access.walking import somebody, visited
from tests.conftest import linked
from tests.views.app import ENTRY
from views import seeing

SUMS = ("fund_expenditure", "inpatient_total_fee", "beneficiary_visits")
FIGURE = re.compile(r"-?\d[\d,]*\.?\d*")
LEAST_DIGITS = 6  # fewer come out by chance
CODE = re.compile(r"(?<![0-9a-f])[0-9a-f]{6}(?![0-9a-f])")
PAGES = tuple(matrix.definition()["pages"])
OF_DEEP_LINKS = (
    ("rows", {"kpi": "cost_per_case"}),
    ("rows", {"kpi": "fund_expenditure", "institution": "{other}"}),
    ("institutions", {"inst": "{other}"}),
    ("own", {"inst": "{other}"}),
    ("clues", {"clue": "{clue}"}),
    ("clues", {"at": "{other}"}),
    ("calendar", {"cell": "settlements.{month}"}),
    ("cases", {"new": "1"}),
    ("sampling", {"plan": "1"}),
    ("start", {}),
)


@pytest.fixture(scope="module")
def guarded(sample_warehouse, tmp_path_factory) -> Path:
    """The sample county where people have to log in."""
    target = tmp_path_factory.mktemp("guarded") / "warehouse"
    shutil.copytree(sample_warehouse, target, copy_function=linked)
    accounts.add(target, "信息科", "admin", "none of the common ones", "甲", must_change=False)
    return target


@pytest.fixture(scope="module")
def county(guarded):
    """The whole county, as an auditor sees it: every cache is filled with it first."""
    with acting(somebody("auditor")):
        found = open_county(guarded)
        clues.screen(found, found.last_month[:4])
        yield found


@pytest.fixture(scope="module")
def hospital(county) -> str:
    """The institution with the most rows."""
    return county.fetch("select institution from mart_settlement group by 1 order by count(*) desc limit 1")[0][0]


@pytest.fixture(scope="module")
def town(county) -> str:
    return county.fetch("select town from fct_enrolment group by 1 order by count(*) desc, 1 limit 1")[0][0]


@pytest.fixture(scope="module")
def told(county) -> dict[str, dict[str, set[str]]]:
    """Institution and township -> each sum of theirs as screens and files write it."""
    found: dict[str, dict[str, set[str]]] = {}
    for dim in ("institution", "town"):
        kpis = [kpi for kpi in SUMS if dim in figure_levels(kpi)]
        for scheme in ("all", "resident"):
            where = {} if scheme == "all" else {"scheme": scheme}
            for each in ask(county, kpis, county.default_period, by=(dim,), where=where):
                if each.value:
                    found.setdefault(dim, {}).setdefault(each.dims[dim], set()).update(written(each.value))
    return found


def figure_levels(kpi: str) -> tuple[str, ...]:
    from pipelines import kpis

    return kpis()[kpi].levels


def written(value) -> Iterator[str]:
    """A sum in yuan and in 万元, if it is long enough to come out by nothing but itself."""
    texts = (f"{value:,.2f}", f"{value:.2f}", f"{value / 10000:,.2f}", f"{value:,.0f}", f"{value:.0f}")
    return (text for text in texts if sum(map(str.isdigit, text)) >= LEAST_DIGITS)


def refused(app) -> bool:
    """Whether the page says that it isn't theirs."""
    return any("不能看" in each.value for each in app.warning)


def leaks(text: str, names: set[str], sums: set[str]) -> set[str]:
    """What of the forbidden names and codes, and of the forbidden sums, is in a text."""
    return {name for name in names if name in text} | (set(FIGURE.findall(text)) & sums)


def outside_of(county, told, dim: str, own: str, inside: set[str]) -> tuple[set[str], set[str]]:
    """(names and codes, sums) that somebody with this part of the county must not see. inside: institutions it has."""
    names = {code for code in county.names if code not in inside}
    names |= {county.names[code] for code in names} - {county.names[code] for code in inside}
    own_sums = told[dim].get(own, set()) | set().union(*(told["institution"].get(code, set()) for code in inside))
    others = [sums for code, sums in told["institution"].items() if code not in inside]
    others += [sums for code, sums in told["town"].items() if code != own]
    return {name for name in names if name}, set().union(*others) - own_sums


@pytest.fixture(scope="module")
def strangers(county, told, hospital, town) -> dict:
    """Role with a part of the county -> (scope, names, sums it must not see)."""
    of_town = {code for code, at in county.fetch("select institution, town from dim_institution") if at == town}
    towns = {each for (each,) in county.fetch("select distinct town from fct_enrolment") if each != town}
    names, sums = outside_of(county, told, "town", town, of_town)
    return {
        "institution": (Scope((hospital,)), *outside_of(county, told, "institution", hospital, {hospital})),
        "town": (Scope(towns=(town,)), names | towns, sums),
    }


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", ["institution", "town"])
def test_no_page_tells_those_with_a_part_of_the_county_of_the_rest(guarded, strangers, monkeypatch, role, page):
    scope, names, sums = strangers[role]
    app, text = visited(somebody(role, scope), guarded, monkeypatch, page)
    assert not app.exception and not app.error
    assert not leaks(text, names, sums)
    right = matrix.needed("pages", page)
    assert refused(app) is (page not in ("start", "own") and right != "" and right not in access.roles()[role].rights)


@pytest.mark.parametrize(("page", "query"), OF_DEEP_LINKS)
@pytest.mark.parametrize("role", ["institution", "town", "admin"])
def test_no_link_leads_out_of_what_they_may_see(guarded, county, strangers, told, monkeypatch, role, page, query):
    scope, names, sums = strangers.get(role, (None, set(county.names.values()), set().union(*told["town"].values())))
    other = next(code for code in county.names if code in names or role == "admin")
    filled = {"other": other, "clue": clues.screen(county, county.last_month[:4])[0].key, "month": county.last_month}
    with acting(somebody(role, scope)):
        asked = {key: text.format(**filled) for key, text in query.items()}
    app, text = visited(somebody(role, scope), guarded, monkeypatch, page, **asked)
    for typed in asked.values():  # the address itself says what was typed into it
        text = text.replace(typed, "")
    assert not app.exception
    assert not leaks(text, names, sums)


def test_a_person_is_shown_to_nobody_without_the_right(guarded, county, monkeypatch):
    hits = [hit for hit in clues.screen(county, county.last_month[:4]) if hit.person is not None]
    persons = {clues.shown_person(hit.person) for hit in hits}
    settled = {id for hit in hits for id in hit.setl_ids}
    with acting(somebody("auditor")):
        clues.set_aside(guarded, [hits[1].key], "甲", "已核实")  # its key stands in the journal
    seen = visited(somebody("auditor"), guarded, monkeypatch, "clues")[1]
    assert persons & set(CODE.findall(seen))  # the very page where somebody with the right sees them
    assert any(id in seen for id in settled)
    for role in ("director", "operations"):
        for page, query in (
            ("overview", {}),
            ("clues", {}),
            ("clues", {"clue": hits[0].key}),
            ("institutions", {"inst": hits[0].institution}),
            ("work", {}),
            ("sampling", {}),
            ("journal", {}),
            ("rows", {"kpi": "cost_per_case"}),
        ):
            app, text = visited(somebody(role), guarded, monkeypatch, page, **query)
            assert not app.exception, page
            typed = set(CODE.findall(query.get("clue", "")))  # is said to be no clue that they can see
            assert not (persons - typed) & set(CODE.findall(text)), (role, page)
            assert not [id for id in settled if id in text], (role, page)

        with acting(somebody(role)):
            for command in ("clues --rule long_stay --limit 0", "clues", "journal"):
                words = ["--warehouse", str(guarded), *command.split(), "--json"]
                output = CliRunner().invoke(pipelines_commands, words).output
                assert not persons & set(CODE.findall(output)), (role, command)
                assert not [id for id in settled if id in output], (role, command)


@pytest.mark.parametrize("role", list(access.roles()))
def test_a_command_answers_those_with_its_right_alone(guarded, strangers, role):
    scope = strangers[role][0] if role in strangers else None
    for command, right in matrix.definition()["commands"].items():
        if not right or right in access.roles()[role].rights or command in matrix.recovery():
            continue
        of, _, name = command.rpartition(" ")
        main = reports_commands if of else pipelines_commands
        with acting(somebody(role, scope)):
            found = CliRunner().invoke(main, ["--warehouse", str(guarded), name, "--help"][:3])
        assert found.exit_code == 2, command
        assert "权限" in found.output, command


@pytest.mark.parametrize("command", ["status", "kpis", "kpis --by institution", "kpis --by town --kpi enrolment_rate"])
def test_what_a_township_asks_on_the_command_line_is_its_own(guarded, strangers, command):
    scope, names, sums = strangers["town"]
    with acting(somebody("town", scope)):
        found = CliRunner().invoke(pipelines_commands, ["--warehouse", str(guarded), *command.split(), "--json"])
    assert not leaks(found.output, names, sums)
    assert found.exit_code in (0, 2)


def test_what_is_kept_beside_the_build_is_not_for_those_with_a_part_of_the_county(guarded, county, strangers):
    from pipelines import calendar, events, receipt_text

    beside = (events, calendar, register.listed, partial(receipt_text, number=1))
    of_county = (partial(register.verdict, data=b"%PDF"), partial(clues.screen, year=county.last_month[:4]))
    for role, (scope, *_) in strangers.items():
        with acting(somebody(role, scope)):
            calls = [
                *(partial(each, guarded) for each in beside),
                *(partial(e, open_county(guarded)) for e in of_county),
            ]
            for call in calls:
                with pytest.raises(NotAllowed):
                    call()


def test_an_institution_reads_and_answers_its_own_letters_alone(guarded, county, strangers, hospital):
    period, other = county.default_period, next(code for code in county.names if code != hospital)
    with acting(somebody("institution", strangers["institution"][0])):
        assert own_letter(guarded, hospital, period) is None  # its months are not signed off
        assert own_profile(guarded, hospital, period).name == county.names[hospital]
        for act in (
            lambda: own_letter(guarded, other, period),
            lambda: own_profile(guarded, other, period),
            lambda: reply(guarded, other, period, "与我院无关", "乙"),
        ):
            with pytest.raises(NotAllowed, match="数据范围"):
                act()
        assert reply(guarded, hospital, period, "已按函核对", "乙").by == "甲"  # whatever is typed
    assert [each.text for each in replies(guarded, hospital)] == ["已按函核对"]
    with acting(somebody("institution", Scope((other,)))):
        assert not replies(guarded)


def test_who_looks_through_other_eyes_reads_and_nothing_more(guarded, county, hospital, monkeypatch):
    seen = access.seen_as(somebody("admin"), "auditor")
    assert not seen.may("persons") and seen.may("supervise")
    app, _ = visited(seen, guarded, monkeypatch, "clues")
    assert any("以“稽核”的身份查看" in each.value for each in app.markdown)
    assert not app.exception and "下载" not in [each.label for each in app.get("popover")]
    with acting(seen), pytest.raises(NotAllowed, match="只能看"):
        clues.set_aside(guarded, [clues.screen(county, county.last_month[:4])[0].key], "乙", "不是")
    with pytest.raises(NotAllowed, match="以他人身份查看"):
        access.seen_as(somebody("director"), "auditor")
    with pytest.raises(NotAllowed, match="请选机构、乡镇或区县"):
        access.seen_as(somebody("admin"), "institution")


def test_whoever_looks_as_a_township_is_told_so_on_the_page(guarded, monkeypatch):
    monkeypatch.setenv("FUND_WAREHOUSE", str(guarded))
    monkeypatch.setattr(access.callers, "_identify", [lambda _: somebody("admin")])
    app = AppTest.from_file(str(ENTRY), default_timeout=120)
    app.session_state[seeing.EYES] = ("town", Scope(towns=("霁川镇",)))
    app.run()
    assert not app.error
    assert any("甲 正以“乡镇”的身份查看（霁川镇）" in each.value for each in app.markdown)
