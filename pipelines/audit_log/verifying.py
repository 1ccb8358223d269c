"""Whether the log is as it was written: numbers without gaps, each hash made from the line and the hash before it."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.audit_log import anchors, keys
from pipelines.audit_log.lines import START, Line, files, parsed, sealed, split
from pipelines.audit_log.writing import Tail, standing, tail


@dataclass(frozen=True)
class State:
    """count: lines read; head: hash of the last one; first, last: their times; keyed: lines that a key seals;
    problems: what is amiss, each a Chinese sentence, empty if the log is whole.
    """

    count: int
    head: str
    first: str
    last: str
    keyed: int
    problems: tuple[str, ...]


@dataclass
class Walk:
    """How far the log was read: the last line's number, hash and time, lines and keyed ones, and what was amiss."""

    number: int = 0
    head: str = START
    first: str = ""
    last: str = ""
    count: int = 0
    keyed: int = 0


def verify(warehouse: Path) -> State:
    """Read every line; a broken one is named, and the lines after it are held to what it says itself."""
    walk, problems = Walk(), []
    known = {key.id: key for key in keys.every_key(warehouse)}
    since = min((key.since for key in known.values()), default=None)
    for path in files(warehouse):
        for place, raw in numbered_lines(path):
            where = f"{path.name} 第 {place} 行"
            problems += [f"{where}：{told}" for told in judged(walk, raw, path.stem, known, since)]
    problems += [f"末尾：{told}" for told in end_problems(walk, warehouse)]
    return State(walk.count, walk.head, walk.first, walk.last, walk.keyed, tuple(problems))


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """(number in the file, line without its end) of every whole line; what a crash left of a last one is not one."""
    content = path.read_bytes()
    yield from enumerate(content[: content.rfind(b"\n") + 1].split(b"\n")[:-1], start=1)


def judged(walk: Walk, raw: bytes, month: str, known: dict[str, keys.Key], since: int | None) -> list[str]:
    """What is amiss with a line, which the walk takes in."""
    line, (body, seal) = parsed(raw), split(raw)
    if line is None or not seal:
        return ["读不出来"]
    problems = [*misplaced(walk, line, month), *unsealed(walk, line, body, seal, known, since)]
    if line.event == "gap":
        problems.append(f"写这一行时发现缺失（{line.details.get('说明', '')}）")
    walk.number, walk.head, walk.last = line.number, seal, line.at
    walk.first, walk.count, walk.keyed = walk.first or line.at, walk.count + 1, walk.keyed + bool(line.key)
    return problems


def misplaced(walk: Walk, line: Line, month: str) -> list[str]:
    """Whether the line is the next one, and in the file of its time."""
    wanted = walk.number + 1
    found = []
    if line.number > wanted:
        found.append(f"第 {wanted} 至 {line.number - 1} 条不见了")
    elif line.number < wanted:
        found.append(f"第 {line.number} 条重复，或次序不对")
    if line.at[:7] > month:
        found.append(f"时间 {line.at[:16]} 晚于文件所属的月份")
    return found


def unsealed(walk: Walk, line: Line, body: bytes, seal: str, known: dict, since: int | None) -> list[str]:
    """Whether the hash is that of the line after the one before it, made with the key it has to be made with."""
    if line.key and line.key not in known:
        return [f"封签的密钥 {line.key} 不在密钥文件夹里，无法核对"]
    if not line.key and since is not None and line.number >= since:
        return [f"第 {line.number} 条没有用密钥封签"]
    key = known[line.key].bytes if line.key else b""
    if hmac.compare_digest(sealed(walk.head, body, key), seal):
        return []
    return [f"第 {line.number} 条与散列不符：这一行被改过，或它前面的被改、被删"]


def end_problems(walk: Walk, warehouse: Path) -> list[str]:
    """Whether the log reaches as far as its anchor knows."""
    anchor = anchors.anchored(warehouse)
    last = Line(walk.number, "", "", "", "", "", "", "", "", {}, None, hash=walk.head) if walk.count else None
    return [str(each.details["说明"]) for each in standing(last, anchor)[0]]


def glance(warehouse: Path) -> list[str]:
    """What is amiss with the log's end alone, each a sentence: quick, however long the log is."""
    last: Tail = tail(warehouse)
    return [str(each.details["说明"]) for each in standing(last.line, anchors.anchored(warehouse))[0]]


def head(warehouse: Path) -> tuple[int, str]:
    """(number, hash) of the last line, for whoever keeps it elsewhere: a backup, the log of the service."""
    last = tail(warehouse).line
    return (last.number, last.hash) if last else (0, START)
