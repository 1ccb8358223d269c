"""What tests of accounts share: cheap hashes, and a warehouse with an administrator."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from pipelines.access import accounts, passwords, sessions

SECRET = "correct horse battery"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    """Hashes that take no time: how much work the real ones are is a test of its own."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords.nobodys.cache_clear()
    sessions._asked.clear()
    yield
    passwords.nobodys.cache_clear()


@pytest.fixture
def guarded(tmp_path) -> Path:
    """A warehouse with one account: boss, an administrator."""
    accounts.add(tmp_path, "boss", "admin", SECRET, "安装人员", must_change=False)
    return tmp_path
