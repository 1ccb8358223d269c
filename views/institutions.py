"""两定机构: who is on the roster and under agreement, and how does one institution differ from its peers?"""

import streamlit as st

from views import ledger, look, roster, scorecard, shared
from views.agreement_checks import checked

ALL = "all"


def page() -> None:
    places, asked = ledger.roster(), st.query_params.get("inst", ALL)
    with look.header("两定机构"):
        code = choose(places)
        draw = roster.prepare(places) if code == ALL else scorecard.prepare(code)
    if asked not in (ALL, "", *shared.county().names):
        st.warning(
            f"没有编码为 {look.safe(asked)} 的机构；链接可能写错了，或名册里已经没有它。", icon=":material/search_off:"
        )
    draw()


def choose(places: dict) -> str:
    """The institution in the address (inst=CODE): of the roster, outside the county, only known to settlements."""
    names = {ALL: f"全部（名册 {len(places)} 家）"}
    known = sorted(shared.county().names.items(), key=lambda item: (item[0] not in places, item[0]))
    names |= {
        code: f"{name}（{shared.named('kind', places[code].kind) if code in places else '县外'}）"
        for code, name in known
    }
    names |= {each.institution: f"{each.name}（不在名册）" for each in checked().findings if each.kind == "unlisted"}
    return look.pick("机构", names, "inst", width=290, label_visibility="collapsed")
