"""A letter as blocks: figures against target and nameless peers, agreement, cases, clues, and a box for the reply."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipelines import County, Period, letters, signing
from pipelines.assessment import MISSED, AssessmentError, Judged, assess
from pipelines.letters import CLUE_SENTENCE, Letter, wording
from reports.document import Block, Column, Document, Form, Heading, Paragraph, Run, Table
from reports.editions import NotOfficial, Terms
from reports.heads import as_of, counties, unit
from reports.letters import figures
from reports.letters.figures import Held
from reports.marking import watermark
from reports.quoting import Quote

UNASKED = "制作时没有要求正式件"
REPLY = ("一、对指标的说明", "二、对疑点线索的逐条说明（属实、不属实，理由和附件）", "三、对处理和应收的意见")
SIGNS = ("经办人：", "联系电话：", "单位（盖章）：", "日期：")
CASES = (
    Column("案件"),
    Column("发现"),
    Column("事实"),
    Column("处理"),
    Column("金额（元）", 2, total=True),
    Column("已办（元）", 2, total=True),
    Column("未结（元）", 2, total=True),
)
CLUES = (Column("疑点线索"), Column("条数", 0, total=True), Column("基金（元）", 2, total=True), Column("其中一条"))


@dataclass(frozen=True)
class Common:
    """What all letters of some months share: everyone's assessment in them, whether they are signed off.

    held: by institution, what the year's targets bind; booked: what the ledger deducts for missing them.
    """

    county: County
    period: Period
    terms: Terms
    held: Mapping[str, list[Held]]
    booked: Mapping[str, Quote]
    signed: signing.Signing

    @classmethod
    def of(cls, county: County, period: Period, terms: Terms) -> "Common":
        """Raises NotOfficial if they must be 正式 and may not be."""
        signed = signing.state(county, period)
        if terms.official and not signed.official:
            raise NotOfficial(f"不能出正式函：{'；'.join(signed.why_draft)}")
        return cls(county, period, terms, *assessed(county, period), signed)


def one(county: County, institution: str, period: Period, terms: Terms) -> Document:
    """The letter to an institution (its code). Raises QuestionError for an unknown one."""
    return posted(Common.of(county, period, terms), written(county, institution, period, terms))


def posted(common: Common, letter: Letter) -> Document:
    """A letter as a document of its own."""
    return document(common, letter.scheme, subject(letter.period), letter.name, blocks(common, letter))


def written(county: County, institution: str, period: Period, terms: Terms) -> Letter:
    return letters.letter(county, institution, period, terms.scheme, terms.at.date())


def subject(period: Period) -> str:
    return f"关于{period.label}医保基金使用情况的函"


def document(common: Common, scheme: str, title: str, subtitle: str, found: Iterable[Block]) -> Document:
    """Who writes, as of when, and whether the months are signed off, around what is written."""
    terms, signed = common.terms, common.signed
    return Document(
        "letter",
        title,
        common.period,
        scheme,
        terms.unit or unit(common.county),
        as_of(common.county),
        common.county.build_id,
        terms.by,
        terms.at,
        tuple(found),
        terms.official,
        () if terms.official else signed.why_draft or (UNASKED,),
        watermark(common.county.warehouse, terms.watermark, terms.at),
        subtitle=subtitle,
        counties=counties(common.county),
    )


def blocks(common: Common, letter: Letter) -> Iterator[Block]:
    """The letter from its title to its date."""
    held, issuer = common.held.get(letter.institution, []), common.terms.unit or unit(common.county)
    yield Heading(subject(letter.period))
    yield Paragraph((f"{letter.name}：",), "address")
    yield Paragraph((wording.opening(letter),))
    yield Heading("一、指标", 2)
    yield from indicators(letter, held, common.terms.scheme)
    yield Heading("二、协议", 2)
    yield Paragraph(("。".join((letter.agreement, *letter.disagreements)) + "。",))
    yield Heading("三、处理和应收", 2)
    yield from money(letter, held, common.booked.get(letter.institution))
    yield Heading("四、疑点线索", 2)
    yield from clues(letter)
    yield Heading("五、回复", 2)
    yield Form(wording.reply(letter), REPLY, SIGNS)
    yield Paragraph((f"{issuer}　{wording.day(letter.written_on)}",), "sign")


def assessed(county: County, period: Period) -> tuple[dict[str, list[Held]], dict[str, Quote]]:
    """Nothing where the months lie in two years: targets are set for one."""
    try:
        found = assess(county, period)
    except AssessmentError:
        return {}, {}
    return figures.held_by(county, period, found), figures.deductions(county, period, found.booked)


def indicators(letter: Letter, held: list[Held], scheme: str) -> Iterator[Block]:
    """Its figures among its nameless peers, then those that the year's targets bind."""
    aimed = any(line.target is not None for line in letter.lines)
    if aimed or not letter.lines or not held:
        yield Paragraph((wording.indicators(letter)[0],))
    if letter.lines:
        yield figures.indicators(letter, scheme)
    if told := wording.excesses(letter):
        yield Paragraph((told,))
    if held:
        yield figures.targets(held, letter.period.first[:4])


def money(letter: Letter, held: list[Held], booked: Quote | None) -> Iterator[Block]:
    """What was handled and is due, case by case; what the year's targets deduct."""
    yield Paragraph((wording.money(letter)[0], *deducted([each.judged for each in held], booked)))
    if letter.cases:
        yield Table("案件", CASES, tuple(map(case, letter.cases)))


def case(each: letters.Owing) -> tuple:
    handlings = "、".join(dict.fromkeys(each.handlings)) or "未处理"
    return (each.case_no, str(each.found_on), each.fact, handlings, each.due_yuan, each.done_yuan, each.owed_yuan)


def deducted(judged: list[Judged], booked: Quote | None) -> tuple[Run, ...]:
    """考核目标未达标 2 项，按规则扣减 519.00 元，台账已记 519.00 元; nothing where nothing is deducted."""
    missed = [each for each in judged if each.state == MISSED]
    if not missed and not booked:
        return ()
    yuan = sum((each.yuan or Decimal(0) for each in missed), Decimal(0))
    return f"考核目标未达标 {len(missed)} 项，按规则扣减 {yuan:,.2f} 元，台账已记 ", booked or "0.00 元", "。"


def clues(letter: Letter) -> Iterator[Block]:
    """A clue is no finding: the sentence that says so stands before the first of them."""
    if not letter.clues:
        yield Paragraph(("".join(wording.clues(letter)),))
        return
    yield Paragraph((CLUE_SENTENCE,), "answer")
    rows = tuple((each.title, each.hits, each.at_stake_yuan, each.example) for each in letter.clues)
    rest = f"另有 {letter.unscreened} 条规则缺数据，没有或没有全部筛查。" if letter.unscreened else ""
    yield Table("待核查的疑点线索", CLUES, rows, rest)
