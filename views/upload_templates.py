"""下载模板: a file to fill in for every table, one click away."""

import streamlit as st

from pipelines.handbook.templates import all_templates, every_layout, spoken, template
from views import look


def show() -> None:
    with st.popover("下载模板", icon=":material/description:"):
        st.markdown("每张表一个模板；Excel 模板带**填写说明**和可选的代码。表头认得出就行，列的顺序不限。")
        file, content = all_templates()
        st.download_button(
            "全部模板（zip）", content, file, on_click="ignore", icon=":material/download:", key="template-all"
        )
        with st.container(key="templates", gap=None):
            for contract, layout in every_layout():
                row(contract, layout)


def row(contract, layout) -> None:
    name, xlsx, csv = st.columns([6, 2, 2], vertical_alignment="center", gap="small")
    name.markdown(look.safe(spoken(contract, layout)))
    for place, kind, words in ((xlsx, "xlsx", "Excel"), (csv, "csv", "CSV")):
        file, content = made(contract.table, layout.name, kind)
        place.download_button(
            words,
            content,
            file,
            on_click="ignore",
            type="tertiary",
            key=f"template-{contract.table}-{layout.name}-{kind}",
        )


@st.cache_data(show_spinner=False)
def made(table: str, layout: str, kind: str) -> tuple[str, bytes]:
    """A template's name and bytes; the definitions do not change while the server runs."""
    return template(table, layout, kind)
