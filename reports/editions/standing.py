"""What stands beside the figures: identities they must hold, notes of staff, figures that were restated."""

from collections.abc import Sequence

import pipelines
from pipelines import County, Period
from pipelines.agreements import roster
from pipelines.registry import kpis
from pipelines.signing import Breached, Note, Signing, notes
from reports.cells import csv_text
from reports.document import Attachment, Block, Column, Heading, Paragraph, Table
from reports.naming import figure_name
from reports.quoting import Ref
from reports.register import Restatement
from reports.words import month_words

CORRECTIONS = "更正清单.csv"


def restated(found: Sequence[Restatement]) -> list[Block]:
    """Figures that official documents of the year printed otherwise than they are now; nothing where there are none.

    Printed are the values of the county and its schemes; what follows from them or is part of them is in the file.
    """
    if not found:
        return []
    told = "以下数字在正式文件印出之后更正过，本文件按更正后的数字计算。"
    alike: dict[tuple[str, str], list[Restatement]] = {}
    for each in filter(is_main, found):
        alike.setdefault((each.kept.title, each.why), []).append(each)
    listed = [block for (title, why), some in alike.items() for block in corrected(title, why, some)]
    return [Heading("数字更正"), Paragraph((told,)), *listed, *others(found)]


def is_main(each: Restatement) -> bool:
    """Whether it is a value of the county or of a scheme."""
    ref = Ref.parse(each.changed.key)
    return ref.aspect == "value" and {dim for dim, _ in ref.where} <= {"scheme"}


def others(found: Sequence[Restatement]) -> list[Block]:
    """How many more figures the file has than are printed."""
    more = sum(not is_main(each) for each in found)
    told = f"另有 {more:,} 个（机构、乡镇、同比等）见附件“{CORRECTIONS}”；附件列出全部 {len(found):,} 个。"
    return [Paragraph((told,), "note")] if more else []


def restated_file(found: Sequence[Restatement]) -> tuple[Attachment, ...]:
    """Every restated figure as CSV; no file where there are none."""
    if not found:
        return ()
    heads = tuple(map(Column, ("文件", "数字", "编号", "原来印的", "现在的", "更正原因")))
    changes = ((each, each.changed) for each in found)
    rows = tuple((each.kept.title, one.name, one.key, one.printed, one.now, each.why) for each, one in changes)
    data = csv_text(Table("更正清单", heads, rows)).encode("utf-8", "replace")
    return (Attachment(CORRECTIONS, "text/csv", data, f"更正清单：全部 {len(found):,} 行"),)


def corrected(title: str, why: str, found: Sequence[Restatement]) -> tuple[Block, Block]:
    """What one document printed otherwise for one reason: the reason stands once, each figure on a line."""
    rows = tuple((each.changed.name, each.changed.printed, each.changed.now) for each in found)
    heads = (Column("数字"), Column("原来印的", right=True), Column("现在的", right=True))
    return Paragraph((f"更正原因：{why}。",)), Table(f"{title}里更正的数字", heads, rows)


def noted(county: County, period: Period) -> list[Block]:
    """The notes about the period's months, its figures and institutions."""
    found = [note for note in notes(county.warehouse, period) if concerns(county, note)]
    if not found:
        return []
    rows = tuple((subject(county, note), note.text, note.by, note.at[:10]) for note in found)
    return [Heading("批注"), Table("批注", tuple(map(Column, ("对象", "内容", "署名", "日期"))), rows)]


def concerns(county: County, note: Note) -> bool:
    """Whether a note is about what the document tells of: one of several counties has no part in those of the others'
    institutions, nor of the figures of all of them.
    """
    if not county.only or note.kind == "month":
        return True
    return note.kind == "institution" and places_of(county).get(note.about) == "in_county"


def places_of(county: County) -> dict[str, str]:
    return {code: place.place for code, place in roster(county).items()}


def subject(county: County, note: Note) -> str:
    """What a note is about, in words: a figure with its months, an institution, a month."""
    if note.kind == "institution":
        return county.names.get(note.about, note.about)
    if note.kind == "month":
        return month_words(note.about) if len(note.about) == 7 else note.period.label
    return of_figure(county, note.about)


def of_figure(county: County, key: str) -> str:
    try:
        return figure_name(county, Ref.parse(key))
    except ValueError:
        return kpis()[key].name_zh if key in kpis() else key


def checks(county: County, period: Period, signing: Signing) -> list[Block]:
    """勾稽关系: every identity over the months, and each breach with its explanation."""
    found = pipelines.reconcile(county, period)
    rows = tuple((each.identity.title, len(each.checked), len(each.breaches)) for each in found)
    heads = (Column("勾稽关系"), Column("核对（月）", 0, total=True), Column("不符（月）", 0, total=True))
    broken = sum(not each.holds for each in found)
    told = f"核对 {len(found)} 项勾稽关系，{f'{broken} 项有不符的月份' if broken else '各月全部相符'}。"
    return [
        Heading("数据质量"),
        Paragraph((told,)),
        Table(f"{period.label}勾稽关系核对", heads, rows),
        *breaches(signing),
    ]


def breaches(signing: Signing) -> list[Block]:
    listed = [breach for month in signing.months for breach in month.breaches]
    rows = tuple((month_words(b.month), b.identity.title, b.left, b.right, *explained(b)) for b in listed)
    heads = (Column("月份"), Column("勾稽关系"), Column("左边", 2), Column("右边", 2), Column("说明"), Column("署名"))
    return [Table("不符的勾稽关系", heads, rows)] if rows else []


def explained(breach: Breached) -> tuple[str, str]:
    """Why, and who signed that when."""
    signed = breach.explained
    return (signed.why, f"{signed.by} {signed.at[:10]}") if signed else ("还没有说明", "")
