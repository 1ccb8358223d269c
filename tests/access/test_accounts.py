"""Accounts: who may have one, which passwords can't be, and what ends when one is changed."""

import sqlite3
import stat
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from pipelines.access import Scope, accounts, acting, database, entering, passwords, sessions
from pipelines.access import guarded as somebody_must_log_in
from pipelines.access.identity import caller_of
from pipelines.errors import NotAllowed, WarehouseError
from pipelines.store.warehouse import Entry, signed
from tests.access.conftest import SECRET


def entered(warehouse, name="boss", password=SECRET):
    return entering.log_in(warehouse, name, password, kind="web", address="10.0.0.7")


def test_what_is_kept_of_a_password_takes_the_work_that_owasp_asks_for():
    real = PasswordHasher()
    assert real.memory_cost >= 19 * 1024 and real.time_cost >= 2
    assert "HASHER = PasswordHasher()" in Path(passwords.__file__).read_text("utf-8")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("123456789", "只有 9 个"),
        ("x" * 201, "最多 200"),
        ("my-Boss-is-here", "账号名"),
        ("ababababab", "4 个不同"),
        ("3456789012", "连续"),
        ("lkjhgfdsapoi", "连续"),
        ("Yibaoju123", "太常见"),
        ("ＰＡＳＳＷＯＲＤ１２３", "太常见"),
    ],
)
def test_a_weak_password_is_refused_with_its_own_sentence(tmp_path, password, why):
    with pytest.raises(WarehouseError, match=why):
        accounts.add(tmp_path, "boss", "admin", password, "甲")
    assert not somebody_must_log_in(tmp_path), "a refused first account must not lock everybody out"


@pytest.mark.parametrize("name", ["", "a", "a b", "<b>x</b>", "a/b", "x" * 33, "511702199001011234", "a\nb"])
def test_a_name_that_cannot_be_is_refused(tmp_path, name):
    with pytest.raises(WarehouseError, match="账号名"):
        accounts.add(tmp_path, name, "admin", SECRET, "甲")


def test_the_first_account_is_an_administrators(tmp_path):
    with pytest.raises(WarehouseError, match="第一个账号必须是系统管理员"):
        accounts.add(tmp_path, "王芳", "director", SECRET, "甲")
    accounts.add(tmp_path, "王芳", "admin", SECRET, "甲")
    assert somebody_must_log_in(tmp_path)


def test_a_name_is_one_whatever_its_case_and_width(guarded):
    with pytest.raises(WarehouseError, match="已有账号"):
        accounts.add(guarded, "ＢＯＳＳ", "auditor", SECRET, "甲")
    assert entered(guarded, "BOSS")[1].name == "boss"


@pytest.mark.parametrize(
    ("role", "scope", "why"),
    [
        ("institution", None, "要写明机构编码"),
        ("institution", Scope(towns=("城关镇",)), "要写明机构编码"),
        ("town", None, "要写明乡镇"),
        ("auditor", Scope(institutions=("A001",)), "不限"),
        ("king", None, "没有角色"),
    ],
)
def test_a_role_and_what_it_sees_belong_together(guarded, role, scope, why):
    with pytest.raises(WarehouseError, match=why):
        accounts.add(guarded, "某人", role, SECRET, "甲", scope)


def test_a_scope_comes_back_as_it_was_given(guarded):
    scope = Scope(institutions=("A001", "B'2\""))
    accounts.add(guarded, "某院", "institution", SECRET, "boss", scope)
    assert accounts.account(guarded, "某院").scope == scope
    assert entered(guarded, "某院")[1].scope == scope


def test_nobody_else_on_the_machine_may_read_the_accounts(guarded):
    path = database.path_of(guarded)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)] == [0o600, 0o700]


def test_neither_password_nor_token_is_kept(guarded):
    token, _ = entered(guarded)
    content = b"".join(path.read_bytes() for path in guarded.rglob("*") if path.is_file())
    assert SECRET.encode() not in content and token.encode() not in content


@pytest.mark.parametrize(
    "act",
    [
        lambda where: accounts.disable(where, "某人"),
        lambda where: accounts.reset(where, "某人", "another secret 1"),
        lambda where: accounts.set_role(where, "某人", "director"),
    ],
)
def test_what_takes_rights_away_ends_the_sessions_at_once(guarded, act):
    accounts.add(guarded, "某人", "auditor", SECRET, "boss", must_change=False)
    (token, _), (other, _) = entered(guarded, "某人"), entered(guarded)
    assert sessions.found(guarded, token)
    act(guarded)
    assert sessions.found(guarded, token) is None
    assert sessions.found(guarded, other), "those of other accounts go on"


def test_a_disabled_account_cannot_log_in_until_it_is_enabled(guarded):
    accounts.add(guarded, "某人", "auditor", SECRET, "boss")
    accounts.disable(guarded, "某人")
    with pytest.raises(entering.WrongPassword, match="账号或密码不对"):
        entered(guarded, "某人")
    accounts.enable(guarded, "某人")
    assert entered(guarded, "某人")[1].must_change


@pytest.mark.parametrize(
    "act", [lambda where: accounts.disable(where, "boss"), lambda where: accounts.set_role(where, "boss", "auditor")]
)
def test_the_last_administrator_stays(guarded, act):
    with pytest.raises(WarehouseError, match="最后一个"):
        act(guarded)
    assert not accounts.account(guarded, "boss").disabled
    assert accounts.account(guarded, "boss").role == "admin"


def test_a_broken_database_is_a_sentence(guarded):
    database.path_of(guarded).write_bytes(b"not a database" * 1000)
    with pytest.raises(WarehouseError, match="账号库不能读写"):
        accounts.accounts(guarded)
    with pytest.raises(WarehouseError, match="账号库不能读写"):
        sessions.found(guarded, "x")


def test_sql_in_a_name_is_a_name(guarded):
    for name in ("x' or '1'='1", "boss'; drop table accounts; --"):
        with pytest.raises(entering.WrongPassword):
            entered(guarded, name)
    assert [each.name for each in accounts.accounts(guarded)] == ["boss"]
    with sqlite3.connect(database.path_of(guarded)) as con:
        assert con.execute("select count(*) from failures").fetchone()[0] == 3  # two names, one address
    con.close()


@pytest.mark.parametrize(
    "change", [lambda w: accounts.disable(w, "王芳"), lambda w: accounts.set_role(w, "王芳", "director")]
)
def test_work_that_goes_on_beside_a_page_writes_nothing_once_its_account_has_lost_the_right(guarded, change):
    accounts.add(guarded, "王芳", "operations", SECRET, "boss", must_change=False)
    _, session = entering.log_in(guarded, "王芳", SECRET, kind="web", address="10.0.0.1")
    with acting(caller_of(session)):
        entry = Entry("lock", "", "王芳", "2026-01-01", period="2026-05")
        assert signed(guarded, entry).by == "王芳"
        change(guarded)
        with pytest.raises(NotAllowed, match="已停用或改了角色，没有写入"):
            signed(guarded, entry)
