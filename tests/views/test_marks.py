"""The Markdown of the screen as the words of a document: what is shown there, letter by letter, and nothing else."""

import pytest

from reports.document import Heading, Paragraph, Table
from views import look, marks

HOSTILE = (
    "=1+1|[点](http://evil.example)",
    "<b onclick=x>镇</b>",
    "*粗*$x^2$:red[红]",
    "\\",
    "a|b",
    "[1]:gray[x",
    "`码`",
)


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("基金支出 **6,251.81 万元**", "基金支出 6,251.81 万元"),
        (":orange-badge[未达标] :gray[—]", "未达标 —"),
        ("**1,234** :small[:gray[万元]]", "1,234 万元"),
        (":material/lock: 锁定", "锁定"),
        ("区间 [1, 2]，:orange[高于 [3, 4] 的]", "区间 [1, 2]，高于 [3, 4] 的"),
        ("见[字典](https://example.org/a_b)", "见字典"),
        ("−2.19 个百分点", "−2.19 个百分点"),
    ],
)
def test_bold_badges_and_icons_are_their_words(markdown, words):
    assert marks.plainly(markdown) == words


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_was_made_safe_for_the_screen_is_itself_again(name):
    assert marks.plainly(look.safe(name)) == name
    assert marks.plainly(f"**{look.safe(name)}** :gray[{look.safe(name)}]") == f"{name} {name}"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_in_its_cell(name):
    grid = look.grid(("机构", "金额（元）"), "lr", [(look.safe(name), "**1.00**"), ("乙", ":gray[—]")])
    (table,) = marks.blocks(grid)
    assert isinstance(table, Table)
    assert [column.head for column in table.columns] == ["机构", "金额（元）"]
    assert [column.right for column in table.columns] == [False, True]
    assert table.rows == ((name, "1.00"), ("乙", "—"))


def test_a_text_of_several_parts_is_several_blocks():
    text = "#### 标题\n\n第一行  \n:gray[第二行]\n\n- 甲 - 乙\n- 丙\n\n" + look.grid(("项",), "l", [("值",)])
    heading, first, second, *items, table = marks.blocks(text)
    assert heading == Heading("标题", 2)
    assert (first, second) == (Paragraph(("第一行",)), Paragraph(("第二行",), "note"))
    assert [item.text for item in items] == ["· 甲 - 乙", "· 丙"]
    assert table.rows == (("值",),)


@pytest.mark.parametrize(
    ("note", "printed"),
    [
        ("元；勾选一行打开案件。未到账含待扣减", "元。未到账含待扣减"),
        ("点一条横条，看这一类的结算", ""),
        ("勾选一行，下面只列它的线索；金额是待核查的范围", "金额是待核查的范围"),
        ("按住院第几日分段；一点不差", "按住院第几日分段；一点不差"),
    ],
)
def test_what_to_click_is_not_printed(note, printed):
    assert marks.note(note) == printed
    assert [block.text for block in marks.blocks(note, "note")] == ([printed] if printed else [])
