"""python -m pipelines scale, where no engine is installed or asked for: it says so in one sentence."""

import builtins

import pytest
from click.testing import CliRunner

from pipelines.cli import main


def told(warehouse, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--warehouse", str(warehouse), "scale", *words])
    return result.exit_code, result.output


@pytest.fixture
def without(monkeypatch):
    """A function that has a package seem to be missing."""
    importing = builtins.__import__

    def hide(package: str) -> None:
        def imports(name, *rest):
            if name.partition(".")[0] == package:
                raise ImportError(name=package)
            return importing(name, *rest)

        monkeypatch.setattr(builtins, "__import__", imports)

    return hide


@pytest.mark.parametrize(("engine", "package"), [("spark", "pyspark"), ("sail", "pysail")])
def test_an_engine_that_is_not_installed_is_said(made_up, without, engine, package):
    without(package)
    code, output = told(made_up / "warehouse", "--compare", "--engine", engine)
    assert code == 2
    assert "请先运行 pip install -r requirements-spark.txt" in output


@pytest.mark.parametrize("option", ["memory", "=8g"])
def test_a_setting_without_a_name_or_a_value_is_refused(made_up, option):
    code, output = told(made_up / "warehouse", "--conf", option)
    assert code == 2
    assert f"--conf 是“{option}”" in output


def test_where_no_roll_up_is_missing_no_engine_is_asked(made_up):
    code, output = told(made_up / "warehouse", "--engine", "spark", "--master", "spark://nowhere:7077")
    assert code == 0
    assert "没有缺汇总的批次；现行构建" in output


def test_the_files_for_spark_sql_are_told(made_up, tmp_path):
    code, output = told(made_up / "warehouse", "--emit", str(tmp_path), "--every")
    assert code == 0
    assert "已写出 4 个批次的 Spark SQL" in output
