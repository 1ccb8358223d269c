"""The files on the desk: choosing them, and what each of them is."""

import streamlit as st

from pipelines import wording
from views import inbox, look, upload_desk, upload_words
from views.upload_desk import Desk, Dropped

UNKNOWN, NOT_READ = "没有收下", ("—", "—", "—")


def choose(desk: Desk) -> None:
    """The uploader; what comes or goes in it comes or goes on the desk.

    It takes any file: why one can't be read is said in Chinese by the dry run, and in English by the browser's own
    filter. It is empty again after another page or a reload: only what somebody takes out of it goes.
    """
    key = f"files{st.session_state.setdefault('uploader', 0)}"
    with st.container(key="drop"):
        files = st.file_uploader(
            "拖入或选择本月的文件",
            accept_multiple_files=True,
            key=key,
            label_visibility="collapsed",
            on_change=touched,
        )
    here = {file.file_id: file for file in files}
    before = st.session_state.setdefault("in_uploader", set())
    taken = {each.path.name for each in desk.files.values() if each.path}
    fresh = {id: dropped(file, taken) for id, file in here.items() if id not in before}
    gone = before - here.keys() if st.session_state.pop("touched", False) else set()
    st.session_state["in_uploader"] = set(here)
    if fresh or gone:
        desk.take(fresh, gone)
    if desk.files:
        upload_desk.keep(desk)
    if kept := [each.name for id, each in desk.files.items() if id not in here]:
        st.caption(f"已在试读：{'、'.join(map(look.safe, kept))}；再选的文件会加进来")


def touched() -> None:
    """Somebody has put files into the uploader, or taken some out."""
    st.session_state["touched"] = True


def dropped(file, taken: set[str]) -> Dropped:
    """The file where it lies; taken: the names that lie there already, which grow by its own."""
    path, why = inbox.received(file.name, file.getvalue)
    if path and path.name in taken:  # the dry run knows files by their names
        path = path.rename(path.with_name(other_name(path, taken)))
    if path:
        taken.add(path.name)
    return Dropped(file.name, path, why)


def other_name(path, taken: set[str]) -> str:
    """六月.csv -> 六月（2）.csv, the first that is free."""
    number = 2
    while (name := f"{path.stem}（{number}）{path.suffix}") in taken:
        number += 1
    return name


def table(desk: Desk, trial) -> None:
    """One row for each table that was found, then the files that could not be taken."""
    heads = ("文件", "识别为", "期间", "编码", "读到行数", "可装", "有问题", "状态")
    rows = [row(tried) for tried in trial.files]
    rows += [lost(each) for each in desk.files.values() if each.why]
    with st.container(key="found"):
        look.markdown(look.grid(heads, "llllrrrl", rows))


def row(tried) -> tuple[str, ...]:
    staged = tried.staged
    faulty = f"**{upload_words.count(staged.faulty)}**" if staged.faulty else "0"
    return (
        look.safe(tried.name),
        upload_words.kind(staged.table, staged.layout),
        upload_words.periods_name(staged.periods) if staged.periods else "—",
        staged.encoding or "—",
        *((upload_words.count(staged.read), upload_words.count(staged.good), faulty) if staged.read else NOT_READ),
        state(tried),
    )


def state(tried) -> str:
    doubtful = tried.state == "ready" and doubts(tried)
    return upload_words.badge(upload_words.state_of(tried)) + (" :orange-badge[要核对]" if doubtful else "")


def lost(each: Dropped) -> tuple[str, ...]:
    return (look.safe(each.name), "—", "—", "—", "—", "—", "—", f":red-badge[{UNKNOWN}] {look.safe(each.why)}")


def doubts(tried) -> list[str]:
    """What has to be looked at before this file is loaded, each as a sentence ready for Markdown; empty if nothing."""
    name, found = upload_words.table_name(tried.staged.table), []
    jumps = list(dict.fromkeys(control.name_zh for control in tried.controls if control.jumps))
    if jumps:
        found.append(f"{'、'.join(map(look.safe, jumps))}与上月或上年同月相差很大")
    if unequal := [c.name_zh for c in tried.controls if c.stated is not None and c.stated != c.value]:
        found.append(f"{'、'.join(map(look.safe, dict.fromkeys(unequal)))}与文件自带的合计不等")
    for each in tried.replaces:
        if each.shrinks:
            when = upload_words.place_name(each)
            found.append(f"{when}的{name}将从 {each.rows_now:,} 行变成 {each.rows_new:,} 行，像是只有一部分")
        if each.by_hand:
            when = upload_words.place_name(each)
            found.append(f"{when}的{name}{look.safe(wording.hand_written(each.lost))}")
    return found
