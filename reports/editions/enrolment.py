"""参保扩面: who is insured, how far the year's tasks are fulfilled, of which kinds and where the residents are."""

from pipelines import County, Period
from reports import words
from reports.document import Block
from reports.editions.asking import SCHEMES, Row, groups, known, named, totals
from reports.editions.asking import by_scheme as per_scheme
from reports.editions.drawing import progress
from reports.editions.tabling import Shown, compared, table

INSURED, RATE, TASK, DONE = "insured_persons", "enrolment_rate", "enrolment_target", "enrolment_target_completion"


def blocks(county: County, period: Period) -> list[Block]:
    """A chart of the tasks; tables by scheme, by category of residents, by town."""
    schemes = per_scheme(county, (INSURED, RATE, TASK, DONE), period)
    found = [tasks(county, schemes), schemes_table(county, schemes, period)]
    return [each for each in (*found, *residents(county, period)) if each]


def measure(row: Row):
    """What a scheme is held against: the rate where there is one, else the year's task."""
    return next((row[kpi] for kpi in (RATE, DONE) if known(row.get(kpi))), None)


def tasks(county: County, schemes: dict[str, Row]):
    """Which schemes have reached what was asked of them?"""
    held = {code: measure(row) for code, row in schemes.items()}
    rows = [(code, quote) for code, quote in held.items() if quote and quote.figure.target is not None]
    late = [code for code, quote in rows if quote.value < quote.figure.target]
    names = {code: named(county, "scheme", code) for code in SCHEMES}
    if not rows:
        return None
    title = f"{'、'.join(names[code] for code in late)}还没有达到参保目标" if late else "各险种都达到了参保目标"
    note = "居民为参保率，职工和生育为扩面任务完成率，%；括号里是目标"
    told = {code: f"{names[code]}{q.kpi.name_zh}（{words.number(q.figure.target, 0)}%）" for code, q in rows}
    bars = [(told[code], quote, code in late) for code, quote in rows]
    return progress(bars, None, "", title, note)


def schemes_table(county: County, schemes: dict[str, Row], period: Period) -> Block:
    columns = (*compared(INSURED), Shown(RATE), Shown(TASK), Shown(DONE))
    rows = {named(county, "scheme", code): row for code, row in schemes.items()}
    return table(
        f"{period.label}各险种参保情况", "险种", rows, columns, "期末数；职工医保与生育保险的参保人有重叠，不相加。"
    )


def residents(county: County, period: Period) -> list[Block]:
    """The residents by category and by town, each with the whole."""
    whole = totals(county, (INSURED, RATE, "category_mix"), period, scheme="resident")
    if not known(whole[INSURED]):
        return []
    kinds = groups(county, (INSURED, "category_mix"), period, ("category",), scheme="resident")
    rows = {"合计": whole} | {named(county, "category", code): row for (code,), row in kinds.items()}
    columns = (*compared(INSURED), Shown("category_mix", head="占比"))
    towns = groups(county, (INSURED, RATE), period, ("town",), scheme="resident")
    places = {"合计": whole} | {code: row for (code,), row in largest(towns, INSURED)}
    title = f"{period.label}居民医保参保人员构成"
    return [
        table(title, "人员类别", rows, columns),
        table(
            f"{period.label}各乡镇居民参保情况",
            "乡镇",
            places,
            (*compared(INSURED), *compared(RATE)),
            name="各乡镇居民参保情况",
        ),
    ]


def largest(found: dict[tuple, Row], kpi: str) -> list[tuple[tuple, Row]]:
    """The groups, those of the largest figure first."""
    return sorted(found.items(), key=lambda item: -(item[1][kpi].value or 0) if kpi in item[1] else 0)
