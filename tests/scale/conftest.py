"""Tests that need another engine are collected only where they are named: pytest tests/scale/engines."""

import pytest


def pytest_ignore_collect(collection_path, config) -> bool | None:
    named = any("engines" in argument for argument in config.args)
    return True if collection_path.name == "engines" and not named else None


@pytest.fixture(scope="session")
def made_up(tmp_path_factory):
    """A folder with a small county's files and its warehouse, loaded as any; tests must not write to it."""
    from tests.scale.made_up import load_all

    folder = tmp_path_factory.mktemp("made_up")
    load_all(folder)
    return folder
