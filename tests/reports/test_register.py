"""The register knows every file that was made: untouched it is genuine, touched altered, any other is not ours."""

import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from pipelines import Period, WarehouseError, load, lock, open_county
from pipelines.access import Caller, acting, roles
from reports.document import Column, Document, Paragraph, Table
from reports.pdf import pdf
from reports.quoting import Ref, quotes
from reports.register import changed, contents, find, identity, keep, listed, mark, restatements, unreadable, verdict
from reports.text import text
from reports.word import docx
from tests.months import settlements

JUNE = Period("2026-06", "2026-06")
CASES, COST = Ref.of("inpatient_cases", JUNE), Ref.of("cost_per_case", JUNE, scheme="resident")


@pytest.fixture(scope="module")
def two_months(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    load(folder / "warehouse", [settlements(folder, month, "P1", "P2") for month in ("2026-05", "2026-06")], "甲")
    return folder / "warehouse"


@pytest.fixture
def warehouse(tmp_path, two_months) -> Path:
    return Path(shutil.copytree(two_months, tmp_path / "warehouse"))


def document(warehouse: Path, **more) -> Document:
    county = open_county(warehouse)
    blocks = (
        Paragraph(("住院 ", *quotes(county, [CASES, COST]).values())),
        Table("机构", (Column("机构"), Column("人次", total=True)), (("甲院", 2), ("乙院", 3))),
    )
    head = dict(scope="全部", unit="医保局", as_of="2026年6月30日", build_id=county.build_id, by="甲")
    return Document("bulletin", "六月月报", JUNE, at=datetime(2026, 7, 2, 9), blocks=blocks, **head | more)


def made(document: Document) -> bytes:
    return f"%PDF {mark(document)} {document.title}".encode()


def test_a_file_as_it_was_made_is_genuine_and_says_what_it_printed(warehouse):
    told = document(warehouse)
    kept = keep(warehouse, told, made(told), "pdf")
    found = verdict(open_county(warehouse), made(told))
    assert (found.kind, found.changed, found.same_build) == ("current", (), True)
    assert found.kept == kept == find(warehouse, made(told))
    assert kept.figures == {CASES.key: "2 人次", COST.key: "2,000 元"}
    assert kept.tables == (("机构", 2, {"人次": "5"}),)


def test_a_touched_file_is_altered_and_one_without_our_mark_is_not_ours(warehouse):
    told = document(warehouse)
    kept = keep(warehouse, told, made(told), "pdf")
    county = open_county(warehouse)
    touched = verdict(county, made(told).replace(b"%PDF", b"%PDG"))
    assert (touched.kind, touched.kept) == ("altered", kept)
    assert verdict(county, b"%PDF something else").kind == "not_ours"
    assert verdict(county, b"").kind == "not_ours"
    other = verdict(county, b"fund-document:" + b"0" * 32)
    assert (other.kind, other.kept, other.id) == (
        "not_ours",
        None,
        "0" * 32,
    )  # another office's, or another warehouse's


def test_the_mark_is_found_in_an_office_file_and_a_broken_one_is_not_ours(warehouse):
    told, package = document(warehouse), io.BytesIO()
    keep(warehouse, told, made(told), "pdf")
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("docProps/core.xml", f"<cp:keywords>{mark(told)}</cp:keywords>")
    assert verdict(open_county(warehouse), package.getvalue()).kind == "altered"
    assert verdict(open_county(warehouse), package.getvalue()[:60]).kind == "not_ours"
    assert verdict(open_county(warehouse), b"PK\x03\x04").kind == "not_ours"


def test_a_pdf_carries_the_mark_of_its_document_so_that_an_altered_one_is_known(warehouse):
    told = document(warehouse)
    data = pdf(told).data
    kept = keep(warehouse, told, data, "pdf")
    county = open_county(warehouse)
    assert verdict(county, data).kind == "current"
    assert (verdict(county, data + b"\n").kind, verdict(county, data + b"\n").kept) == ("altered", kept)


@pytest.mark.parametrize("make", [docx, lambda told: text(told).encode()], ids=["docx", "text"])
def test_word_files_and_texts_carry_the_mark_too(warehouse, make):
    told = document(warehouse)
    data = make(told)
    kept = keep(warehouse, told, data, "file")
    assert verdict(open_county(warehouse), data).kind == "current"
    touched = verdict(open_county(warehouse), data + b" ")
    assert (touched.kind, touched.kept) == ("altered", kept)


def test_an_altered_file_is_set_against_the_file_of_its_own_kind(warehouse):
    told = document(warehouse)
    kept = {suffix: keep(warehouse, told, made(told) + suffix.encode(), suffix) for suffix in ("docx", "txt", "pdf")}
    county = open_county(warehouse)
    assert verdict(county, made(told)).kept == kept["pdf"]
    assert verdict(county, made(told).removeprefix(b"%PDF")).kept == kept["txt"]


def test_a_figure_is_asked_anew_in_the_decimals_in_which_it_was_printed(warehouse, tmp_path):
    kept = keep(warehouse, document(warehouse), b"%PDF", "pdf")
    load(warehouse, [settlements(tmp_path, "2026-07", "P1")], "乙")
    county = open_county(warehouse)
    finer = replace(kept, figures={COST.key: "2,000.00"}, values={COST.key: "2000.00"})
    assert changed(county, finer) == ()
    (told,) = changed(county, replace(finer, values={COST.key: "2000.01"}))
    assert told.now == "2,000.00 元"


def test_a_document_is_not_called_current_as_a_whole_when_its_tables_are_of_another_build(warehouse, tmp_path):
    told = document(warehouse)
    keep(warehouse, told, made(told), "pdf")
    assert verdict(open_county(warehouse), made(told)).told == "真实，且与现在的数据一致"
    load(warehouse, [settlements(tmp_path, "2026-07", "P1")], "乙")
    assert verdict(open_county(warehouse), made(told)).told == "真实，登记的数字与现在的数据一致"


def test_an_archive_of_files_is_to_be_opened_first(tmp_path):
    with zipfile.ZipFile(tmp_path / "一院一函.zip", "w") as package:
        package.writestr("甲院.pdf", b"%PDF")
    with pytest.raises(WarehouseError, match="请解开后逐份验真"):
        contents(tmp_path / "一院一函.zip")


def test_a_record_of_a_newer_product_is_read(warehouse):
    told = document(warehouse)
    kept = keep(warehouse, told, made(told), "pdf")
    path = warehouse / "documents" / f"{kept.sha256}.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"seal": "red"}), "utf-8")
    assert find(warehouse, made(told)) == kept


def test_a_figure_that_is_another_since_is_told_with_both_texts(warehouse, tmp_path):
    told = document(warehouse)
    keep(warehouse, told, made(told), "pdf")
    load(warehouse, [settlements(tmp_path, "2026-06", "P1", "P2", "P3")], "乙")
    found = verdict(open_county(warehouse), made(told))
    assert found.kind == "restated"
    assert [(c.key, c.printed, c.now) for c in found.changed] == [(CASES.key, "2 人次", "3 人次")]
    assert "2026年6月" in found.changed[0].name


def test_what_is_hidden_from_whoever_made_a_document_or_asks_is_no_other_figure(warehouse, tmp_path):
    whole = keep(warehouse, document(warehouse), b"%PDF whole", "pdf")
    with acting(Caller("乙", "operations", roles()["operations"].rights)):
        small = keep(warehouse, document(warehouse), b"%PDF small", "pdf")
        assert (set(small.values.values()), set(small.hidden)) == ({None}, {CASES.key, COST.key})
    load(warehouse, [settlements(tmp_path, "2026-07", "P1")], "乙")
    with acting(Caller("丙", "director", roles()["director"].rights)):
        assert changed(open_county(warehouse), whole) == (), "two persons: what was printed is not told"
    assert changed(open_county(warehouse), small) == ()


def test_another_word_for_a_unit_is_no_other_figure(warehouse, tmp_path):
    kept = keep(warehouse, document(warehouse), b"%PDF", "pdf")
    load(warehouse, [settlements(tmp_path, "2026-07", "P1")], "乙")
    assert changed(open_county(warehouse), replace(kept, figures={CASES.key: "2 次", COST.key: "2,000 元"})) == ()


def test_a_figure_that_no_dictionary_knows_any_more_says_so(warehouse, tmp_path):
    gone = "no_such_kpi;2026-06..2026-06;value"
    kept = replace(keep(warehouse, document(warehouse), b"%PDF", "pdf"), figures={gone: "7"}, values={gone: "7"})
    load(warehouse, [settlements(tmp_path, "2026-07", "P1")], "乙")
    (told,) = changed(open_county(warehouse), kept)
    assert (told.printed, told.now) == ("7", "现在没有这个指标")


def test_a_load_that_leaves_every_figure_as_it_was_leaves_a_document_current(warehouse, tmp_path):
    told = document(warehouse)
    keep(warehouse, told, made(told), "pdf")
    load(warehouse, [settlements(tmp_path, "2026-07", "P1")], "乙")
    found = verdict(open_county(warehouse), made(told))
    assert (found.kind, found.same_build) == ("current", False)


def test_the_same_file_is_kept_once_and_what_a_killed_process_left_counts_for_nothing(warehouse):
    told = document(warehouse)
    assert keep(warehouse, told, made(told), "pdf") == keep(warehouse, told, made(told), "pdf")
    (warehouse / "documents" / "half.part").write_text("{")
    (warehouse / "documents" / "broken.json").write_text("{")
    (warehouse / "documents" / "other.json").write_text("{}")
    assert (len(listed(warehouse)), unreadable(warehouse)) == (1, 2)


def test_the_id_is_that_of_the_content_and_of_nothing_else(warehouse):
    told = document(warehouse)
    assert identity(told) == identity(document(warehouse))
    assert identity(told) != identity(replace(told, watermark="内部"))
    assert identity(told) != identity(replace(told, blocks=told.blocks[:1]))


def test_a_document_signed_with_a_telephone_number_is_not_kept(warehouse):
    told = document(warehouse, watermark="13812345678")
    with pytest.raises(WarehouseError, match="手机号"):
        keep(warehouse, told, made(told), "pdf")
    assert listed(warehouse) == []


# ---------------------------------------------------------------- restatements


def test_what_an_official_document_printed_otherwise_is_restated_with_the_load_that_changed_it(warehouse, tmp_path):
    draft, signed = document(warehouse), document(warehouse, official=True)
    keep(warehouse, draft, made(draft), "pdf")
    keep(warehouse, signed, made(signed), "pdf")
    keep(warehouse, signed, made(signed) + b" ", "docx")
    assert restatements(open_county(warehouse), JUNE) == []
    load(warehouse, [settlements(tmp_path, "2026-07", "P1")], "丙")
    load(warehouse, [settlements(tmp_path, "2026-06", "P1", "P2", "P3")], "乙")
    (found,) = restatements(open_county(warehouse), JUNE)
    assert (found.changed.printed, found.changed.now) == ("2 人次", "3 人次")
    assert [cause.by for cause in found.causes] == ["乙"]
    assert not found.redefined
    assert found.why.startswith("乙 ")
    assert restatements(open_county(warehouse), Period("2026-07", "2026-07")) == [found]
    assert restatements(open_county(warehouse), Period("2026-05", "2026-05")) == []


def test_a_load_that_came_while_a_document_was_made_is_told_as_the_cause(warehouse, tmp_path):
    signed = document(warehouse, official=True)
    load(warehouse, [settlements(tmp_path, "2026-06", "P1", "P2", "P3")], "乙")
    keep(warehouse, signed, made(signed), "pdf")
    (found,) = restatements(open_county(warehouse), JUNE)
    assert [cause.by for cause in found.causes] == ["乙"]


def test_the_reason_of_a_change_to_a_locked_month_is_the_reason_of_the_restatement(warehouse, tmp_path):
    lock(warehouse, "2026-06", "王", "已上报")
    signed = document(warehouse, official=True)
    keep(warehouse, signed, made(signed), "pdf")
    load(warehouse, [settlements(tmp_path, "2026-06", "P1")], "乙", restating="漏核销一笔")
    (found,) = restatements(open_county(warehouse), JUNE)
    assert (found.causes[0].restated, found.why[-5:]) == (("2026-06",), "漏核销一笔")


def test_a_figure_is_restated_once_per_text_with_the_last_document_that_printed_it(warehouse, tmp_path):
    for day, who in enumerate(("甲", "乙"), start=3):
        signed = replace(document(warehouse, official=True, by=who), at=datetime(2026, 7, day))
        keep(warehouse, signed, made(signed), "pdf")
    load(warehouse, [settlements(tmp_path, "2026-06", "P1", "P2", "P3")], "乙")
    third = replace(document(warehouse, official=True), title="更正后的月报")
    keep(warehouse, third, made(third), "pdf")
    load(warehouse, [settlements(tmp_path, "2026-06", "P1", "P2", "P3", "P4")], "丙")
    found = restatements(open_county(warehouse), JUNE)
    assert [(r.changed.printed, r.kept.title, len(r.causes)) for r in found] == [
        ("2 人次", "六月月报", 2),
        ("3 人次", "更正后的月报", 1),
    ]
    assert found[0].kept.by == "乙"
