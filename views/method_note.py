"""The end of a page that works something out: how, and what it can't say, as its method is described."""

from pipelines.methods import methods
from views import look


def limits(method: str, brief: bool = True) -> None:
    """What a method can't say, one line each. brief: with its formula, where the page has not told it above."""
    told = methods()[method]
    note = "全文见指标字典的测算方法"
    look.section("怎么算的，不能说明什么" if brief else "不能说明什么", note)
    if brief:
        look.markdown(told.brief)
    look.caption("  \n".join(told.limits))
