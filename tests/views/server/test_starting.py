"""Where the server may listen, and what every page says of who looks at it."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pipelines.access import Caller, accounts, callers, roles
from tests.access.conftest import SECRET, cheap_hashes  # noqa: F401
from tests.views.app import opened
from views.server import starting


@pytest.fixture
def options(monkeypatch):
    """The server's settings, as a test says them."""
    said = {}
    monkeypatch.setattr(st, "get_option", said.get)
    monkeypatch.delenv("FUND_PROXY", raising=False)
    return said


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.8.9.1"])
def test_this_machine_is_always_allowed(tmp_path, options, address):
    assert starting.unsafe(tmp_path, address) == ""


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.0.0.1", "fund.example.gov.cn", None])  # noqa: S104
def test_without_accounts_the_server_refuses_to_listen_elsewhere_and_says_what_to_do(
    tmp_path, options, address, capsys
):
    options["server.address"] = address
    with pytest.raises(SystemExit) as ended:
        starting.refuse_to_start(tmp_path)
    told = capsys.readouterr().err
    assert ended.value.code == 2 and "users add" in told and "127.0.0.1" in told


def test_with_accounts_it_listens_elsewhere_only_encrypted(tmp_path, options, monkeypatch):
    accounts.add(tmp_path, "boss", "admin", SECRET, "甲")
    assert "要加密" in starting.unsafe(tmp_path, "10.0.0.1")
    monkeypatch.setenv("FUND_PROXY", "10.0.0.2")
    assert starting.unsafe(tmp_path, "10.0.0.1") == ""
    monkeypatch.delenv("FUND_PROXY")
    options["server.sslCertFile"] = "cert.pem"
    assert starting.unsafe(tmp_path, "10.0.0.1") == ""


def the_box() -> None:
    """The box alone, which views/entry.py draws before every page: a whole page would write the sample county first."""
    from views import signed_in

    signed_in.shown()


@pytest.fixture
def box(tmp_path, monkeypatch):
    monkeypatch.setenv("FUND_WAREHOUSE", str(tmp_path))
    return AppTest.from_function(the_box)


def test_without_accounts_every_page_says_so_and_how_to_make_one(box):
    (told,) = [each.value for each in box.run().sidebar.get("html")]
    assert "未设账号" in told and "users add" in told
    assert not box.button


def test_with_accounts_every_page_says_who_looks_and_in_which_role(box, tmp_path, monkeypatch):
    accounts.add(tmp_path, "boss", "admin", SECRET, "甲")
    somebody = Caller("王<b>芳", "operations", roles()["operations"].rights)
    monkeypatch.setattr(callers, "_identify", [lambda where: somebody])
    (told,) = [each.value for each in box.run().sidebar.get("html")]
    assert "王&lt;b&gt;芳" in told and "业务" in told
    assert [each.key for each in box.button] == ["log-out"]


def test_a_page_that_nobody_is_logged_in_for_shows_nothing(tmp_path, monkeypatch):
    accounts.add(tmp_path, "boss", "admin", SECRET, "甲")
    app = opened(tmp_path, monkeypatch)
    assert [each.value for each in app.caption] == ["请先登录"]
    assert not app.metric and not app.markdown and not app.title
