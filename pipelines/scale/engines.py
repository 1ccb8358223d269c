"""The engines that run Spark SQL: Spark itself, on this machine or on a cluster, and Sail, which needs no Java."""

import logging
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import WarehouseError
from pipelines.limits import memory_bytes, threads
from pipelines.scale.places import HERE, HadoopPlace, LocalPlace, scheme_of
from pipelines.scale.statements import SETTINGS
from pipelines.scale.words import UNSTARTED, failing_as

ENGINES = ("spark", "sail")
REQUIRED = "缺少 {what}；请先运行 pip install -r requirements-spark.txt"


@dataclass(frozen=True)
class Engine:
    """A running engine. run: executes one statement of Spark SQL; place: where its paths lead."""

    name: str
    version: str
    run: Callable[[str], object]
    place: LocalPlace | HadoopPlace


@contextmanager
def engine(
    name: str, place: str, master: str = "", options: Mapping[str, str] | None = None, settings: Mapping = SETTINGS
) -> Iterator[Engine]:
    """A running engine over a place (a local folder or a URI), stopped in the end, its jobs broken off.

    master: local[2], spark://host:7077 or yarn, Spark's alone; options: further settings of Spark, as its memory on a
    cluster. Raises WarehouseError if the engine is not installed, or for what it says when a statement fails.
    """
    scheme_of(place)  # before a JVM is started for what nothing reads
    for of_no_use in (FutureWarning, UserWarning):  # of pandas, which is not asked here; of settings that are ours
        warnings.filterwarnings("ignore", category=of_no_use, module="pyspark")
    starting = spark_session if name == "spark" else sail_session
    with without_traces(), starting(place, master, options or {}) as running:
        for key, value in settings.items():
            running.session.conf.set(key, value)
        yield Engine(name, running.session.version, telling(name, running.session.sql), running.place)


@dataclass(frozen=True)
class Running:
    """A session, and the place that it reaches."""

    session: object
    place: LocalPlace | HadoopPlace


@contextmanager
def spark_session(place: str, master: str, options: Mapping[str, str]) -> Iterator[Running]:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise WarehouseError(REQUIRED.format(what="PySpark")) from error
    builder = SparkSession.builder.appName("fund").master(master or f"local[{threads()}]")
    for key, value in {**defaults(master), **options}.items():
        builder = builder.config(key, value)
    with failing_as("Spark", UNSTARTED):
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
    try:
        yield Running(session, reached(place, session))
    finally:
        with suppress(Exception):  # a JVM that died can't be told to stop, and why it died is what counts
            session.sparkContext.cancelAllJobs()
            session.stop()


@contextmanager
def without_traces() -> Iterator[None]:
    """Py4J logs a trace of each call that breaks off, also by Ctrl-C; what broke off is told in a sentence anyway."""

    def not_of_py4j(record: logging.LogRecord) -> bool:
        return "py4j" not in record.pathname

    logging.getLogger().addFilter(not_of_py4j)
    try:
        yield
    finally:
        logging.getLogger().removeFilter(not_of_py4j)


def defaults(master: str) -> dict[str, str]:
    """Settings that stand unless options say otherwise; of a cluster only what concerns us.

    Here Spark gets half of the memory: what it has made is taken over beside it.
    """
    common = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
    common |= {"spark.sql.sources.partitionColumnTypeInference.enabled": "false"}
    if master and not master.startswith("local"):
        return common
    here = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    sizes = {"spark.driver.memory": f"{memory_bytes() // 2**21}m", "spark.sql.shuffle.partitions": str(threads())}
    return common | here | sizes


def reached(place: str, session) -> LocalPlace | HadoopPlace:
    if not scheme_of(place):
        return LocalPlace(Path(place), HERE)
    return HadoopPlace(place, session._jvm, session._jsc.hadoopConfiguration())


@contextmanager
def sail_session(place: str, master: str, options: Mapping[str, str]) -> Iterator[Running]:
    if scheme_of(place):
        raise WarehouseError(f"Sail 只读本地文件夹；{place} 请用 --engine spark")
    os.environ.setdefault("RUST_LOG", "error")
    try:
        from pysail.spark import SparkConnectServer
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise WarehouseError(REQUIRED.format(what="Sail")) from error
    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    host, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://{host}:{port}").create()
    try:
        yield Running(session, LocalPlace(Path(place)))
    finally:
        session.stop()
        server.stop()
        os.environ.pop("SPARK_CONNECT_MODE_ENABLED", None)  # else Spark itself is looked for behind Sail's address


def telling(name: str, sql: Callable) -> Callable[[str], object]:
    """sql, but what the engine says when it fails is one sentence."""

    def run(statement: str):
        with failing_as(name):
            return sql(statement)

    return run
