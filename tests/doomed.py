"""A process that forks children, each of which does one deed to a warehouse and may be killed -9 on the way.

A job is a line of JSON on standard input: deed (load, undo, accept, keep, backup, restore), warehouse, upload or batch
or folder of a backup, why a load may change locked months, and when to die: just before the nth touch of the disk, or
after so many seconds, or (neither) not at all. The answer is a line of JSON: whether the child was killed, how often it
had touched the disk, how long it took.
Everything is imported once, and no thread is started here, so that a fork costs nothing and is clean.
"""

import json
import os
import signal
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

from pipelines import Period
from pipelines.build import load, undo
from pipelines.safekeeping.backup import backup
from pipelines.safekeeping.restore import restore
from pipelines.trial import accept, discard, effects, try_out
from reports.document import Document, Heading
from reports.register import keep

DOCUMENT = dict.fromkeys(("scope", "unit", "as_of", "build_id", "by"), "某") | {
    "kind": "bulletin",
    "title": "月报",
    "period": Period("2026-06", "2026-06"),
    "at": datetime(2026, 7, 2),
}
TOUCHES = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "os.truncate", "os.link"}


def do(job: dict, seen: list[int]) -> None:
    """The deed, counting touches of the disk and dying before the one that the job names."""
    counting = threading.Lock()

    def hook(event: str, arguments) -> None:
        if event in TOUCHES:
            with counting:
                seen[0] += 1
                if seen[0] == job.get("touch"):
                    os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    warehouse = Path(job["warehouse"])
    if job["deed"] == "undo":
        undo(warehouse, job["batch"], "child", "试一试")
    elif job["deed"] == "keep":
        keep(warehouse, Document(**DOCUMENT, blocks=(Heading("六月"),)), b"%PDF", "pdf")
    elif job["deed"] == "backup":
        backup(warehouse, Path(job["folder"]), "child")
    elif job["deed"] == "restore":
        restore(Path(job["folder"]), warehouse)
    elif job["deed"] == "accept":
        trial = try_out(warehouse, [Path(job["upload"])])
        names = {tried.name for tried in trial.files}
        effects(trial, names)
        accept(trial, names, "child")
        discard(trial)
    else:
        load(warehouse, [Path(job["upload"])], "child", restating=job.get("restating", ""))


def child(job: dict, pipe: int) -> None:
    seen, status = [0], 1
    try:
        do(job, seen)
        os.write(pipe, str(seen[0]).encode())
        status = 0
    finally:
        os._exit(status)


def answer(job: dict) -> dict:
    """Fork, wait, and kill if the job names a time; status: killed, done or failed."""
    reading, writing = os.pipe()
    started, pid = time.monotonic(), os.fork()
    if pid == 0:
        child(job, writing)
    os.close(writing)
    if job.get("seconds"):
        time.sleep(job["seconds"])
        os.kill(pid, signal.SIGKILL)  # the child stays a zombie until it is waited for: the id is nobody else's
    _, status = os.waitpid(pid, 0)
    with os.fdopen(reading) as told:
        touches = int(told.read() or 0)
    how = "killed" if os.WIFSIGNALED(status) else "failed" if os.WEXITSTATUS(status) else "done"
    return {"how": how, "touches": touches, "seconds": time.monotonic() - started}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
