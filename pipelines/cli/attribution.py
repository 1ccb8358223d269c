"""The command about why costs grew: attribution."""

from decimal import Decimal
from pathlib import Path

import click

from pipelines.answers.by_county import county_name
from pipelines.answers.county import County
from pipelines.answers.query import QuestionError
from pipelines.attribution import COST, FEN, FUND, NAMES, UNITS, Growth, Line, asked, lines, of_cases, total, values
from pipelines.attribution.wording import decimal, group_name, scheme_name, sentence, share, value_name
from pipelines.cli import show
from pipelines.cli.common import FROM, JSON, TO, county_of, telling
from pipelines.cli.figures import COUNTY, period_of
from pipelines.contracts import code_lists, zh


@click.command()
@FROM
@TO
@click.option("--scheme", default="all", show_default=True, help="险种代码：resident、employee、maternity 或 all")
@COUNTY
@click.option(
    "--of", default=COST, show_default=True, type=click.Choice([COST, FUND]), help="住院医药费用，或其中基金支付"
)
@JSON
@click.pass_obj
def attribution(warehouse: Path, first, last, scheme: str, counties: tuple, of: str, as_json: bool) -> None:
    """增长归因：住院费用比上年同期的增减，分到参保人数、住院率、就医结构、住院日、床日费用各多少。"""
    with telling():
        county = county_of(warehouse)
        if scheme not in ("all", *code_lists()["scheme"]):
            raise QuestionError(f"没有险种“{scheme}”；可用：all、{'、'.join(code_lists()['scheme'])}")
        where = ({} if scheme == "all" else {"scheme": scheme}) | ({"county": counties} if counties else {})
        found = asked(county, period_of(county, first, last), of, where)
        whose = "全部险种" if scheme == "all" else zh("scheme", scheme)
        show.as_json(told(found, county)) if as_json else printed(found, whose, county)


def told(found: Growth, county: County) -> dict:
    """Everything, exact to the fen: rows, columns and the two factors add up."""
    listed = lines(found, FEN)
    whole = total(listed)
    return {
        "period": found.period.label,
        "of": found.of,
        "before_yuan": whole.before_yuan,
        "after_yuan": whole.after_yuan,
        "change_yuan": whole.change_yuan,
        "uninsured": found.uninsured,
        "factors": [
            {"factor": factor, "name_zh": NAMES[factor], "yuan": whole.parts[factor], "share": share(found, factor)}
            | dict(zip(("before", "after"), value_texts(found, factor), strict=True))
            for factor in found.factors
        ],
        "two_factors": [
            {"name_zh": name, "before": decimal(each.before), "after": decimal(each.after), "rate": decimal(each.rate)}
            | {"yuan": decimal(each.yuan)}
            for name, each in zip(("住院人次", "次均"), of_cases(found) or (), strict=False)
        ],
        "groups": [
            dict(zip(("county", "scheme", "place", "level"), names(line, county), strict=True))
            | {"before_yuan": line.before_yuan, "after_yuan": line.after_yuan, "parts": line.parts}
            for line in listed
        ],
    }


def names(line: Line, county: County) -> tuple[str, ...]:
    """County, scheme, place and level of a line."""
    code = line.pool[0]
    return (
        county_name(county, code) if code in county.counties else "",
        scheme_name(line.pool[1]),
        *group_name(line.group),
    )


def value_texts(found: Growth, factor: str) -> tuple[Decimal | None, ...]:
    digits = UNITS[factor][2] if factor in UNITS else 0
    return tuple(None if v is None else decimal(v, digits) for v in values(found).get(factor, (None, None)))


def printed(found: Growth, whose: str, county: County) -> None:
    listed = lines(found, FEN)
    whole = total(listed)
    click.echo(sentence(found, whose))
    if found.uninsured:
        click.echo(f"没有参保人数（{found.uninsured}），以住院人次代替参保人数 × 住院率")
    rows = [
        [value_name(factor), *told_by(found, factor), f"{whole.parts[factor]:,.2f}", share(found, factor)]
        for factor in found.factors
    ]
    show.table(["因素", "上年同期", "本期", "使总额增减（元）", "占增减（%）"], rows, right={1, 2, 3, 4})
    click.echo("")
    heads = [
        "险种",
        "就医地",
        "机构级别",
        "上年同期（元）",
        "本期（元）",
        *(f"{NAMES[f]}（元）" for f in found.factors),
    ]
    rows = [[*names(line, county), *money(line)] for line in listed] + [["", "合计", "", "", *money(whole)]]
    several = len({line.pool[0] for line in listed}) > 1
    rows = rows if several else [row[1:] for row in rows]
    show.table(["区县", *heads] if several else heads, rows, right=set(range(3 + several, len(heads) + several)))


def told_by(found: Growth, factor: str) -> list[str | None]:
    return [None if v is None else f"{v:,}" for v in value_texts(found, factor)]


def money(line: Line) -> list[str]:
    return [f"{yuan:,.2f}" for yuan in (line.before_yuan, line.after_yuan, *line.parts.values())]
