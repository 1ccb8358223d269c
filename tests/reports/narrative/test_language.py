"""A theme's text: what staff may write, and the sentence they get for what they may not."""

import pytest

from reports.narrative.language import Optional, Token, WordingError, as_written, parse, tokens

KNOWN = {"参保人数": ("", "同比"), "名单": ("", "若有")}


def test_a_text_is_paragraphs_of_clauses_with_their_names():
    (first, second) = parse("参保{参保人数}{参保人数.同比}；另有{名单}。\n\n  完[，共{参保人数}]。", KNOWN)
    assert first[0] == ("参保", Token("参保人数"), Token("参保人数", "同比"), "；")
    assert first[1] == ("另有", Token("名单"), "。")
    assert second == [("完", Optional(("，共", Token("参保人数"))), "。")]
    assert [token.written for token in tokens([first])] == ["{参保人数}", "{参保人数.同比}", "{名单}"]


def test_braces_of_a_chinese_keyboard_are_braces():
    ((clause,),) = parse("共｛ 参保人数．同比 ｝［，好｛名单｝］。", KNOWN)
    assert clause == ("共", Token("参保人数", "同比"), Optional(("，好", Token("名单"))), "。")
    assert as_written(clause) == "共{参保人数.同比}[，好{名单}]。"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("共{参保人}。", "第 1 段的“{参保人}”不认识；是不是{参保人数}"),
        ("好。\n共{参保人数.同期}。", "第 2 段的“{参保人数.同期}”里，“参保人数”没有“同期”这种说法；可用：同比"),
        ("共{名单.同比}。", "没有“同比”这种说法；可用：若有"),
        ("共{参保人数。", "第 1 段的“{”没有成对：共{参保人数。"),
        ("共参保人数}。", "第 1 段的“}”没有成对"),
        ("共{参保{人数}。", "没有成对"),
        ("共[，{参保人数}。好]。", "没有在同一分句里用“]”关上"),
        ("共]。", "“]”没有成对"),
        ("共{__class__}。", "第 1 段的“{__class__}”不认识"),
    ],
)
def test_what_can_not_be_read_is_told_with_its_paragraph(text, told):
    with pytest.raises(WordingError) as problem:
        parse(text, KNOWN)
    assert told in str(problem.value)
