"""A module of ours in a process of its own: a file that is too large or broken ends only that."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

HOUSE = Path(__file__).parents[1]


def finished(module: str, arguments: Iterable[str], seconds: int) -> int:
    """Run python -m MODULE in silence: its exit code. Raises subprocess.TimeoutExpired if it takes longer."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=HOUSE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=seconds,
        check=False,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    ).returncode
