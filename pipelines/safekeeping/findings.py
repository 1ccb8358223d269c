"""What the doctor finds: a thing that was looked at, how it is, what can be done."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

OK, NOTICE, FAULT, REPAIRED = "ok", "notice", "fault", "repaired"
STATES = {OK: "正常", NOTICE: "提示", FAULT: "有问题", REPAIRED: "已修复"}


@dataclass(frozen=True)
class Finding:
    """check: what was looked at; told: how it is; remedy: what to do; both Chinese sentences. mend: what repairs it."""

    check: str
    state: str
    told: str
    remedy: str = ""
    mend: Callable[[Path], None] | None = None

    def record(self) -> dict[str, str]:
        """The finding as plain data, for programs."""
        return {"check": self.check, "state": self.state, "told": self.told, "remedy": self.remedy}


def fine(check: str, told: str) -> Finding:
    return Finding(check, OK, told)
