"""Sessions: how they begin and end, who is locked out for how long, and that nothing can be told from an answer."""

import threading
import time

import pytest

from pipelines import audit_log
from pipelines.access import accounts, database, entering, lockout, passwords, sessions
from pipelines.access.identity import caller_of
from pipelines.errors import WarehouseError
from tests.access.conftest import SECRET

WRONG = "wrong horse battery"


def entered(warehouse, name="boss", password=SECRET, address="10.0.0.7"):
    return entering.log_in(warehouse, name, password, kind="web", address=address)


def wrong(warehouse, times: int, name="boss", address="10.0.0.7") -> None:
    for _ in range(times):
        with pytest.raises(entering.WrongPassword):
            entered(warehouse, name, WRONG, address)


@pytest.fixture
def clock(monkeypatch):
    """Time that a test moves."""
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def test_every_log_in_makes_another_token_and_the_session_knows_its_account(guarded):
    (token, session), (other, _) = entered(guarded), entered(guarded)
    assert token != other and len(token) >= 43  # 256 bits
    assert sessions.found(guarded, token) == session
    assert caller_of(session).may("accounts") and not caller_of(session).may("figures")


@pytest.mark.parametrize("token", ["", "x", "a' or '1'='1", "\udcff", "0" * 43, "é" * 43])
def test_a_token_that_was_never_given_is_nobodys(guarded, token):
    assert sessions.found(guarded, token) is None


def test_the_hash_that_is_kept_is_no_token(guarded):
    _, session = entered(guarded)
    assert sessions.found(guarded, session.id) is None


def test_a_session_ends_when_nothing_is_asked_for_half_an_hour(guarded, clock):
    token, _ = entered(guarded)
    for _ in range(3):
        clock[0] += 29 * 60
        sessions.asked(guarded, sessions.found(guarded, token))
    clock[0] += 31 * 60
    assert sessions.found(guarded, token) is None


def test_a_session_ends_after_twelve_hours_however_busy(guarded, clock):
    token, _ = entered(guarded)
    for _ in range(12 * 3):
        clock[0] += 20 * 60
        sessions.asked(guarded, sessions.found(guarded, token))
    clock[0] += 60
    assert sessions.found(guarded, token) is None


def test_that_somebody_is_there_is_written_down_once_a_minute(guarded, clock):
    token, session = entered(guarded)
    for _ in range(65):
        clock[0] += 2
        sessions.asked(guarded, sessions.found(guarded, token))
    assert sessions.found(guarded, token).seen - session.seen == pytest.approx(122, abs=4)


def test_another_process_sees_a_log_out_at_once(guarded):
    token, session = entered(guarded)
    assert sessions.found(guarded, token)
    with database.opened(database.path_of(guarded)) as con:  # as another process does
        con.execute("delete from sessions where id = ?", (session.id,))
    assert sessions.found(guarded, token) is None


def test_another_database_in_its_place_is_read_instead(guarded, tmp_path):
    token, _ = entered(guarded)
    assert sessions.found(guarded, token)
    accounts.add(tmp_path / "other", "boss", "admin", SECRET, "甲")
    database.path_of(tmp_path / "other").replace(database.path_of(guarded))
    assert sessions.found(guarded, token) is None


def test_whoever_has_a_given_password_may_do_nothing_but_choose_their_own(guarded):
    accounts.add(guarded, "某人", "auditor", SECRET, "boss")
    token, session = entered(guarded, "某人")
    assert not any(caller_of(session).may(right) for right in ("figures", "rows", "persons"))
    with pytest.raises(WarehouseError, match="一样"):
        entering.change_password(guarded, session, SECRET, SECRET)
    with pytest.raises(entering.WrongPassword):
        entering.change_password(guarded, session, WRONG, "a new secret 1")
    with pytest.raises(WarehouseError, match="太常见"):
        entering.change_password(guarded, session, SECRET, "password123")
    other, renewed = entering.change_password(guarded, session, SECRET, "a new secret 1")
    assert sessions.found(guarded, token) is None and sessions.found(guarded, other) == renewed
    assert caller_of(renewed).may("persons")


