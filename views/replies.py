"""What an institution answered to its letters: written on its own page, read by the bureau on its scorecard."""

import streamlit as st

from pipelines import Period, letters
from views import look, noting, shared, upload_words, who
from views.place import warehouse


def section(institution: str, months: Period) -> None:
    """What was answered, and for the institution itself a field for another answer."""
    found = letters.replies(warehouse(), institution)
    writes = who.acts("reply") and institution in who.institutions()
    if not found and not writes:
        return
    look.section("答复", "机构对函件的答复，记入操作记录，不能改；要更正的再写一条")
    if found:
        rows = [cells(each) for each in reversed(found)]
        with st.container(key="wrapped-replies"):
            look.markdown(look.grid(("时间", "答复人", "函件", "答复"), "llll", rows))
    if writes:
        write(institution, months)


def cells(each: letters.Reply) -> tuple[str, ...]:
    return upload_words.moment(each.at), look.safe(each.by), each.period.label, look.safe(each.text)


def write(institution: str, months: Period) -> None:
    with st.form("reply", border=False, clear_on_submit=True, enter_to_submit=False):
        text = st.text_area(
            f"答复{months.label}的函",
            key="reply-text",
            max_chars=2000,
            placeholder="说明情况；患者请写结算编号，不写姓名和证件号",
        )
        pressed = st.form_submit_button("交给医保经办机构", type="primary", icon=":material/send:")
    if pressed:
        noting.act(
            lambda by: letters.reply(warehouse(), institution, months, text, by),
            f"已交：{shared.named('institution', institution)}对{months.label}函件的答复",
        )
