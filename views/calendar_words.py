"""The states of the calendar in words; colour only repeats them."""

WORDS = {"loaded": "已装入", "partial": "部分", "lacking": "缺区县", "replaced": "已替换", "missing": "缺", "none": "—"}
LEGEND = "已装入 · 部分（有问题的行没有装） · 已替换（顶替了以前的批次） · 缺 · 锁定；点一格看批次"


def word(cell) -> str:
    """已装入, 部分, 已替换, 缺; a locked month says so besides."""
    if cell.locked and cell.batch:
        return "锁定" if cell.state == "loaded" else f"{WORDS[cell.state]}·锁"
    return WORDS[cell.state]
