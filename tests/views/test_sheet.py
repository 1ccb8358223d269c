"""What a page notes of itself while it is drawn: complete, in order, whole tables, figures that know which they are."""

from datetime import date
from decimal import Decimal

import pytest
import streamlit as st

from reports.document import Card, Cards, Column, Heading, Paragraph, Table
from views import long_tables, sheet


def headings(*levels: int) -> list:
    return [Heading("题", level) for level in levels]


def test_no_level_of_heading_is_left_out():
    assert [block.level for block in sheet.stepped(headings(2, 2, 1, 2))] == [1, 2, 1, 2]
    assert [block.level for block in sheet.stepped(headings(1, 2))] == [1, 2]


def test_cards_drawn_one_by_one_stand_side_by_side():
    one, two, note = Cards((Card("甲", "1", "元"),)), Cards((Card("乙", "2", "元"),)), Paragraph(("注",))
    assert sheet.joined([one, two, note, one]) == [Cards((*one.cards, *two.cards)), note, one]


def test_rows_drawn_one_by_one_are_a_table_and_other_tables_stay_apart():
    columns = (Column("事项"),)
    row = Table("", columns, (("甲",),), name=sheet.JOINED)
    other = Table("表", columns, (("乙",),), name="表")
    assert sheet.joined([row, row, other, other]) == [Table("", columns, (("甲",), ("甲",))), other, other]


CONFIG = {
    "人次": st.column_config.NumberColumn(format="%,d"),
    "次均（元）": st.column_config.NumberColumn(format="%,.0f"),
    "同比": st.column_config.NumberColumn("较上年", format="%+.2f%%"),
    "基金支付（元）": st.column_config.ProgressColumn(format="%,.2f", max_value=9),
    "编码": None,
}
COLUMNS = {
    "机构": ["甲", "乙"],
    "编码": ["1", "2"],
    "人次": [3, 4],
    "次均（元）": [10.4, 20.0],
    "同比": [1.5, float("nan")],
    "基金支付（元）": [0.1, 0.2],
    "日期": [date(2026, 6, 1), None],
}


def test_a_long_table_prints_its_numbers_as_the_screen_formats_them():
    table = long_tables.table(COLUMNS, CONFIG, "各机构")
    told = {column.head: column for column in table.columns}
    assert list(told) == ["机构", "人次", "次均（元）", "较上年", "基金支付（元）", "日期"]
    assert told["较上年"] == Column("较上年", digits=2, percent=True, signed=True)
    assert (told["次均（元）"].digits, told["基金支付（元）"].digits) == (0, 2)
    assert table.rows[1] == ("乙", 4, 20.0, None, 0.2, None)
    assert table.rows[0][-1] == "2026-06-01"


def test_money_and_counts_are_added_up_and_averages_are_not():
    assert long_tables.table(COLUMNS, CONFIG, "").control_sums() == {"人次": 7, "基金支付（元）": Decimal("0.3")}


@pytest.mark.parametrize(
    "head", ["累计已筹（元）", "每人日预计（元）", "人均（元）", "床日（元）", "占比（%）", "相差（元）"]
)
def test_what_must_not_be_added_has_no_sum(head):
    assert not long_tables.column(head, [1.0], {}).total


def test_amounts_without_a_format_are_printed_to_the_fen():
    assert long_tables.column("医疗总费用（元）", [Decimal("1.5")], {}) == Column(
        "医疗总费用（元）", digits=2, total=True
    )