def test_five_wrong_passwords_make_wait_and_each_more_twice_as_long(guarded, clock):
    wrong(guarded, 5)
    with pytest.raises(lockout.LockedOut, match=r"3[01] 秒"):
        entered(guarded)
    clock[0] += 31
    wrong(guarded, 1)
    clock[0] += 31
    with pytest.raises(lockout.LockedOut, match="秒"):
        entered(guarded)
    clock[0] += 30
    assert entered(guarded)
    wrong(guarded, 4)
    assert entered(guarded), "a right one begins anew"


def test_the_waits_grow_up_to_an_hour():
    waits = [lockout.wait(n, 5) for n in range(4, 15)]
    assert waits == [0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_guessing_many_names_from_one_address_makes_wait_too(guarded):
    for i in range(25):
        wrong(guarded, 1, f"name{i}", "10.0.0.66")
    with pytest.raises(lockout.LockedOut):
        entered(guarded, "boss", SECRET, "10.0.0.66")
    assert entered(guarded, "boss", SECRET, "10.0.0.7"), "others are not in the way"


def test_an_unknown_name_is_locked_out_as_a_known_one_is(guarded):
    wrong(guarded, 5, "niemand")
    with pytest.raises(lockout.LockedOut):
        entered(guarded, "niemand", WRONG)


def test_an_administrator_lets_the_locked_out_in_again(guarded):
    wrong(guarded, 5)
    accounts.enable(guarded, "boss")
    assert entered(guarded)


def test_many_guesses_at_once_are_counted_one_by_one(guarded):
    kinds = []

    def guess() -> None:
        try:
            entered(guarded, "boss", WRONG)
        except WarehouseError as error:
            kinds.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(20)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    assert kinds.count(entering.WrongPassword) == 5 and kinds.count(lockout.LockedOut) == 15


def test_an_unknown_name_costs_the_same_work_as_a_known_one(guarded, monkeypatch):
    looked_at = []
    real = entering.fits
    monkeypatch.setattr(entering, "fits", lambda password, kept: looked_at.append(kept) or real(password, kept))
    wrong(guarded, 1)
    wrong(guarded, 1, "niemand")
    assert looked_at[0] and looked_at[1] == "", "of nobody: checked against a hash that fits nothing"
    assert not passwords.fits("nobody has this password", "")


def test_asking_who_it_is_takes_microseconds(guarded):
    token, _ = entered(guarded)
    sessions.found(guarded, token)
    begun = time.perf_counter()
    for _ in range(1000):
        sessions.found(guarded, token)
    assert time.perf_counter() - begun < 0.5  # half a millisecond each; some 20 microseconds where nothing else runs


def test_what_happens_at_the_door_is_recorded_and_what_a_stranger_typed_is_not(guarded):
    token, session = entered(guarded)
    wrong(guarded, 5)
    wrong(guarded, 1, "my secret typed in the wrong field")
    accounts.enable(guarded, "boss")
    entering.log_out(guarded, token)
    told = list(audit_log.search(guarded, audit_log.Asked()))[::-1]
    assert [line.event for line in told] == [
        "account", "log_in", *["log_in_failed"] * 5, "locked_out", "log_in_failed", "account", "log_out",
    ]  # fmt: skip
    assert told[0].who == "安装人员" and told[1].session == session.short and told[2].address == "10.0.0.7"
    assert "my secret" not in "".join(path.read_text("utf-8") for path in (guarded / "audit").glob("*.jsonl"))


def test_nobody_comes_in_unrecorded(guarded, monkeypatch):
    def full(*args, **more):
        raise audit_log.LogUnwritable("审计日志写不进去")

    monkeypatch.setattr(entering, "record", full)
    with pytest.raises(audit_log.LogUnwritable):
        entered(guarded)
    assert sessions.open_ones(guarded) == []
