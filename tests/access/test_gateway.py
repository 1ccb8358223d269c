"""Who asks decides what comes out: the matrix, callers, and the copy of a build that a scope leaves."""

from decimal import Decimal

import pytest

from pipelines import access, ask, kpis, open_county, rows
from pipelines.access import Caller, Scope, acting, matrix
from pipelines.answers import county as county_module
from pipelines.answers.crowds import gathered
from pipelines.answers.gaps import OUTSIDE
from pipelines.answers.scoped import ELSEWHERE
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.cli import main as pipelines_commands
from pipelines.errors import NotAllowed
from pipelines.store.decisions import KINDS
from pipelines.store.warehouse import SAMPLE, Entry, signed
from reports.cli import main as reports_commands
from reports.cli.common import maker

OF_INSTITUTIONS = "select table_name from duckdb_columns() where column_name = 'institution'"


def somebody(role: str, **more) -> Caller:
    return Caller("甲", role, access.roles()[role].rights, **more)


def test_every_command_needs_a_right_and_no_right_is_for_a_command_that_is_not_there():
    there = {*pipelines_commands.commands, *(f"reports {name}" for name in reports_commands.commands)}
    assert set(matrix.definition()["commands"]) == there


def test_every_entry_of_the_journal_needs_a_right():
    wanted = {"commit", "undo", "map", "lock", "unlock", *(f"decide {kind}" for kind in KINDS)}
    assert wanted <= set(matrix.definition()["entries"])


def test_every_right_is_held_by_a_role():
    assert {right for role in access.roles().values() for right in role.rights} == set(access.rights())


def test_without_accounts_everybody_may_do_everything(tmp_path):
    assert access.caller(tmp_path) is access.OPEN
    assert all(access.OPEN.may(right) for right in access.rights())


def test_with_accounts_nobody_unknown_is_answered(tmp_path):
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "accounts.db").touch()
    with pytest.raises(NotAllowed, match="请先登录"):
        open_county(tmp_path)


def test_accounts_that_may_not_be_looked_at_close_the_product_instead_of_opening_it(tmp_path):
    (tmp_path / "access").symlink_to("access")  # a folder that the system refuses, to its owner and to root too
    assert access.guarded(tmp_path)
    with pytest.raises(NotAllowed, match="请先登录"):
        access.caller(tmp_path)


def test_an_entry_bears_the_name_of_the_account_whatever_is_typed(tmp_path):
    with acting(somebody("operations")):
        assert signed(tmp_path, Entry("lock", "", "别人", "2026-01-01", period="2026-05")).by == "甲"
        assert signed(tmp_path, Entry("lock", "", SAMPLE, "2026-01-01", period="2026-05")).by == "甲"
        assert maker(tmp_path, "别人") == "甲"
    assert maker(tmp_path, "别人") == "别人"
    with acting(somebody("director")), pytest.raises(NotAllowed, match="封账"):
        signed(tmp_path, Entry("lock", "", "别人", "2026-01-01", period="2026-05"))


def test_the_county_of_an_institution_holds_its_own_rows_and_nothing_else(sample_warehouse, sample_county):
    code = sample_county.fetch("select institution from mart_settlement group by 1 order by count(*) desc limit 1")[0][
        0
    ]
    with acting(somebody("institution", scope=Scope(institutions=(code,)))):
        own = open_county(sample_warehouse)
    assert set(own.names) == {code}
    for table, column in own.fetch(
        "select table_name, column_name from duckdb_columns() where column_name = 'institution'"
    ):
        assert {row[0] for row in own.fetch(f"select distinct {column} from {table}")} <= {code, None}, table
    period = sample_county.default_period
    mine = ask(own, ["inpatient_total_fee", "cost_per_case", "beneficiary_persons", "readmission_rate_30d"], period)
    theirs = ask(sample_county, [f.kpi.id for f in mine], period, where={"institution": code})
    assert [f.value for f in mine] == [f.value for f in theirs]
    assert all(isinstance(f.value, Decimal) for f in mine)


def test_the_county_of_a_township_adds_up_to_its_rows_and_names_no_institution_outside(sample_warehouse, sample_county):
    town = sample_county.fetch("select max(town) from fct_enrolment")[0][0]
    with acting(somebody("town", scope=Scope(towns=(town,)))):
        own = open_county(sample_warehouse)
    assert own.fetch("select distinct town from fct_enrolment") == [(town,)]
    total = "select sum(total_cost_yuan) from"
    assert own.fetch(f"{total} cut_county") == sample_county.fetch(f"{total} mart_settlement where town = ?", [town])
    outside = {code for code, at in sample_county.fetch("select institution, town from dim_institution") if at != town}
    for (table,) in own.fetch(OF_INSTITUTIONS):
        assert not {row[0] for row in own.fetch(f"select distinct institution from {table}")} & outside, table


def test_rows_of_a_township_are_of_the_kinds_that_the_county_knows_and_name_nobody_outside(
    sample_warehouse, sample_county
):
    town = sample_county.fetch("select max(town) from fct_enrolment")[0][0]
    with acting(somebody("town", scope=Scope(towns=(town,)))):
        own = open_county(sample_warehouse)
    told = "select kind, level, place, count(*) from ({}) where town = ? group by all order by all"
    months = [own.last_month]
    assert own.fetch(told.format(settlement_rows(own, months)), [town]) == sample_county.fetch(
        told.format(settlement_rows(sample_county, months)), [town]
    )
    named = {code for (code,) in own.fetch(f"select distinct institution from ({settlement_rows(own, months)})")}
    assert ELSEWHERE in named and named <= {ELSEWHERE, *own.names}


def test_what_is_not_known_by_township_says_so_and_is_never_0(sample_warehouse, sample_county):
    town = sample_county.fetch("select max(town) from fct_enrolment")[0][0]
    with acting(somebody("town", scope=Scope(towns=(town,)))):
        own = open_county(sample_warehouse)
    collected = [kpi for kpi in kpis().values() if kpi.theme == "collection"]
    assert collected
    for figure in ask(own, [kpi.id for kpi in collected], own.default_period):
        assert figure.value is None and figure.missing == OUTSIDE, figure.kpi.id


def test_rows_of_persons_are_for_those_with_the_right(sample_warehouse):
    with acting(somebody("director")):
        county = open_county(sample_warehouse)
        with pytest.raises(NotAllowed, match="到人的明细行"):
            rows(county, "cost_per_case", county.default_period)
    with acting(somebody("auditor")):
        county = open_county(sample_warehouse)
        assert rows(county, "cost_per_case", county.default_period, limit=1)[0].total


def test_an_institution_is_told_of_the_whole_county_as_it_is_since_rows_were_cleared(sample_warehouse, monkeypatch):
    monkeypatch.setattr(county_module, "purged", lambda warehouse: (("B", "2026-01-01"),))
    code = next(iter(open_county(sample_warehouse).names))
    with acting(somebody("institution", scope=Scope(institutions=(code,)))):
        assert county_module.whole_for(sample_warehouse, code).purged == open_county(sample_warehouse).purged != ()


def test_what_is_held_in_memory_of_persons_is_never_spilled_beside_the_program(sample_warehouse):
    with acting(somebody("town", scope=Scope(towns=("苎圩镇",)))):
        county = open_county(sample_warehouse)
    for con in (county.con, gathered(county, "").con):
        assert con.execute("select current_setting('temp_directory')").fetchone() == ("",)
