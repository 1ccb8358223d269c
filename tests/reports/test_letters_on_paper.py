"""一院一函 on paper: what it tells an institution is what the county knows of it, and of nobody else."""

import io
import os
import re
import shutil
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

import pipelines
from pipelines import WarehouseError, load
from pipelines.assessment import assess
from pipelines.letters import CLUE_SENTENCE, letter
from reports import letters, register
from reports.document import Form, Table
from reports.editions import NotOfficial, Terms
from reports.letters import bundles
from reports.letters.writing import Common, posted
from reports.pdf import pdf, reading
from reports.quoting import Ref, quotes
from tests import files
from tests.months import settlements

H1 = pipelines.Period("2026-01", "2026-06")
TERMS = Terms("张三", datetime(2026, 7, 3, 9, 30))
CODES, SILENT = ("H99010100001", "H99010100017"), "P99010100050"  # of a pharmacy without anything there is no letter


@pytest.fixture(scope="module")
def busy(sample_county):
    """A letter with indicators, cases and clues."""
    found = letter(sample_county, CODES[1], H1, "all", TERMS.at.date())
    assert found.lines
    assert found.cases
    assert found.clues
    return found


@pytest.fixture(scope="module")
def paper(sample_county, busy):
    return letters.one(sample_county, busy.institution, H1, TERMS)


@pytest.fixture(scope="module")
def printed(paper) -> str:
    return re.sub(r"\s", "", "".join(reading.pages(pdf(paper).data)))


def test_a_letter_tells_every_indicator_case_and_clue(busy, printed):
    for line in busy.lines:
        assert f"{line.name}{line.unit}{line.value:,}" in printed
    for case in busy.cases:
        assert f"{case.due_yuan:,.2f}{case.due_yuan - case.owed_yuan:,.2f}{case.owed_yuan:,.2f}" in printed
    for clue in busy.clues:
        assert re.sub(r"\s", "", f"{clue.title}{clue.hits}{clue.at_stake_yuan:,.2f}{clue.example}") in printed
    assert re.sub(r"\s", "", busy.agreement) in printed


def test_clues_are_called_clues_before_the_first_of_them(busy, printed):
    assert printed.index(CLUE_SENTENCE) < printed.index(busy.clues[0].title, printed.index("四、疑点线索") + 6)


def test_a_letter_names_no_other_institution(sample_county, busy, printed):
    inside = printed.replace(busy.name, "")
    assert [name for name in sample_county.names.values() if len(name) > 3 and name in inside] == []


def test_the_year_s_targets_stand_in_it_with_what_missing_them_deducts(sample_county):
    found = assess(sample_county, H1)
    code = found.failing[0]
    held = tables(letters.one(sample_county, code, H1, TERMS))["2026年考核目标"]
    assert held.control_sums() == {"扣减（元）": found.yuan_of(code)}
    rows = [(row[0], row[3].value, row[4], row[5].value) for row in held.rows]
    signs = {"<=": "不高于", ">=": "不低于"}
    told = found.institutions[code]
    assert rows == [(one.kpi.name_zh, one.value, signs[one.target.operator], one.target.value) for one in told]


def test_it_asks_for_an_answer_by_a_day_with_room_to_write(paper, printed):
    form = next(block for block in paper.blocks if isinstance(block, Form))
    assert "2026年7月18日" in form.title
    assert len(form.lines) == 3
    assert "单位（盖章）：" in printed


@pytest.mark.parametrize("scheme", ["all", "resident"])
def test_its_figures_targets_and_last_year_s_are_known_as_figures_so_that_verifying_tells_a_change(
    sample_county, scheme
):
    terms = replace(TERMS, scheme=scheme)
    common, every = Common.of(sample_county, H1, terms), letters.addressed(sample_county, H1, terms)
    found, told = {}, {}
    for each in every[::7]:
        found |= posted(common, each).quotes()
        where = {"institution": each.institution} | ({} if scheme == "all" else {"scheme": scheme})
        for line in each.lines:
            refs = [Ref.of(line.figure.kpi.id, H1, aspect, **where) for aspect in ("value", "target", "year_ago")]
            values = (line.value, line.target, line.year_ago)
            told |= {ref.key: value for ref, value in zip(refs, values, strict=True)}
    assert len(every) > 250
    assert {key: found[key].value for key in told if key in found} == {k: v for k, v in told.items() if k in found}
    assert all(key in found for key, value in told.items() if value is not None)
    now = quotes(sample_county, [quote.ref for quote in found.values()])
    assert {key: quote.exact for key, quote in found.items()} == {key: now[key].exact for key in found}


def test_a_figure_of_a_letter_that_is_another_since_is_told(tmp_path):
    month, code = pipelines.Period("2026-06", "2026-06"), "H99010100001"
    warehouse = tmp_path / "warehouse"
    load(warehouse, [settlements(tmp_path, "2026-06", "P1", "P2")], "甲")
    made = letters.filed(pipelines.open_county(warehouse), code, month, TERMS)
    load(warehouse, [settlements(tmp_path, "2026-06", "P1", "P2", "P3", fee="4000")], "乙")
    found = register.verdict(pipelines.open_county(warehouse), made.data)
    assert found.kind == "restated"
    assert ("次均住院费用", "2,000.00 元", "4,000.00 元") in {
        (each.name.partition("（")[0], each.printed, each.now) for each in found.changed
    }
    assert all(code in each.key for each in found.changed)


