"""Real engines in processes of their own: spark-sql runs what was written out; a job that is killed changes nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyspark
import pytest

from pipelines import load, open_county
from pipelines.engine import in_memory
from pipelines.errors import WarehouseError
from pipelines.scale import Asked, emit, scale, take_staged
from pipelines.scale.comparing import differences
from pipelines.scale.engines import engine
from pipelines.scale.running import missing
from pipelines.scale.statements import quoted
from pipelines.store import builds
from pipelines.store import warehouse as store
from pipelines.store.rollups import rollup_folder
from tests.scale.made_up import records

PATIENCE_SECONDS = 600
HARD_TEXT = r"21${env:HOME}${spark:spark.app.name}\n\u0041'"
FIGURES = "select month, scheme, care, sum(visits), sum(fund_paid_yuan) from cut_county group by all order by all"


def test_spark_sql_runs_the_files_and_what_it_wrote_is_taken_over(made_up, tmp_path):
    warehouse = Path(shutil.copytree(made_up / "warehouse", tmp_path / "warehouse"))
    former = next((warehouse / "rollups").glob("*/settlements-202604*")).rename(tmp_path / "former")
    asked = Asked(place=f"file://{tmp_path}/lake")
    (batch,) = missing(warehouse)
    sql, _ = emit(warehouse, asked, tmp_path / "files")
    rows = tmp_path / "lake" / "batches" / batch / "rows.parquet"
    rows.parent.mkdir(parents=True)
    shutil.copyfile(warehouse / "batches" / batch / "rows.parquet", rows)
    small = ["--master", "local[2]", "--conf", "spark.sql.shuffle.partitions=2"]
    told = subprocess.run(
        [Path(pyspark.__file__).parent / "bin" / "spark-sql", *small, "-f", sql],
        cwd=tmp_path,
        env=os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr[-2000:]
    assert take_staged(warehouse, asked).batches == (batch,)
    with in_memory() as con:
        assert differences(con, rollup_folder(warehouse, batch), former) == []


def test_a_spark_job_that_is_killed_amid_a_load_leaves_the_figures_and_can_be_done_again(made_up, tmp_path):
    warehouse, twin = (Path(shutil.copytree(made_up / "warehouse", tmp_path / each)) for each in ("一 号", "two"))
    before, state = open_county(warehouse).fetch(FIGURES), state_of(warehouse)
    file = records(tmp_path, "june_again", ["2026-06"], 9)
    killed_amid(warehouse, file, "agg_settlement")
    assert list((warehouse / "scale" / "rollups").glob("*/*/agg_settlement"))
    assert not list((warehouse / "scale" / "rollups").glob("*/*/controls/*.parquet"))
    assert state_of(warehouse) == state
    assert open_county(warehouse).fetch(FIGURES) == before
    done = scale(warehouse, Asked("sail"), "测试", [file])
    load(twin, [file], "测试")
    assert done.build == builds.current(twin)
    assert open_county(warehouse).fetch(FIGURES) == open_county(twin).fetch(FIGURES) != before


def state_of(warehouse: Path) -> tuple:
    """What readers go by."""
    return builds.in_force(warehouse), (warehouse / "CURRENT").read_text(), store.live(warehouse)


def killed_amid(warehouse: Path, file: Path, part: str) -> None:
    """Have a process of its own load the file by Spark, and kill it -9 with its JVM once it writes that part."""
    command = [sys.executable, "-m", "pipelines", "scale", str(file), "--engine", "spark", "--master", "local[2]"]
    environment = os.environ | {"FUND_WAREHOUSE": str(warehouse)}
    with (warehouse.parent / "child.log").open("w") as log:
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    end = time.monotonic() + PATIENCE_SECONDS
    while not list((warehouse / "scale" / "rollups").glob(f"*/*/{part}")):
        assert child.poll() is None, (warehouse.parent / "child.log").read_text()[-2000:]
        assert time.monotonic() < end
        time.sleep(0.02)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()


@pytest.mark.parametrize("name", ["sail", "spark"])
def test_what_an_engine_refuses_is_one_sentence(tmp_path, name):
    with (
        engine(name, str(tmp_path), "local[2]") as running,
        pytest.raises(WarehouseError, match=f"^{name} 没有算完（.*no_such_table.*）；数据没有改变$"),
    ):
        running.run("CREATE OR REPLACE TEMPORARY VIEW v AS SELECT a FROM no_such_table")


@pytest.mark.parametrize("name", ["sail", "spark"])
def test_what_stands_in_a_text_is_neither_looked_up_nor_an_escape(tmp_path, name, recwarn):
    """Codes are pasted into statements as they were uploaded; an engine's own variables must not get in, nor its words
    for special characters."""
    with engine(name, str(tmp_path), "local[1]", {"spark.sql.parser.escapedStringLiterals": "true"}) as running:
        (row,) = running.run(f"SELECT {quoted(HARD_TEXT)} AS told").collect()
    assert row["told"] == HARD_TEXT
    assert [told for told in recwarn if told.category is UserWarning] == []


def test_sail_reads_this_machine_alone(tmp_path):
    with pytest.raises(WarehouseError, match="Sail 只读本地文件夹"), engine("sail", "s3a://bucket/fund"):
        pass
