"""Logging in by a provider of identities: a real one on this machine, and the real server."""

from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import oidc_provider_mock
import pytest
from oidc_provider_mock import _app

from pipelines import audit_log
from pipelines.access import accounts, provider
from pipelines.errors import WarehouseError
from tests.access.conftest import SECRET, cheap_hashes  # noqa: F401
from tests.browser.drive import dashboard, free_port

PEOPLE = (
    oidc_provider_mock.User(sub="1", claims={"preferred_username": "wang", "realm": {"roles": ["x", "fund-audit"]}}),
    oidc_provider_mock.User(sub="2", claims={"preferred_username": "li", "realm": {"roles": ["visitor"]}}),
    oidc_provider_mock.User(sub="3", claims={"preferred_username": "boss", "realm": {"roles": "fund-audit"}}),
)
SETTINGS = """
[auth]
redirect_uri = "{own}/oauth2callback"
client_id = "fund"
client_secret = "not a secret"
server_metadata_url = "{provider}/.well-known/openid-configuration"
[claims]
role = "realm.roles"
[roles]
fund-audit = "auditor"
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """(address of the server, warehouse): a provider of identities, and the server that asks it."""
    where, port = tmp_path_factory.mktemp("house"), free_port()
    with oidc_provider_mock.run_server_in_thread(user_claims=PEOPLE, access_token_max_age=timedelta(hours=1)) as there:
        accounts.add(where, "boss", "admin", SECRET, "甲", must_change=False)
        told = SETTINGS.format(own=f"http://127.0.0.1:{port}", provider=f"http://localhost:{there.server_port}")
        provider.path_of(where).write_text(told, "utf-8")
        with dashboard(where, where / "server.log", port) as address:
            yield address, where


@pytest.fixture
def browser(house):
    with httpx.Client(base_url=house[0], headers={"accept": "text/html"}, timeout=60) as client:
        yield client


def led(browser, start: str = "/login/provider") -> str:
    """Follow the server to the provider; its page for logging in there."""
    found = browser.get(start)
    while found.headers["location"].startswith("/"):
        found = browser.get(found.headers["location"])
    assert "nonce=" in found.headers["location"] and "state=" in found.headers["location"]
    return found.headers["location"]


def vouched(there: str, person: str) -> str:
    """Log in at the provider; where it leads back to."""
    return httpx.post(there, data={"sub": person}, timeout=60).headers["location"]


def logged_in(browser, person: str = "1"):
    return browser.get(vouched(led(browser), person))


def replaced(address: str, **told: str) -> str:
    """An address with other values in its query; an empty one is left out."""
    parts = urlsplit(address)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()} | told
    return parts._replace(query=urlencode({key: value for key, value in query.items() if value})).geturl()


def nobody(browser, found) -> bool:
    """Whether an answer left somebody unknown, with a word of why."""
    said = found.headers.get("location", "")
    return browser.get("/").status_code == 303 and (said == "/login?failed=1" or found.status_code == 403)


def test_the_login_page_offers_the_provider_and_local_accounts_stay(browser):
    page = browser.get("/login").text
    assert "用统一身份认证登录" in page and 'name="password"' in page


def test_whom_the_provider_vouches_for_gets_a_session_in_the_role_of_the_claim(browser, house):
    found = logged_in(browser)
    assert found.status_code in (302, 303) and found.headers["location"] == "/"
    assert browser.get("/").status_code == 200
    told = next(audit_log.search(house[1], audit_log.Asked(events=("log_in",))))
    assert (told.who, told.role) == ("wang", "稽核")


def test_the_session_that_the_browser_had_ends_when_another_begins(browser):
    logged_in(browser)
    before = browser.cookies["fund_session"]
    assert logged_in(browser).headers["location"] == "/" and browser.cookies["fund_session"] != before
    assert browser.get("/").status_code == 200
    old = {"cookie": f"fund_session={before}", "accept": "text/html"}
    assert httpx.get(browser.base_url, headers=old, timeout=60).status_code == 303


def test_a_claim_that_has_no_role_here_is_refused_in_a_sentence(browser):
    found = logged_in(browser, "2")
    assert found.status_code == 403 and "“li”在这里没有对应的角色" in found.text
    assert nobody(browser, found) and "_streamlit_user" not in browser.cookies


def test_the_name_of_a_local_account_is_not_taken_over(browser):
    found = logged_in(browser, "3")
    assert "同名账号" in found.text and nobody(browser, found)


def test_streamlits_cookie_alone_opens_nothing(browser):
    logged_in(browser)
    del browser.cookies["fund_session"]
    assert "_streamlit_user" in browser.cookies
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize(
    "told", [{"state": "forged"}, {"state": ""}, {"code": "forged"}, {"code": "", "error": "denied"}]
)
def test_a_way_back_that_was_not_begun_here_is_refused(browser, told):
    assert nobody(browser, browser.get(replaced(vouched(led(browser), "1"), **told)))


def test_a_way_back_that_another_browser_began_is_refused(browser, house):
    with httpx.Client(base_url=house[0], timeout=60) as other:
        theirs = vouched(led(other), "1")
    led(browser)
    assert nobody(browser, browser.get(theirs))


def test_a_way_back_counts_once(browser):
    back = vouched(led(browser), "1")
    browser.get(back)
    browser.cookies.clear()
    assert nobody(browser, browser.get(back))


def test_a_code_that_was_made_for_another_nonce_is_refused(browser):
    assert nobody(browser, browser.get(vouched(replaced(led(browser), nonce="forged"), "1")))


@pytest.mark.parametrize("wrong", [{"exp": -600}, {"iss": "https://evil.cn"}, {"key": "other"}])
def test_an_identity_that_is_outdated_or_somebody_elses_is_refused(browser, monkeypatch, wrong):
    """The provider itself is made to say so: too old, of another issuer, signed with another key."""
    real = _app.OpenIDCode.get_jwt_config

    def told(self, grant, client=None):
        if "key" in wrong:
            key = _app.jose.RSAKey.generate_key(2048, {"kid": "other"}, is_private=True)
            return real(self, grant, client) | {"key": key.as_dict(is_private=True)}
        return real(self, grant, client) | wrong

    monkeypatch.setattr(_app.OpenIDCode, "get_jwt_config", told)
    assert nobody(browser, logged_in(browser))


def test_an_identity_for_another_client_is_refused(browser):
    assert nobody(browser, browser.get(vouched(replaced(led(browser), client_id="other"), "1")))


def test_logging_out_ends_both(browser, house):
    logged_in(browser)
    assert browser.get("/auth/logout").status_code == 404, "a link of another site logs nobody out"
    word = browser.get("/logout").text.partition('name="word" value="')[2].partition('"')[0]
    token = browser.cookies["fund_session"]
    found = browser.post("/logout", data={"word": word})
    assert "url=/auth/logout" in found.text
    away = browser.get("/auth/logout")
    assert "/oauth2/end_session" in away.headers["location"] and "id_token_hint" in away.headers["location"]
    assert "_streamlit_user" not in browser.cookies
    browser.cookies.set("fund_session", token)
    assert browser.get("/").status_code == 303
    assert browser.get("/oauth2callback").headers["location"] == "/login?ended=1"


def test_another_mapping_ends_the_sessions_of_the_former(browser, house):
    logged_in(browser)
    path = provider.path_of(house[1])
    before = path.read_bytes()
    try:
        path.write_bytes(before + b'fund-lead = "director"\n')
        assert browser.get("/").status_code == 303
    finally:
        path.write_bytes(before)


def settings_of(tmp_path, text: str):
    provider.path_of(tmp_path).parent.mkdir(exist_ok=True)
    provider.path_of(tmp_path).write_text(text, "utf-8")
    return provider.provider(tmp_path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[auth", "读不懂"),
        ("[auth]\nclient_id = 'x'", "缺 redirect_uri"),
        (SETTINGS.format(own="x", provider="y").replace("auditor", "king"), "没有角色“king”"),
        (SETTINGS.format(own="x", provider="y").replace("oauth2callback", "callback"), "结尾"),
        (SETTINGS.format(own="x", provider="y") + "[rolls]\n", "不认识的项：rolls"),
    ],
)
def test_settings_that_cannot_be_are_a_sentence(tmp_path, text, why):
    with pytest.raises(WarehouseError, match=why):
        settings_of(tmp_path, text)


def test_a_role_for_a_part_of_the_county_needs_a_claim_that_names_it(tmp_path):
    found = settings_of(tmp_path, SETTINGS.format(own="x", provider="y").replace("auditor", "institution"))
    claims = {"preferred_username": "w", "realm": {"roles": ["fund-audit"]}}
    with pytest.raises(WarehouseError, match="哪家机构"):
        provider.identity(found, claims)
    assert provider.identity(found, claims | {"institutions": ["A001"]})[2].institutions == ("A001",)