def test_letters_in_one_file_begin_new_pages_and_count_their_own(sample_county, monkeypatch):
    only(monkeypatch)
    made = pdf(letters.together(sample_county, H1, TERMS))
    pages = reading.pages(made.data)
    firsts = [page for page in pages if "第 1 页" in page]
    assert len(firsts) == len(letters.addressed(sample_county, H1, TERMS)) == len(CODES)
    for code in CODES:
        assert sum(f"{sample_county.names[code]}：" in page for page in firsts) == 1


def test_the_fullest_letters_and_the_shortest_keep_to_a_page(sample_county):
    common = Common.of(sample_county, H1, TERMS)
    every = sorted(letters.addressed(sample_county, H1, TERMS), key=lambda each: len(each.cases) + len(each.clues))
    chosen = [*every[:2], *every[-8:]]
    assert len(chosen[-1].clues) > 3
    found = bundles.document(common, "", "一院一函", "", bundles.joined(common, chosen))
    assert pdf(found).pages == len(chosen)


def test_an_archive_has_a_file_for_each_and_is_the_same_every_time(sample_county, monkeypatch):
    only(monkeypatch)
    kept, told = [], []
    data = letters.archive(
        sample_county, H1, TERMS, lambda share, what: told.append(share), lambda *made: kept.append(made)
    )
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.namelist() == [f"{code} {sample_county.names[code]}.pdf" for code in CODES]
        assert [file.read(name) for name in file.namelist()] == [data for _, data in kept]
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert letters.archive(sample_county, H1, TERMS) == data


HOSTILE = ("../../a\\b:c", "\u202egnp\u0000医院", "..", "", "甲" * 300, "=1+1<b>#set")


def test_names_in_an_archive_are_mere_names_and_no_two_are_alike(busy):
    codes = ("../h1", "H1", "h1", "C:\\h1", "")
    every = [replace(busy, institution=code, name=name) for code in codes for name in (*HOSTILE, *HOSTILE)]
    found = bundles.names(every)
    assert len({name.casefold() for name in found}) == len(every)
    for name in found:
        assert PurePosixPath(name).name == PureWindowsPath(name).name == name
        assert name.isprintable()
        assert not name.startswith(".")
        assert name.endswith(".pdf")
        assert len(name.encode()) < 255


def test_letters_to_institutions_of_hostile_and_equal_names_come_whole(tmp_path):
    names = ('"../../甲院<b>#set[x]"', "=1+1", "乙院", "乙院")
    places = [{"机构编码": f"H9901010000{n}", "机构名称": name} for n, name in enumerate(names)]
    stays = [{"定点医药机构编号": place["机构编码"], "人员编号": f"P{n}"} for n, place in enumerate(places)]
    files.write(tmp_path, files.rows(files.INSTITUTION, *places), "institutions.csv")
    files.write(tmp_path, files.rows(files.SETTLEMENT, *stays), "settlements.csv")
    load(tmp_path / "warehouse", [tmp_path / "institutions.csv", tmp_path / "settlements.csv"], "甲")
    county = pipelines.open_county(tmp_path / "warehouse")
    single = [letters.filed(county, each["机构编码"], county.default_period, TERMS).name for each in places]
    assert len(set(single)) == len(places)
    assert all(PureWindowsPath(name).name == name and not set(name) & set('<>"') for name in single)
    data = letters.archive(county, county.default_period, TERMS)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(names)
        assert [name for name in archive.namelist() if "/" in name or "\\" in name] == []
        text = "".join("".join(reading.pages(archive.read(name))) for name in archive.namelist())
    assert "../../甲院<b>#set[x]：" in text
    assert text.count("乙院：") == 2


def test_a_download_of_a_letter_that_can_not_be_made_says_why(sample_county, busy, monkeypatch):
    def refused(*asked):
        raise WarehouseError("函件里有身份证号")

    monkeypatch.setattr(register, "keep", refused)
    made = letters.taken(sample_county, busy.institution, H1, TERMS)
    assert "函件没有做成：函件里有身份证号" in "".join(reading.pages(made))


@pytest.mark.parametrize("form", letters.FORMS)
def test_letters_to_take_away_are_in_the_register(sample_warehouse, tmp_path, monkeypatch, form):
    warehouse = Path(shutil.copytree(sample_warehouse, tmp_path / "warehouse", copy_function=os.link))
    county = pipelines.open_county(warehouse)
    only(monkeypatch)
    file = letters.batch(county, H1, TERMS, form)
    assert file.name.endswith(f"{H1.label}.{form}")
    assert any("没有封账" in why for why in file.draft)
    if form == "pdf":
        made = [file.data]
    else:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            made = [archive.read(name) for name in archive.namelist()]
    assert {register.verdict(county, data).kind for data in made} == {"current"}


def test_an_official_letter_is_refused_while_months_are_open(sample_county, busy):
    with pytest.raises(NotOfficial, match="不能出正式函"):
        letters.one(sample_county, busy.institution, H1, Terms("张三", TERMS.at, official=True))


def tables(document) -> dict[str, Table]:
    return {table.title: table for table in document.tables()}


def test_without_a_roster_there_is_nobody_to_write_to(sample_warehouse, sample_files, tmp_path):
    pipelines.load(tmp_path / "warehouse", [sample_files / "enrolment_2026.csv"], "甲")
    with pytest.raises(pipelines.WarehouseError, match="没有要写函的机构"):
        letters.together(pipelines.open_county(tmp_path / "warehouse"), H1, TERMS)


def only(monkeypatch) -> None:
    """As if the roster had but a few."""
    gather = bundles.letters.gather

    def few(*asked):
        known = gather(*asked)
        return replace(known, places={code: known.places[code] for code in (*CODES, SILENT)})

    monkeypatch.setattr(bundles.letters, "gather", few)
