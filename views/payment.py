"""支付方式改革: what payment by the bed day, and by a total, does to costs, to institutions and to the fund."""

from collections.abc import Callable

import streamlit as st

from views import bed_day_settlement, consultation, look, pilot_gap, pilot_radar

# code in the address -> its label and what draws it: given the title row, into which its scope and download go
VIEWS: dict[str, tuple[str, Callable]] = {
    "gap": ("对照", pilot_gap.show),
    "settle": ("床日结算", bed_day_settlement.show),
    "radar": ("行为监测", pilot_radar.show),
    "limits": ("门诊总额", consultation.show),
}


def page() -> None:
    names = {code: label for code, (label, _) in VIEWS.items()}
    with look.header("支付方式改革"):
        view = look.pick("内容", names, "v", widget=st.segmented_control, required=True, label_visibility="collapsed")
        row = st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small")
    VIEWS[view][1](row)
