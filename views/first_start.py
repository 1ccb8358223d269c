"""首次启动: an empty warehouse; builds the sample county in front of the reader, then shows it."""

import streamlit as st

import pipelines
from views import look, shared


def page() -> None:
    """Only reached while nothing is loaded, so that it never touches a county's own data."""
    with look.header("首次启动"):
        look.scope("数据仓库还是空的")
    look.answer(
        "正在生成一个**示例县**并装载：两年的月度表，地名和机构名都是虚构的。大约需要半分钟，完成后自动打开总览。"
    )
    bar = st.progress(0.0, text="准备生成")
    pipelines.demo(shared.warehouse(), lambda share, words: bar.progress(min(max(share, 0.0), 1.0), text=words))
    st.rerun()
