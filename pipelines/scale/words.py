"""What an engine, or the file system behind it, says when it fails: one Chinese sentence that quotes it."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.errors import WarehouseError

LOST = "{who} 没有算完（{said}）；数据没有改变"
UNSTARTED = "Spark 没有起动（{said}）；请核对 --master 的地址、集群是否在运行、两边的版本是否相同。数据没有改变"
NO_JVM = "Spark 没有起动：没有 Java 17 或更新的，或 --master、--conf 写得不对，都会这样；上面是它自己的话。数据没有改变"
DIED = "它的 Java 进程不在了，多半是内存不足被系统结束"
NO_GATEWAY = "JAVA_GATEWAY_EXITED"  # what PySpark says of a JVM that ended before it could be spoken to
SHOWN_CHARACTERS = 300


@contextmanager
def failing_as(who: str, sentence: str = LOST) -> Iterator[None]:
    """Turn whatever fails inside into a WarehouseError. PySpark's and Py4J's errors have no base but Exception."""
    try:
        yield
    except WarehouseError:
        raise
    except Exception as error:
        told = NO_JVM if NO_GATEWAY in str(error) else sentence.format(who=who, said=said(error))
        raise WarehouseError(told) from error


def said(error: Exception) -> str:
    """The first line of what an engine says that tells something: not where Python called it, without the plan."""
    if isinstance(error, ConnectionError) or type(error).__name__ == "Py4JNetworkError":
        return DIED
    lines = [" ".join(line.split()).removeprefix(": ") for line in str(error).strip().splitlines()]
    telling = (line for line in lines if line and not line.startswith("An error occurred while calling"))
    return next(telling, type(error).__name__)[:SHOWN_CHARACTERS]
