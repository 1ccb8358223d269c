"""A warehouse of a test's own, and Spark as the tests want it: small, and with ANSI off where that is asked for."""

import os
import shutil

import pytest

from pipelines.scale import statements

ENGINES = ("sail", "spark")
# A JVM that lives for a minute is not worth what its second compiler costs.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture
def warehouse(made_up, tmp_path):
    """The made-up county, to write to; its roll-ups are gone, its build is in force."""
    target = shutil.copytree(made_up / "warehouse", tmp_path / "数据 仓库")  # as folders are called
    shutil.rmtree(target / "rollups")
    return target


@pytest.fixture(autouse=True)
def ansi(monkeypatch):
    """FUND_SPARK_ANSI=false: as Spark 3 is by default. The figures must be the same."""
    if told := os.environ.get("FUND_SPARK_ANSI"):
        monkeypatch.setitem(statements.SETTINGS, "spark.sql.ansi.enabled", told)
