"""Jobs in processes of their own: what each found, the most memory it held, and an end to one that takes too much."""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOK_SECONDS = 0.05
SHORT = re.compile(r"^(\w+\.)*(OutOfMemoryException|MemoryError|ArrowMemoryError)\b", re.MULTILINE)


class OutOfMemory(RuntimeError):
    """A job wanted more memory than it was given."""


def run(job: str, limit_mb: float | None = None, **given) -> dict:
    """A job in a process of its own: its result, and the most memory it held as peak_mb.

    limit_mb: beyond so much memory of its own (mapped files apart) it is ended, and OutOfMemory raised; systems that
    do not tell have no limit. Raises RuntimeError if the job fails.
    """
    text = json.dumps({key: str(value) for key, value in given.items()})
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        command = [sys.executable, "-m", "pipelines.bench.child", job, text]
        with subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=err) as child:
            watch(child, job, limit_mb)
        out.seek(0), err.seek(0)
        if child.returncode:
            said = err.read().decode(errors="replace").strip()
            kind = OutOfMemory if SHORT.search(said) else RuntimeError
            raise kind(f"{job}, exit code {child.returncode}: {said[-500:]}")
        told = json.loads(out.read().splitlines()[-1])
    return {"peak_mb": told["peak_mb"]} | told["result"]


def watch(child: subprocess.Popen, job: str, limit_mb: float | None) -> None:
    """Wait for the child; end it once it holds more than limit_mb."""
    while child.poll() is None:
        if limit_mb and own_megabytes(child.pid) > limit_mb:
            child.kill()
            raise OutOfMemory(job)
        time.sleep(LOOK_SECONDS)


def own_megabytes(pid: int) -> float:
    """The memory of a process that is backed by no file; 0 where the system does not tell, and once it has ended."""
    try:
        found = re.search(r"RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0
