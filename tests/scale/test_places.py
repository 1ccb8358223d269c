"""Places that can't be reached, or that an engine would read as something else: one sentence, no trace of Java's."""

import logging

import pytest

from pipelines.errors import WarehouseError
from pipelines.scale import Asked, emit
from pipelines.scale.engines import engine, without_traces
from pipelines.scale.places import HadoopPlace
from pipelines.scale.words import UNSTARTED, failing_as

OF_PY4J = """An error occurred while calling o44.getFileSystem.
: java.lang.RuntimeException: java.lang.ClassNotFoundException: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found
\tat org.apache.hadoop.conf.Configuration.getClass(Configuration.java:2688)"""


class Unreachable:
    """A gateway to a JVM that refuses whatever is asked, as Py4J does."""

    def __getattr__(self, name):
        raise RuntimeError(OF_PY4J)


ASKED = {
    "exists": lambda place, folder: place.exists("a"),
    "remove": lambda place, folder: place.remove("a"),
    "put": lambda place, folder: place.put(folder / "rows.parquet", "a"),
    "fetch": lambda place, folder: place.fetch("a", folder),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_file_system_that_is_not_there_is_one_sentence_that_quotes_it(tmp_path, asked):
    place = HadoopPlace("s3a://bucket/fund", Unreachable(), None)
    with pytest.raises(WarehouseError, match=r"^读写不了 s3a://bucket/fund（.*S3AFileSystem not found）；") as told:
        ASKED[asked](place, tmp_path)
    assert "An error occurred" not in str(told.value)


def test_a_jvm_that_does_not_start_names_what_may_be_missing():
    with pytest.raises(WarehouseError, match="没有 Java 17 或更新的"), failing_as("Spark"):
        raise RuntimeError("[JAVA_GATEWAY_EXITED] Java gateway process exited before sending its port number.")


def test_no_trace_of_a_call_that_broke_off_is_shown_before_the_sentence(caplog):
    def log(pathname: str) -> None:
        record = logging.LogRecord("root", logging.ERROR, pathname, 1, pathname, None, None)
        logging.getLogger().handle(record)

    with without_traces():
        log("/lib/py4j/java_gateway.py")
        log("/pipelines/build.py")
    log("/lib/py4j/clientserver.py")
    assert caplog.messages == ["/pipelines/build.py", "/lib/py4j/clientserver.py"]


def test_a_jvm_that_died_is_told_as_that():
    with pytest.raises(WarehouseError, match=r"^spark 没有算完（它的 Java 进程不在了"), failing_as("spark"):
        raise ConnectionRefusedError(111, "Connection refused")


def test_a_cluster_that_does_not_answer_is_said_to_be_that():
    with (
        pytest.raises(WarehouseError, match=r"stopped SparkContext.*）；请核对 --master"),
        failing_as("Spark", UNSTARTED),
    ):
        raise RuntimeError(
            "An error occurred while calling None.SparkSession.\n: Cannot call a stopped SparkContext.\n"
        )


@pytest.mark.parametrize("place", ["hdfs://host/数据[1]", "/data/{a}", "s3a://bucket/*"])
def test_a_folder_whose_name_an_engine_takes_for_a_pattern_is_refused_before_one_is_started(made_up, tmp_path, place):
    with pytest.raises(WarehouseError, match="当它是通配符"), engine("spark", place):
        pass
    with pytest.raises(WarehouseError, match="当它是通配符"):
        emit(made_up / "warehouse", Asked(place=place), tmp_path, every=True)


def test_an_address_that_nothing_reads_is_refused_before_an_engine_is_started():
    with pytest.raises(WarehouseError, match="“gopher://a/b”不能读"), engine("spark", "gopher://a/b"):
        pass


def test_the_guide_can_be_pasted_into_a_shell_and_lets_files_run_at_once(made_up, tmp_path):
    *_, guide = emit(made_up / "warehouse", Asked(place="hdfs://host/湖 '泊"), tmp_path, every=True)
    told = guide.read_text("utf-8")
    assert "scale --take --warehouse 'hdfs://host/湖 '\"'\"'泊'\n" in told
    assert told.count("spark-sql --conf spark.sql.catalogImplementation=in-memory -f settlements-") == 4
