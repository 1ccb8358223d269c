"""一院一函: what would be written to this institution, to be read before it is sent."""

from datetime import datetime

import streamlit as st

from pipelines import County, Period, letters, signing
from reports.editions import Terms
from views import look, shared, who

NOTE = "按本页的期间和险种生成，同类不列名称；发出前请核对，未封账的月份只出草稿"


def file(code: str) -> look.File:
    """The letter's figures as a file; gathered when it is asked for."""
    county, months, scheme = shared.county(), shared.period(), shared.scheme()
    name = f"一院一函 {code} {shared.named('institution', code)} {months.label}"
    return look.File(name, letters.HEADS, lambda: letters.table(letters.letter(county, code, months, scheme)))


def section(code: str) -> None:
    look.section("一院一函", NOTE)
    found = letters.letter(shared.county(), code, shared.period(), shared.scheme())
    parts = letters.paragraphs(found)
    with st.container(border=True, gap="small"):
        for place, (heading, sentences) in enumerate(parts):
            look.markdown(f"{'####' if place == 0 else '#####'} {look.safe(heading)}")
            look.markdown("  \n".join(map(look.safe, sentences)))
    name = f"一院一函 {code} {found.name} {found.period.label}"
    county, months, scheme = shared.county(), shared.period(), shared.scheme()
    official = signing.state(county, months).official
    look.downloads(
        {
            "下载正式函（PDF）" if official else "下载函件（PDF，草稿）": (
                f"{name}.pdf",
                lambda: pdf(county, code, months, scheme, official),
            ),
            "下载正文": (f"{name}.txt", lambda: text(parts)),
        }
    )


def pdf(county: County, code: str, months: Period, scheme: str, official: bool) -> bytes:
    """The letter on paper, made when it is asked for; 正式 once its months are signed off."""
    from reports.letters import taken  # the engines of type and charts, which only a PDF needs

    terms = Terms(who.by(), datetime.now().replace(microsecond=0), scheme, official)
    return taken(county, code, months, terms)


def text(parts: list) -> bytes:
    """The letter as plain text that Notepad opens with its Chinese intact."""
    blocks = ["\r\n".join([heading, *sentences]) for heading, sentences in parts]
    return "\r\n\r\n".join(blocks).encode("utf-8-sig")
