"""参保扩面: who is insured, how far the year's tasks are fulfilled, of which kinds and where the residents are."""

from pipelines import County, Period
from reports import words
from reports.document import Block
from reports.editions.drawing import everyone, progress
from reports.naming import code_name
from reports.tables import brief, subjects
from reports.tables.asking import SCHEMES, Row, known
from reports.tables.asking import by_scheme as per_scheme

INSURED, RATE, DONE = "insured_persons", "enrolment_rate", "enrolment_target_completion"


def blocks(county: County, period: Period) -> list[Block]:
    """A chart of the tasks; tables by scheme, by category of residents, by town."""
    schemes = per_scheme(county, (RATE, DONE), period)
    return [each for each in (tasks(county, schemes), *tables(county, period)) if each]


def measure(row: Row):
    """What a scheme is held against: the rate where there is one, else the year's task."""
    return next((row[kpi] for kpi in (RATE, DONE) if known(row.get(kpi))), None)


def tasks(county: County, schemes: dict[str, Row]):
    """Which schemes have reached what was asked of them?"""
    held = {code: measure(row) for code, row in schemes.items()}
    rows = [(code, quote) for code, quote in held.items() if quote and quote.figure.target is not None]
    late = [code for code, quote in rows if quote.value < quote.figure.target]
    names = {code: code_name(county, "scheme", code) for code in SCHEMES}
    if not rows:
        return None
    title = (
        f"{'、'.join(names[code] for code in late)}还没有达到参保目标"
        if late
        else f"{everyone([names[c] for c, _ in rows])}达到了参保目标"
    )
    note = "居民为参保率，职工和生育为扩面任务完成率，%；括号里是目标"
    told = {code: f"{names[code]}{q.kpi.name_zh}（{words.number(q.figure.target, 0)}%）" for code, q in rows}
    bars = [(told[code], quote, code in late) for code, quote in rows]
    return progress(bars, None, "", title, note)


def tables(county: County, period: Period) -> list[Block]:
    """By scheme; the residents by category and by town, each with the whole."""
    kinds, towns = (told.of(told.dims[-1], scheme="resident") for told in (subjects.CATEGORIES, subjects.TOWNS))
    whole = dict(whole="合计", note="居民医保，期末数")
    return [
        brief(county, period, subjects.ENROLMENT, "各险种参保情况", f"{subjects.INSURED} {subjects.TASKS}"),
        brief(county, period, kinds, "居民医保参保人员构成", "insured_persons category_mix", **whole),
        brief(county, period, towns, "各乡镇居民参保情况", subjects.INSURED, most=INSURED, **whole),
    ]
