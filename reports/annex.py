"""The annex of a document: every figure printed in it, with its formula, numerator, denominator and batches."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pipelines
from pipelines import County, Figure, Kpi, Period
from pipelines.wording import formula
from reports.cells import csv_text
from reports.document import Attachment, Block, Column, Heading, PageBreak, Paragraph, Table
from reports.naming import conditions
from reports.quoting import Quote, Ref, printed

LISTED = {"institution": "机构", "town": "乡镇"}  # whose own figures are told in the attached file
FILE = "全部数字.csv"
ELSEWHERE = f"指标的公式见附件“{FILE}”，口径和依据见半年报告的附录和系统的“指标口径”页，本文件不重复。"
Batches = dict[tuple[str, str], list[str]]  # (upload, batch) -> the months read from it


def annex(county: County, quotes: Mapping[str, Quote], brief: bool = False) -> list[Block]:
    """The blocks of the annex, numbered by theme ({key: figure}, as Document.quotes() gives them).

    brief: what each KPI means is left to the longer editions; which batches it was computed from is told.
    """
    found = figures_of(quotes.values())
    kpis = list(dict.fromkeys(pipelines.kpis()[ref.kpi] for ref in found))
    period = common_period(found)
    periods = {ref.period for ref in found}
    batches = batches_of(county, kpis, periods)
    meaning = (shared_batches if brief else definitions)(county, kpis, periods, batches)
    themed = [(name, [r for r in found if pipelines.kpis()[r.kpi].theme == theme]) for theme, name in themes()]
    return [
        PageBreak(),
        Heading("附录：数字来源"),
        Paragraph((whose(county) + opening(len(found), quotes),)),
        Heading("数字及其分子、分母", 2),
        *tables(county, [(name, refs) for name, refs in themed if refs], found, period),
        *meaning,
        Heading("数据批次", 2),
        batch_table(batches),
    ]


def themes() -> list[tuple[str, str]]:
    return list(pipelines.themes().items())


def opening(count: int, quotes: Mapping[str, Quote]) -> str:
    apart = len({base(q.ref) for q in quotes.values() if is_listed(q.ref)})
    told = f"正文、图表和汇总表引用的 {count} 个数字，每个都列出编号、条件、本期和上年同期的数值、分子和分母。"
    more = f"各{'、各'.join(LISTED.values())}的 {apart} 个数字口径相同，列在附件“{FILE}”里。" if apart else ""
    return f"{told}{more}正文里的每个数字都链接到这里的一行；增减和增长由同一行的两个数值算出。"


def whose(county: County) -> str:
    """Which county's rows every figure was computed from; nothing where no other shares the warehouse."""
    codes = "、".join(county.counties)
    return f"本文件的数字只由{county.only}（医保区划 {codes}）的数据算出，条件里不再写出。" if county.only else ""


def base(ref: Ref) -> Ref:
    """The figure whatever its aspect."""
    return replace(ref, aspect="value")


def is_listed(ref: Ref) -> bool:
    return any(dim in LISTED for dim, _ in ref.where)


def figures_of(quotes: Iterable[Quote]) -> dict[Ref, Quote]:
    """{figure: one of its aspects} in the order in which they come, those of single institutions and towns apart."""
    found: dict[Ref, Quote] = {}
    for quote in quotes:
        if not is_listed(quote.ref):
            found.setdefault(base(quote.ref), quote)
    return found


def common_period(found: Iterable[Ref]) -> Period | None:
    """The months of most figures: they need not be said in every row."""
    spans = [ref.period for ref in found]
    return max(dict.fromkeys(spans), key=spans.count, default=None)


def tables(county: County, themed, found: Mapping[Ref, Quote], period: Period | None) -> list[Table]:
    """One table for each theme; the numbers run through all of them."""
    heads = (Column("编号", 0), Column("数字"), *map(Column, ("本期", "上年同期", "分子", "分母")))
    numbers = {ref: n for n, ref in enumerate((ref for _, refs in themed for ref in refs), start=1)}
    return [
        Table(
            name,
            heads,
            tuple(row(county, ref, found[ref], numbers[ref], period) for ref in refs),
            annex=True,
            dense=True,
        )
        for name, refs in themed
    ]


def row(county: County, ref: Ref, quote: Quote, number: int, period: Period | None) -> tuple:
    """Its number, its name with the conditions, its value now and last year, numerator, denominator."""
    told = conditions(county, ref) + ("" if ref.period == period else f"（{ref.period.label}）")
    name = pipelines.kpis()[ref.kpi].name_zh + (f"：{told}" if told else "")
    aspects = ("value", "year_ago", "numerator", "denominator")
    cells = [printed(replace(ref, aspect=each), quote.figure) for each in aspects]
    return number, name, cells[0], *(cell if cell.value is not None else None for cell in cells[1:])


