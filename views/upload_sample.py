"""While the fictional county is loaded, the upload page says so and offers to clear it away."""

import streamlit as st

from pipelines.build import SAMPLE, leave_sample
from pipelines.store.warehouse import live
from views import who
from views.jobs import Job, refused
from views.place import warehouse

HERE = "现在装着的是**示例县**：地名、机构和数字都是虚构的。装本县的文件之前，先清空它。"


def note() -> None:
    """Nothing for a county with its own data only."""
    batches = {batch.id for batch in live(warehouse()).values() if batch.loaded_by == SAMPLE}
    if "clearing" in st.session_state:
        clearing()
    elif batches:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="sample"):
            st.markdown(HERE, width="stretch")
            with st.popover("清空示例县", icon=":material/delete_sweep:"):
                st.markdown(f"将撤销示例县的 {len(batches)} 个批次，操作记录里留痕；本县已装入的文件不动。")
                if st.button("确认清空", type="primary"):
                    place, by = warehouse(), who.by()
                    st.session_state["clearing"] = Job(lambda tell: leave_sample(place, by, tell))
                    st.rerun()


def clearing() -> None:
    job = st.session_state["clearing"]
    job.watch()
    del st.session_state["clearing"]
    if job.problem:
        refused(job)
    else:
        st.rerun()
