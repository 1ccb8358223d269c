"""本机构: what an institution's own account sees: its figures beside nameless peers, its letters, its answers."""

from datetime import datetime

import streamlit as st

from pipelines import Period, letters
from pipelines.profiles import Profile, own_profile
from reports.editions import Terms
from views import agreement_state, look, noting, replies, scorecard, shared, trends, who
from views.place import warehouse

NOTE = "贵机构和同类比；同类不列名称，不足 5 家的不列中位数"


def page() -> None:
    codes = who.institutions()
    with look.header("本机构"):
        names = {code: shared.named("institution", code) for code in codes}
        code = look.pick("机构", names, "inst", width=290, label_visibility="collapsed") if len(codes) > 1 else codes[0]
        shared.scope()
        found = own_profile(warehouse(), code, shared.period(), shared.scheme())
        shared.download(names[code], [each.figure for each in found.indicators])
    noting.told()
    look.answer(answer(found))
    figures(found)
    correspondence(code)


def answer(found: Profile) -> str:
    paid = found.scale[scorecard.PAID]
    said = [f"**{look.safe(found.name)}**{shared.period().label}"]
    if paid.value is not None:
        said[0] += f"基金支付 **{look.said(paid)}**{shared.compared(paid)}"
    if found.aimed:
        said.append(f"{len(found.aimed)} 项有目标的指标，**{len(found.missed)} 项未达标**")
    if paid.value is None and not found.aimed:
        said[0] += "没有可看的数"
    if not found.few and (told := scorecard.against_peers(found)):
        said.append(told)
    return "；".join(said) + "。"


def figures(found: Profile) -> None:
    if not found.indicators:
        look.empty("这个期间和险种没有贵机构的结算", "换一个期间，或在左侧把险种换成“全部”。")
        return
    scorecard.compare(found, NOTE)
    trends.section(found.trends)
    look.section("协议", "按名册；有不一致的，函件里写明")
    if found.place is not None:
        look.details(("项", "内容"), agreement_state.known(found))


def correspondence(code: str) -> None:
    """The letter about these months once it is official, what was sent before, what was answered."""
    from reports.letters import own_letters

    look.section("函件", "医保经办机构写给贵机构的函；期间各月封账后才定稿")
    months = shared.period()
    sent = own_letters(warehouse(), code)
    if sent:
        rows = [(look.safe(each.title), each.period.label, each.at[:10], each.id) for each in sent]
        look.markdown(look.grid(("函件", "期间", "出具", "验真编号"), "llll", rows))
    found = letters.own_letter(warehouse(), code, months, shared.scheme())
    if found is None:
        look.caption(f"{months.label}的函还没有定稿。")
    else:
        letter(found, months)
    replies.section(code, months)


def letter(found: letters.Letter, months: Period) -> None:
    with st.container(border=True, gap="small"):
        for place, (heading, sentences) in enumerate(letters.paragraphs(found)):
            look.markdown(f"{'####' if place == 0 else '#####'} {look.safe(heading)}")
            look.markdown("  \n".join(map(look.safe, sentences)))
    place, code, scheme, by = warehouse(), found.institution, shared.scheme(), who.by()
    name = f"一院一函 {code} {found.name} {months.label}.pdf"
    look.downloads({"下载函件（PDF）": (name, lambda: pdf(place, code, months, scheme, by))})


def pdf(place, code: str, months: Period, scheme: str, by: str) -> bytes:
    from reports.letters import own_letter_pdf  # the engines of type and charts, which only a PDF needs

    return own_letter_pdf(place, code, months, Terms(by, datetime.now().replace(microsecond=0), scheme, True))
