"""What is wrong in a file: the sentences, a table to filter, files to mend it by."""

import io

import streamlit as st

from pipelines.build import words_of
from pipelines.uploads.marked import LEVELS, marked_name, marked_workbook
from views import look

SENTENCES = 6
HEADS = ("行", "列", "找到的", "应为", "级别")
COLUMNS = {
    "行": st.column_config.NumberColumn(width=70, format="%d"),
    "列": st.column_config.TextColumn(width=150),
    "找到的": st.column_config.TextColumn(width=260),
    "应为": st.column_config.TextColumn(width=460),
    "级别": st.column_config.TextColumn(width=100),
}


def show(tried) -> None:
    problems = tried.staged.problems
    if not problems:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        look.subheader(title(tried.staged), width="stretch")
        downloads(tried.staged)
    if len(problems) <= SENTENCES:
        look.markdown("\n".join(f"- {sentence(problem)}" for problem in problems))
        return
    listing(tried.name, list(problems))
    if more := unlisted(tried.staged):
        look.caption(f"另有 {more:,} 行有问题，没有逐行列出；下载的 Excel 里是全部。")


def title(staged) -> str:
    stops = sum(problem.severity != "analytical" for problem in staged.problems)
    if staged.faulty:
        return f"{staged.faulty:,} 行有问题"
    return f"{stops} 个问题" if stops else f"{len(staged.problems)} 处提醒"


def unlisted(staged) -> int:
    """How many faulty rows are not told one by one."""
    told = {problem.line for problem in staged.problems if problem.line and problem.severity == "logical"}
    return max(staged.faulty - len(told), 0)


def sentence(problem) -> str:
    colour = "gray" if problem.severity == "analytical" else "orange"
    return f":{colour}-badge[{LEVELS[problem.severity]}] {look.safe(problem.text)}"


def downloads(staged) -> None:
    name = marked_name(staged)
    csv = name.removesuffix("xlsx") + "csv"
    look.downloads(
        {
            "下载问题（Excel，标出单元格）": (name, lambda: workbook(staged)),
            "CSV": (csv, lambda: look.csv_bytes(HEADS, map(record, staged.problems))),
        }
    )


def workbook(staged) -> bytes:
    target = io.BytesIO()
    marked_workbook(staged, target, words_of)
    return target.getvalue()


def record(problem) -> tuple:
    return problem.line, problem.column, problem.found, problem.wanted, LEVELS[problem.severity]


def listing(name: str, problems: list) -> None:
    kept = filtered(name, problems)
    if not kept:
        look.empty("没有这样的问题", "换一个级别或列，或清空查找框。")
        return
    rows = list(map(record, kept))
    columns = {head: [row[place] for row in rows] for place, head in enumerate(HEADS)}
    look.table(columns, COLUMNS, f"problems-{name}", 10, "文件里的问题")


def filtered(name: str, problems: list) -> list:
    """Those of the chosen severity and column whose words hold what was typed."""
    counts = {code: sum(problem.severity == code for problem in problems) for code in LEVELS}
    levels = {"": f"全部 {len(problems)}"} | {c: f"{LEVELS[c]} {n}" for c, n in counts.items() if n}
    heads = list(dict.fromkeys(problem.column for problem in problems if problem.column))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        level = st.segmented_control(
            "级别",
            list(levels),
            default="",
            format_func=levels.get,
            key=f"level-{name}",
            label_visibility="collapsed",
            required=True,
        )
        column = st.selectbox(
            "列", ["", *heads], format_func=lambda c: c or "全部列", key=f"column-{name}", label_visibility="collapsed"
        )
        typed = st.text_input("查找", key=f"find-{name}", placeholder="查找内容", label_visibility="collapsed")
    words = typed.lower().split()
    return [
        problem
        for problem in problems
        if level in ("", problem.severity)
        and column in ("", problem.column)
        and all(word in problem.text.lower() for word in words)
    ]
