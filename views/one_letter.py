"""一院一函: what would be written to this institution, to be read before it is sent."""

import streamlit as st

from pipelines import letters
from views import look, shared

NOTE = "按本页的期间和险种生成，同类不列名称；发出前请核对，回复期限可在正式文件里改"


def file(code: str) -> look.File:
    """The letter's figures as a file; gathered when it is asked for."""
    county, months, scheme = shared.county(), shared.period(), shared.scheme()
    name = f"一院一函 {shared.named('institution', code)} {months.label}"
    return look.File(name, letters.HEADS, lambda: letters.table(letters.letter(county, code, months, scheme)))


def section(code: str) -> None:
    look.section("一院一函", NOTE)
    found = letters.letter(shared.county(), code, shared.period(), shared.scheme())
    parts = letters.paragraphs(found)
    with st.container(border=True, gap="small"):
        for place, (heading, sentences) in enumerate(parts):
            look.markdown(f"{'####' if place == 0 else '#####'} {look.safe(heading)}")
            look.markdown("  \n".join(map(look.safe, sentences)))
    name = f"一院一函 {found.name} {found.period.label}.txt"
    look.downloads({"下载正文": (name, lambda: text(parts))})


def text(parts: list) -> bytes:
    """The letter as plain text that Notepad opens with its Chinese intact."""
    blocks = ["\r\n".join([heading, *sentences]) for heading, sentences in parts]
    return "\r\n\r\n".join(blocks).encode("utf-8-sig")
