"""数据上传: from the month's files to the numbers, one step after another; nothing changes before the last."""

import streamlit as st

from pipelines.periods import months_between
from views import (
    look,
    upload_desk,
    upload_detail,
    upload_effects,
    upload_files,
    upload_load,
    upload_mapping,
    upload_problems,
    upload_sample,
    upload_templates,
    upload_words,
)
from views.jobs import refused
from views.receiving import limit

ASK = "把各系统导出的文件拖到下面：先**试读**，看清每个文件是什么、有没有问题、会改变什么，最后才**装入**。"
WORST = ("refused", "partial", "unknown", "unread", "locked", "ready", "unchanged", "skipped")
KINDS = "CSV、Excel 或 zip，可一次选多个"


def page() -> None:
    desk = upload_desk.current()
    with look.header("数据上传"):
        look.scope(*loaded_so_far())
        upload_templates.show()
    upload_sample.note()
    if desk.loading:
        upload_load.loading(desk)
        return
    told = st.container()
    look.section("选择文件", f"{KINDS}，每个不超过 {limit() // 1024**2} MB")
    upload_files.choose(desk)
    trial = tried(desk)
    with told:
        look.answer(answer(desk, trial))
    if trial:
        steps(desk, trial)


def loaded_so_far() -> list[str]:
    """What stands, in the title row; a county with nothing says so."""
    county = st.session_state.get("county")
    if county is None or not county.last_month:
        return ["还没有装入任何数据" if county is None else "还没有装入任何月度表"]
    return [f"已装入 {upload_words.periods_name(months_between(county.first_month, county.last_month))}"]


def tried(desk):
    """The dry run once it is there; a bar until then."""
    if not desk.files or not desk.trying:
        lost = [each for each in desk.files.values() if each.why]
        for each in lost:
            st.error(f"{look.safe(each.name)}：{look.safe(each.why)}。", icon=":material/error:")
        return None
    desk.trying.watch()
    if desk.trying.problem:
        refused(desk.trying)
    return desk.trial


def answer(desk, trial) -> str:
    """The dry run in one sentence."""
    if trial is None:
        return "这些文件没有读成，什么也没有改变。" if desk.files else ASK
    states = [upload_words.state_of(found) for found in trial.files]
    counts = {code: states.count(code) for code in upload_words.STATES}
    said = {
        "ready": "**{} 个文件**可装入",
        "partial": "**{} 个**有问题行，改好再传，或不装这些行",
        "refused": "**{} 个**不能装入",
        "unread": "**{} 个**读不了",
        "unknown": "**{} 个**没认出是哪张表，可手工对应",
        "unchanged": "{} 个已经装入过，不会改变什么",
        "locked": "{} 个文件的月份已锁定，装入要写更正原因",
        "skipped": "{} 张工作表不是上传表，已跳过",
    }
    words = [said[code].format(number) for code, number in counts.items() if number]
    if doubtful := sum(found.state == "ready" and bool(upload_files.doubts(found)) for found in trial.files):
        words[0] += f"，其中 {doubtful} 个要先核对"
    return "试读完毕，还没有改变任何数据：" + "；".join(words) + "。" if words else "没有读到文件。"


def steps(desk, trial) -> None:
    look.section("试读结果", "每个文件（或工作表）一行")
    upload_files.table(desk, trial)
    if not trial.files:
        return
    detail(desk, trial)
    if not any(found.loadable for found in trial.files):
        upload_load.nothing_fits(desk)
        return
    look.section("选要装入的文件", "选中的一起装入；没选的不动")
    chosen = upload_load.choices(trial)
    change, load = st.container(), st.container()
    with load:  # drawn first: nobody has to wait for the numbers to be told what the button will do
        upload_load.show(desk, chosen)
    with change:
        upload_effects.show(desk, chosen)


def detail(desk, trial) -> None:
    """The file that was picked; at first the one that most needs looking at."""
    states = [upload_words.state_of(found) for found in trial.files]
    worst = min(range(len(states)), key=lambda n: WORST.index(states[n]))
    names = [found.name for found in trial.files]
    at = 0
    if len(names) > 1:
        key = f"detail-{trial.folder.name}"
        at = st.selectbox(
            "看哪个文件", range(len(names)), index=worst, format_func=names.__getitem__, key=key, width=520
        )
    found = trial.files[at]
    with st.container(border=True, key="detail"):
        upload_problems.show(found)
        upload_mapping.show(desk, found)
        upload_detail.show(found)
