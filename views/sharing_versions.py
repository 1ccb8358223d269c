"""风险分担: every version of the terms; two of them compared; an earlier one brought back, or one taken back."""

import streamlit as st

from pipelines import risk_sharing
from views import look, noting, shared, sharing_words, upload_words, who
from views.place import warehouse

HEADS = ("号", "记于", "谁", "起始日", "状态", "条款", "原因")


def show(every: list, stands) -> None:
    look.section("历次版本", "每改一次都留下；起始日最晚、不晚于期末的一版现行")
    if not every:
        look.empty("还没有存过条款", "在“条款”里按合同改好示例，写明原因存下，就从起始日起有效。")
        return
    rows = [tuple(map(look.safe, row)) for row in listed(every, stands)]
    look.markdown(look.grid(HEADS, "rllllll", rows))
    compare(every, stands)
    if who.acts("plans"):
        back(every, stands)


def listed(every: list, stands) -> list[tuple[str, ...]]:
    """A row for each version, the latest first."""
    return [
        (
            str(each.number),
            upload_words.moment(each.at),
            each.by,
            str(each.terms.begins),
            state(each, stands),
            sharing_words.brief(each.terms),
            each.why,
        )
        for each in reversed(every)
    ]


def state(version, stands) -> str:
    if version.withdrawn:
        return f"已撤回：{version.withdrawn}"
    return "现行" if stands and version.number == stands.number else "—"


def compare(every: list, stands) -> None:
    """What two versions say differently: by default the one before and the one in force."""
    if len(every) < 2:
        return
    names = {str(v.number): f"第 {v.number} 号 {v.terms.title}（{v.terms.begins} 起）" for v in reversed(every)}
    look.section("两版对照")
    now = str(stands.number) if stands else next(iter(names))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        first = look.pick("从", dict(item for item in names.items() if item[0] != now), "va", width=420)
        second = look.pick("到", {now: names[now]} | names, "vb", width=420)
    one, other = (next(v.terms for v in every if str(v.number) == number) for number in (first, second))
    found = risk_sharing.differences(one, other)
    if not found:
        look.markdown("两版说的一样。")
        return
    rows = [tuple(look.safe(text) if text else "—" for text in row) for row in found]
    with st.container(key="wrapped-terms"):
        look.markdown(look.grid(("条款", f"第 {first} 号", f"第 {second} 号"), "lll", rows))


def back(every: list, stands) -> None:
    """Bring an earlier version back, or take one back."""
    names = {
        each.number: f"第 {each.number} 号 {each.terms.title}（{each.terms.begins} 起）" for each in reversed(every)
    }
    look.section("恢复或撤回", "都写进操作记录；恢复的从被代替那版的起始日起，撤回的当作没有存过", screen_only=True)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        number = st.selectbox("版本", list(names), format_func=names.get, key="back_number", width=420)
        why = st.text_input("原因", key="back_why", width="stretch", placeholder="如：新条款没有批下来")
        st.session_state["by"] = who.signs("记录人", key="back_by", width=140)
        restored = st.button("恢复这一版", key="restore_terms", disabled=bool(stands and number == stands.number))
        taken = st.button("撤回这一版", key="withdraw_terms")
    day = shared.period().last_day
    if restored:
        noting.act(lambda by: risk_sharing.restore(warehouse(), number, day, by, why), f"已恢复第 {number} 号条款")
    if taken:
        noting.act(lambda by: risk_sharing.withdraw(warehouse(), number, by, why), f"已撤回第 {number} 号条款")


def table(every: list, stands) -> dict[str, list]:
    """The versions for a file."""
    rows = listed(every, stands)
    return {head: [row[place] for row in rows] for place, head in enumerate(HEADS)}
