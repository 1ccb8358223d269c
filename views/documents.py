"""报告与文件: make the month's documents, and see which were made."""

from views import look, shared


def page() -> None:
    with look.header("报告与文件"):
        shared.scope()
    look.empty("还没有文件", "选好期间和文件种类，做成的文件列在这里。")
