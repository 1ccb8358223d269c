"""The command line knows who asks: accounts by command, logging in and out, and what the machine's owner may do."""

import json
import stat

import pytest
from click.testing import CliRunner

from pipelines.access import Caller, Scope, accounts, acting, keeping, roles
from pipelines.answers.county import open_county
from pipelines.answers.places import refuse_unknown, towns
from pipelines.cli import main
from pipelines.errors import WarehouseError
from tests.access.conftest import SECRET


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FUND_SESSION", str(tmp_path / "session.json"))


def run(warehouse, *words, typed=f"{SECRET}\n"):
    return CliRunner().invoke(main, ["--warehouse", str(warehouse), *words], input=typed)


def test_the_first_account_is_made_by_command_and_from_then_on_nothing_is_answered_without_one(tmp_path):
    assert "谁都能用" in run(tmp_path, "whoami").output
    told = run(tmp_path, "users", "add", "boss", "--role", "admin", "--password-stdin")
    assert told.exit_code == 0 and "都要登录" in told.output
    assert not accounts.account(tmp_path, "boss").must_change
    for command in (["journal"], ["batches"], ["undo", "x", "--why", "y"], ["whoami"]):
        told = run(tmp_path, *command)
        assert told.exit_code == 2 and "登录" in told.output, command


def test_a_password_is_typed_twice(tmp_path):
    told = run(
        tmp_path, "users", "add", "boss", "--role", "admin", typed=f"{SECRET}\nother secret\n{SECRET}\n{SECRET}\n"
    )
    assert told.exit_code == 0 and SECRET not in told.output


def test_commands_run_as_who_logged_in_until_they_log_out(guarded):
    accounts.add(guarded, "王芳", "operations", SECRET, "boss", must_change=False)
    assert run(guarded, "login", "--name", "王芳", "--password-stdin").exit_code == 0
    assert "业务" in run(guarded, "whoami").output
    assert stat.S_IMODE(keeping.place().stat().st_mode) == 0o600
    assert run(guarded, "journal").exit_code == 0
    token = keeping.token_of(guarded)
    assert run(guarded, "logout").exit_code == 0
    keeping.keep(guarded, token)
    assert run(guarded, "journal").exit_code == 2, "the token that was kept aside is worth nothing"


def test_a_given_password_is_changed_when_logging_in(guarded):
    accounts.add(guarded, "王芳", "operations", SECRET, "boss")
    told = run(guarded, "login", "--name", "王芳", "--password-stdin", typed=f"{SECRET}\nmy own secret\n")
    assert told.exit_code == 0, told.output
    assert not accounts.account(guarded, "王芳").must_change


def test_a_wrong_password_is_a_sentence(guarded):
    told = run(guarded, "login", "--name", "boss", "--password-stdin", typed="wrong horse battery\n")
    assert (told.exit_code, told.output) == (2, "错误：账号或密码不对\n")


def test_only_who_may_manage_accounts_does_so(guarded, monkeypatch):
    accounts.add(guarded, "王芳", "operations", SECRET, "boss", must_change=False)
    monkeypatch.setattr(keeping, "owns", lambda warehouse: False)
    assert "请先登录" in run(guarded, "users", "list").output
    run(guarded, "login", "--name", "王芳", "--password-stdin")
    assert "管账号" in run(guarded, "users", "reset", "boss", "--password-stdin").output
    run(guarded, "login", "--name", "boss", "--password-stdin")
    run(guarded, "users", "add", "李强", "--role", "auditor", "--password-stdin")
    assert accounts.account(guarded, "李强").made_by == "boss"


def test_the_owner_of_the_folder_helps_out_with_accounts_and_sees_no_figures(guarded):
    told = run(guarded, "users", "reset", "boss", "--password-stdin", typed="a third secret\n")
    assert told.exit_code == 0 and accounts.account(guarded, "boss").must_change
    assert "请先登录" in run(guarded, "status").output
    assert "admin" in run(guarded, "users", "list", "--json").output


def test_a_session_file_that_is_not_ours_is_nobodys(guarded):
    for content in ("", "[1]", '{"x": 1}', "\x00", json.dumps({keeping.key_of(guarded): 7})):
        keeping.place().write_text(content, "utf-8")
        assert run(guarded, "journal").exit_code == 2


def test_an_account_is_made_for_institutions_and_townships_that_the_county_has(sample_warehouse):
    known = open_county(sample_warehouse)
    with pytest.raises(WarehouseError, match="没有乡镇“云溪乡”；可以是："):
        refuse_unknown(sample_warehouse, Scope(towns=(towns(known)[0], "云溪乡")))
    told = run(sample_warehouse, "users", "add", "甲", "--role", "institution", "--institution", "H0")
    assert told.exit_code == 2 and f"没有机构编码“H0”；可以是：{next(iter(known.names))}" in told.output
    refuse_unknown(sample_warehouse, Scope(institutions=(next(iter(known.names)),)))


def test_the_countys_report_is_not_held_against_a_part_of_the_county(sample_warehouse, sample_county):
    town = towns(sample_county)[0]
    with acting(Caller("甲", "town", roles()["town"].rights, Scope(towns=(town,)))):
        told = run(sample_warehouse, "verify")
    assert told.exit_code == 2 and "不属于甲（乡镇）的数据范围" in told.output
