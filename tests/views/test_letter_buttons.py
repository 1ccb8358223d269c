"""The buttons of 一院一函: all of a month are made beside the page and taken away, one on its institution’s page."""

import io
import zipfile
from dataclasses import replace

import pytest
import streamlit

import pipelines
from pipelines import letters
from pipelines.store.warehouse import WarehouseError
from reports import register
from reports.pdf import reading
from tests.views.app import healthy, opened, words
from views.jobs import Job

FEW = ("H99010100001", "H99010100017", "P99010100015")
MONTHS = {"m": "2026-01..2026-06"}


@pytest.fixture
def few(monkeypatch) -> None:
    """As if the roster had but a hospital, a clinic and a pharmacy."""
    gather = letters.gather

    def gathered(*asked):
        known = gather(*asked)
        return replace(known, places={code: known.places[code] for code in FEW})

    monkeypatch.setattr(letters, "gather", gathered)


@pytest.fixture
def told(monkeypatch) -> list[tuple[Job, float, str]]:
    """How far each work beside the page said it was: letters may be written while clues are screened."""
    found, tell = [], Job.tell
    monkeypatch.setattr(Job, "tell", lambda job, *said: found.append((job, *said)) or tell(job, *said))
    return found


@pytest.mark.parametrize("form", ["pdf", "zip"])
def test_all_letters_of_the_months_are_made_beside_the_page_and_taken_away(own_warehouse, few, told, monkeypatch, form):
    page = opened(own_warehouse, monkeypatch, "documents", dk="letter", **MONTHS)
    page.text_input(key="doc_by").set_value("经办甲").run()
    page.button(key=f"letters-{form}").click().run()
    assert healthy(page)
    (job,) = {job for job, _, what in told if what.startswith("排版")}
    shares = [share for one, share, _ in told if one is job]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert {"汇集", "写信", "排版"} <= {what[:2] for one, _, what in told if one is job}
    (file,) = page.session_state["documents_made"]
    labels = [each.proto.label for each in page.get("download_button")]
    assert any(label.startswith(f"下载 {file.name}（") for label in labels)
    kept = register.listed(own_warehouse)
    assert {each.by for each in kept} == {"经办甲"}
    assert len(kept) == (1 if form == "pdf" else len(FEW))
    assert set(page.dataframe[-1].value["验真编号"]) == {each.id for each in kept}
    county = pipelines.open_county(own_warehouse)
    assert [register.verdict(county, data).kind for data in pdfs(file.data)] == ["current"] * len(kept)
    text = "".join(page for data in pdfs(file.data) for page in reading.pages(data))
    assert [code for code in FEW if f"{county.names[code]}：" not in text] == []


def test_without_a_name_no_letters_are_written(sample_warehouse, monkeypatch):
    page = opened(sample_warehouse, monkeypatch, "documents", **MONTHS)
    page.text_input(key="doc_by").set_value(" ").run()
    assert all(page.button(key=f"letters-{form}").disabled for form in ("pdf", "zip"))


def test_a_letter_that_can_not_be_made_is_told_in_a_sentence(sample_warehouse, few, monkeypatch):
    def refused(*asked):
        raise WarehouseError("磁盘空间不足")

    page = opened(sample_warehouse, monkeypatch, "documents", **MONTHS)
    monkeypatch.setattr(letters, "gather", refused)
    page.button(key="letters-zip").click().run()
    assert not page.exception
    assert "磁盘空间不足" in words(page)
    assert "documents_made" not in page.session_state


def test_the_letter_on_an_institution_s_page_is_the_one_that_is_verified(own_warehouse, monkeypatch):
    found: dict[str, object] = {}
    monkeypatch.setattr(
        streamlit, "download_button", lambda label, data, name="", *more, **options: found.update({label: data})
    )
    page = opened(own_warehouse, monkeypatch, "institutions", inst=FEW[1], s="resident", **MONTHS)
    assert healthy(page)
    data = next(make for label, make in found.items() if "函件（PDF" in label)()
    county = pipelines.open_county(own_warehouse)
    (kept,) = register.listed(own_warehouse)
    assert county.names[FEW[1]] in kept.title
    assert (kept.scope, kept.official) == ("居民", False)
    assert register.verdict(county, data).kind == "current"
    assert any(f"institution={FEW[1]};scheme=resident" in key for key in kept.figures)


def pdfs(data: bytes) -> list[bytes]:
    """A PDF itself, or those in an archive."""
    if data.startswith(b"%PDF"):
        return [data]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist()]
