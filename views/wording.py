"""报告正文: the nine themes as they print today; their words changed around the figures, which stay bound."""

import streamlit as st

import pipelines
from reports import narrative
from views import look, noting, shared, who, wording_editor, wording_words
from views.place import warehouse


def page() -> None:
    period = shared.period()
    with look.header("报告正文"):
        look.scope("全部险种（正文分险种写）", period.label, f"数据截至 {look.month_end(shared.county().last_month)}")
    noting.told()
    worded = narrative.in_force(warehouse(), period)
    look.answer(summed_up(period, worded))
    names = {id: marked(theme.title, id in worded) for id, theme in narrative.themes().items()}
    theme = look.pick("主题", names, "t", widget=st.segmented_control, required=True, width="stretch")
    wording_editor.show(theme, period, worded.get(theme))
    if theme in worded:
        moved(worded[theme])
    versions(theme, period)
    available(theme, period)
    manners()


def marked(title: str, edited: bool) -> str:
    return f"{title} · 已改" if edited else title


def summed_up(period, worded: dict) -> str:
    """How much the text says, how much of it is in staff's own words, what has moved since."""
    count = figures_said(shared.county(), shared.county().key, period, noting.stamp())
    themes, titles = narrative.themes(), [f"“{narrative.themes()[id].title}”" for id in worded]
    told = f"{period.label}的正文共 {len(themes)} 节，引用 **{count}** 个数，全部随数据更新"
    if not worded:
        return f"{told}；各节用的都是模板文字。"
    since = sum(len(moves(each)) for each in worded.values())
    moved_ = f"，其中 **{since}** 个数与保存时不同" if since else "，所引的数与保存时相同"
    return f"{told}；{''.join(titles)}用的是改过的文字{moved_}。"


@st.cache_data(max_entries=50, show_spinner="正在写正文…", hash_funcs={pipelines.Period: str})
def figures_said(_county, key: str, period, stamp: tuple) -> int:
    """How many figures the text of a period carries."""
    return len({key for section in narrative.sections(_county, period) for key in section.quotes()})


def moves(worded) -> list:
    return figures_moved(shared.county(), shared.county().key, (worded.number, worded.at), worded)


@st.cache_data(max_entries=200, show_spinner=False)
def figures_moved(_county, key: str, version: tuple, _worded) -> list:
    return narrative.changed(_county, _worded)


def moved(worded) -> None:
    """The figures that print otherwise than when the text was kept."""
    found = moves(worded)
    look.section("保存后变动的数", f"{worded.at[:10]} 由 {look.safe(worded.by)} 保存；正文印的总是现在的数")
    if not found:
        look.markdown("保存以来，这一节所引的数都没有变。")
        return
    rows = [(look.safe(each.name), look.safe(each.was), f"**{look.safe(each.now)}**") for each in found]
    look.markdown(look.grid(("数", "保存时", "现在"), "lrr", rows))


def versions(theme: str, period) -> None:
    """Who worded it when; an earlier text can be put back into the editor."""
    found = narrative.history(warehouse(), period, theme)
    if not found:
        return
    look.section("修改记录", "最近的在上面；每一次都在操作记录里")
    heads = ("时间", "操作人", "用于", "做了什么", "原因")
    look.markdown(look.grid(heads, "lllll", [wording_words.version(each) for each in found]))
    if not who.acts("wording"):
        return
    earlier = {each.number: wording_words.moment(each) for each in found if each.text}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        number = st.selectbox("以前的文字", list(earlier), format_func=earlier.get, key=f"old-{theme}", width=320)
        st.button("填入编辑框", on_click=recall, args=(theme, period, found, number), icon=":material/history:")


def recall(theme: str, period, found: list, number: int) -> None:
    wording_editor.fill(theme, period, next(each.text for each in found if each.number == number))


def available(theme: str, period) -> None:
    """Every figure and list that a text may name, this theme's first."""
    look.section("可用的数", "写进文字时连同花括号一起抄；别的主题的数也可以用")
    rows = named(shared.county(), shared.county().key, period, theme)
    columns = dict(zip(("写法", "现在", "是什么", "主题"), map(list, zip(*rows, strict=True)), strict=True))
    widths = {"写法": 230, "现在": 170, "是什么": 420, "主题": 120}
    config = {head: st.column_config.TextColumn(width=width) for head, width in widths.items()}
    look.dataframe(columns, config, rows_shown=10, alt="正文可用的数")


@st.cache_data(max_entries=50, show_spinner=False, hash_funcs={pipelines.Period: str})
def named(_county, key: str, period, theme: str) -> list[tuple[str, ...]]:
    return wording_words.named(_county, period, theme)


def manners() -> None:
    look.section("写法", "不加说法就是数和单位；缺数时，含这个数的分句（到“；”或“。”为止）不写")
    look.markdown(look.grid(("写法", "写出来"), "ll", wording_words.manners()))