def batches_of(county: County, kpis: Iterable[Kpi], periods: Iterable[Period]) -> Batches:
    """Every batch behind the figures, in the order of uploads and months, with the months read from it."""
    spans = {span for period in periods for span in (period, period.year_ago())}
    found = {source for kpi in kpis for span in spans for source in pipelines.sources(county, kpi, span)}
    months: dict[tuple[str, str], list[str]] = {}
    for upload, month, batch in sorted(found, key=lambda each: (each[0], month_order(each[1]), each[2])):
        months.setdefault((upload, batch), []).append(month)
    return months


def month_order(words: str) -> tuple:
    """2026年2月 before 2026年10月."""
    year, _, month = words.partition("年")
    return year, int(month.removesuffix("月") or 0) if month else 0


def definitions(county: County, kpis: Iterable[Kpi], periods: Iterable[Period], batches: Batches) -> list[Block]:
    """Of each KPI its formula, what it means, and its batches."""
    heads = tuple(map(Column, ("指标", "公式", "口径和依据", "批次编号")))
    rows = (
        (k.name_zh, whole(k), f"{k.definition}依据：{k.source}。", behind(county, k, periods, batches)) for k in kpis
    )
    return [Heading("指标口径", 2), Table("指标口径", heads, tuple(rows))]


def shared_batches(county: County, kpis: Iterable[Kpi], periods: Iterable[Period], batches: Batches) -> list[Block]:
    """Which KPIs were computed from which batches; where to read what they mean."""
    names: dict[str, list[str]] = {}
    for kpi in kpis:
        names.setdefault(behind(county, kpi, periods, batches), []).append(kpi.name_zh)
    rows = tuple((used, "、".join(named)) for used, named in names.items())
    told = Table("指标所用的批次", (Column("批次编号"), Column("指标")), rows, dense=True)
    return [Heading("指标所用的批次", 2), Paragraph((ELSEWHERE,), "note"), told]


def whole(kpi: Kpi) -> str:
    """The formula, as a percentage where it is one."""
    return formula(kpi) + (" × 100%" if kpi.unit == "%" and kpi.denominator else "")


def behind(county: County, kpi: Kpi, periods: Iterable[Period], batches: Batches) -> str:
    """The numbers of its batches, of both years: 1—12、30."""
    spans = [span for period in periods for span in (period, period.year_ago())]
    used = {(upload, batch) for span in spans for upload, _, batch in pipelines.sources(county, kpi, span)}
    return "、".join(runs([n for n, each in enumerate(batches, start=1) if each in used])) or "手工填报"


def runs(numbers: list[int]) -> list[str]:
    """[1, 2, 3, 7] -> ['1—3', '7']."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][-1] == number - 1:
            found[-1].append(number)
        else:
            found.append([number])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in found]


def batch_table(batches: Batches) -> Table:
    heads = (Column("编号", 0), *map(Column, ("上传的表", "用到的月份", "批次")))
    rows = ((n, upload, spoken(months), batch) for n, ((upload, batch), months) in enumerate(batches.items(), start=1))
    return Table("数据批次", heads, tuple(rows), dense=True)


def spoken(months: list[str]) -> str:
    """2026年1月至6月 of months that follow one another; a single one as it is."""
    first, last = months[0], months[-1]
    return first if first == last else f"{first}至{last.partition('年')[2] if first[:4] == last[:4] else last}"


def file(county: County, quotes: Mapping[str, Quote]) -> Attachment:
    """全部数字.csv: every figure printed, those of institutions and towns too, with what it was computed from."""
    heads = ("编号", "数字", "条件", "期间", "本期", "上年同期", "单位", "分子", "分母", "公式", "没有数值的原因")
    figures = {base(quote.ref): quote.figure for quote in quotes.values()}
    rows = tuple(record(county, ref, figure) for ref, figure in figures.items())
    text = csv_text(Table("全部数字", tuple(map(Column, heads)), rows))
    return Attachment(FILE, "text/csv", text.encode(), f"本文件印出的 {len(rows)} 个数字及其分子、分母")


def record(county: County, ref: Ref, figure: Figure) -> tuple:
    """A figure in its own unit, unrounded sums beside it."""
    kpi = figure.kpi
    told = "、".join(filter(None, (county.only, conditions(county, ref))))
    named = ref.key.removesuffix(";value"), kpi.name_zh, told, ref.period.label
    return (
        *named,
        figure.value,
        figure.year_ago,
        kpi.unit,
        figure.numerator,
        figure.denominator,
        whole(kpi),
        figure.missing,
    )
