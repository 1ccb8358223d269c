"""One theme's text to edit, beside what it prints; before it is kept, what the edit would drop and what it typed."""

import streamlit as st

from pipelines import Period
from reports import narrative
from views import look, noting, shared, who, wording_words
from views.place import warehouse

HEIGHT = 470
TURN = "wording_turn"  # a new editor after each act: what was typed before is no longer there


def show(theme: str, period: Period, worded) -> None:
    """worded: how staff last worded it, None for the template's text."""
    standing = worded.text if worded else narrative.themes()[theme].text
    left, right = st.columns(2, gap="large")
    with left:
        look.section("文字", source(worded))
        st.session_state.setdefault(field(theme, period), spread(standing))
        reads = not who.acts("wording")
        text = st.text_area(
            "文字", height=HEIGHT, key=field(theme, period), label_visibility="collapsed", disabled=reads
        )
        for line in tidy(text).splitlines():
            look.on_paper(look.safe(line))
    with right:
        look.section("印出来是", "蓝色的是数，随数据更新")
        readable = preview(theme, period, text)
    if reads:
        return
    if tidy(text) != standing:
        if readable:
            save(theme, period, text, standing)
    elif worded:
        back(theme, period, worded)


def source(worded) -> str:
    if worded is None:
        return "用的是模板文字；改了在框外点一下，右边就更新"
    scope = "各期都用" if worded.every else "只用于本期"
    return f"{worded.at[:10]} 由 {look.safe(worded.by)} 改过，{scope}"


def field(theme: str, period: Period) -> str:
    return f"text-{theme}-{period.first}-{period.last}-{st.session_state.get(TURN, 0)}"


def spread(text: str) -> str:
    """An empty line between paragraphs, so that they are told apart in the field."""
    return text.replace("\n", "\n\n")


def tidy(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def fill(theme: str, period: Period, text: str) -> None:
    """Put a text into the editor."""
    st.session_state[field(theme, period)] = spread(text)


def renewed() -> None:
    """The next run begins with the text that stands."""
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def preview(theme: str, period: Period, text: str) -> bool:
    """What it prints, or why it can't be read; whether it can."""
    try:
        narrative.checked(text)
        (section,) = narrative.written(shared.county(), period, {theme: text})
    except narrative.WordingError as problem:
        st.error(f"{look.safe(problem)}；改好以后才能保存", icon=":material/error:")
        return False
    with st.container(height=HEIGHT, border=True):
        for block in section.blocks:
            look.markdown(wording_words.paragraph(block))
        for clause, why in section.unsaid:
            if why:
                look.caption(f"没有写：{look.safe(clause)}（{look.safe(why)}）")
    return True


# ---------------------------------------------------------------- acts


def save(theme: str, period: Period, text: str, standing: str) -> None:
    """What the edit does to the figures, then who keeps it for which periods."""
    dropped, by_hand = narrative.lost(text, standing), narrative.typed(text, standing)
    if by_hand:
        st.warning(f"手写的数不会随数据更新：{look.safe('、'.join(by_hand))}", icon=":material/edit:")
    sure = True
    if dropped:
        st.warning(f"改后的文字不再写：{look.safe('、'.join(dropped))}", icon=":material/rule:")
        sure = st.checkbox("是有意去掉的", key=f"sure-{field(theme, period)}")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        scopes = {False: f"只用于{period.label}", True: "各期都用"}
        every = st.segmented_control(
            "用于", list(scopes), format_func=scopes.get, default=False, required=True, key="e"
        )
        why = st.text_input("原因", placeholder="如：补写市级统筹进展", width="stretch", key="wording_why")
        by = who.signs("操作人", width=140, key="wording_by")
        pressed = st.button("保存文字", type="primary", icon=":material/save:", disabled=not sure)
        st.button("放弃改动", on_click=renewed)
    if pressed:
        act(by, lambda who: narrative.keep(shared.county(), period, theme, text, who, why, every), "文字已保存")


def back(theme: str, period: Period, worded) -> None:
    """Back to the template; the edit stays in the list of versions."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        why = st.text_input("恢复的原因", placeholder="如：各期统一用模板", width=360, key="wording_back")
        by = who.signs("操作人", width=140, key="wording_by")
        if st.button("恢复模板文字", icon=":material/restart_alt:"):
            act(by, lambda who: narrative.restore(warehouse(), period, theme, who, why), "已恢复模板文字")


def act(by: str, do, words: str) -> None:
    if not by.strip():
        st.error("操作人没有填；谁改的要记入操作记录。", icon=":material/error:")
        return
    st.session_state["by"] = by.strip()

    def done(who: str) -> None:
        do(who)
        renewed()  # not where it failed: what was typed is still there

    noting.act(done, words)
