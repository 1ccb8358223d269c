"""A problem in an upload: where it stands, what was found, what was wanted. The words are Chinese: staff read them."""

from dataclasses import asdict, dataclass

LIST, FAULTY = (
    "问题清单",
    "有问题的行",
)  # the sheets of the workbook that tells them (marked.py), which is never read as data


@dataclass(frozen=True)
class Problem:
    """line: line of the file (1 = first), None for the file as a whole; severity: structural, logical or analytical."""

    line: int | None
    column: str
    found: str
    wanted: str
    severity: str = "logical"

    @property
    def text(self) -> str:
        """One sentence: 第 37 行“总费用”：“一千二”；应为金额（元），如 1200.00。"""
        where = f"第 {self.line} 行" if self.line else ""
        column = f"“{self.column}”" if self.column else ""
        found = f"：“{self.found}”" if self.found else "：空白"
        return f"{where}{column}{found if where or column else self.found}；{self.wanted}"

    def record(self) -> dict:
        return asdict(self) | {"text": self.text}


def stops(problems) -> bool:
    """Whether a file with these problems is refused whole: other faults keep their rows out, or only warn."""
    return any(p.severity == "structural" for p in problems)
