"""The guide says what is on screen: its quoted words, its pictures, its links and its commands."""

import re
import shlex
from pathlib import Path

import pytest
from PIL import Image

from pipelines.cli import main
from pipelines.contracts import contracts
from reports.cli import main as documents

LINES = {"pipelines": main, "reports": documents}
ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "guide"
PAGES = {path.name: path.read_text("utf-8") for path in sorted(GUIDE.glob("*.md"))}
TEXT = "\n".join(PAGES.values())
QUOTED = sorted(set(re.findall("“([^”]+)”", TEXT)))
PLACES = [path for folder in ("views", "reports", "pipelines") for path in (ROOT / folder).rglob("*.py")]
SOURCES = "\n".join(path.read_text("utf-8") for path in PLACES)
SPELLED_OTHERWISE = {  # as the page puts it together -> what stands in the code
    "装入 1 个文件": 'f"装入 {len(picked)} 个文件"',
    "装入 1 个文件，替换 2026年6月的结算明细": "，替换 {",
    "确认撤销": 'f"确认{words}"',
    "确认封账": 'f"确认{words}"',
    "确认锁定本月": 'f"确认{words}"',
    "确认解锁本月": 'f"确认{words}"',
    "看怎样读的": "；看怎样读的",
    "撤销第 … 号录入": 'f"撤销第 {line.number} 号录入"',
    "新宋体": None,  # a font of the reader's machine
}


@pytest.mark.parametrize("words", QUOTED)
def test_every_word_that_the_guide_quotes_stands_on_a_page(words):
    wanted = SPELLED_OTHERWISE.get(words, words)
    assert wanted is None or wanted in SOURCES


def test_the_states_of_a_file_are_those_of_the_page():
    from views.upload_words import STATES

    told = TEXT.split("| 状态 | 意思 |")[1].split("\n\n")[0]
    assert [words for words, _ in STATES.values() if words not in told] == []


def test_every_table_has_its_source():
    told = TEXT.split("## 1 导出")[1].split("\n\n- ")[0]
    assert [contract.name_zh for contract in contracts().values() if contract.name_zh not in told] == []


def pictures(page):
    return re.findall(r"!\[([^\]]*)\]\(images/([^)]+)\)", PAGES[page])


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_pictures_that_are_there_and_says_of_what(page):
    assert pictures(page)
    for told, name in pictures(page):
        assert told, f"{name} without words for those who can't see it"
        with Image.open(GUIDE / "images" / name) as picture:
            assert picture.format == "PNG"
            assert picture.height < 2500, f"{name} is too tall to be read"


def test_every_picture_is_shown_once():
    shown = [name for page in PAGES for _, name in pictures(page)]
    assert sorted(shown) == sorted(path.name for path in (GUIDE / "images").iterdir())


def test_every_page_has_its_chapter_of_pictures():
    """README.md tells of the month."""
    chapters = {path.stem for path in (ROOT / "tests" / "browser" / "guide").glob("[!_]*.py")}
    assert chapters == {page.removesuffix(".md").replace("README", "month") for page in PAGES}


def test_the_first_page_leads_to_all_others():
    assert [page for page in PAGES if page != "README.md" and f"]({page})" not in PAGES["README.md"]] == []


def heads(page):
    """The anchors of a page's headings."""
    return {h.replace(" ", "-").translate(str.maketrans("", "", "，")) for h in re.findall("^#+ (.+)$", page, re.M)}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", PAGES[page]):
        file, _, anchor = target.partition("#")
        assert not file or (GUIDE / file).exists(), target
        assert not anchor or anchor in heads(PAGES[file or page]), target


@pytest.mark.parametrize(("package", "line"), re.findall("^python -m (pipelines|reports) (.+)$", TEXT, re.M))
def test_every_command_is_understood(package, line, tmp_path, monkeypatch):
    """Files that are read must be there."""
    monkeypatch.chdir(tmp_path)
    name, *words = shlex.split(line)
    for word in words:
        if Path(word).suffix:
            Path(word).touch()
    context = LINES[package].commands[name].make_context(name, list(words))
    assert context.command.name == name


def test_the_month_has_six_tables():
    assert "按月的六张表" in TEXT
    assert sum(c.grain == "month" and not c.occasional for c in contracts().values()) == 6
