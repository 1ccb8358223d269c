"""The command about sharing the risk: share."""

import tomllib
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from pipelines.cli import show
from pipelines.cli.common import FROM, JSON, TO, county_of, telling
from pipelines.cli.figures import period_of
from pipelines.errors import WarehouseError
from pipelines.formulas import rounded
from pipelines.periods import Period
from pipelines.risk_sharing import (
    LAYERS,
    Call,
    Loss,
    Shared,
    Terms,
    calls,
    cases_a_year,
    high_cost_cases,
    made_up_years,
    premium_parts,
    read_terms,
)
from pipelines.risk_sharing import share as shared

DIGITS = 4  # of a ratio


class Yuan(click.ParamType):
    name = "yuan"

    def convert(self, value, param, ctx) -> Decimal:
        try:
            found = Decimal(str(value).replace(",", "").replace("，", ""))
        except InvalidOperation:
            found = Decimal(-1)
        if not found.is_finite() or found < 0 or found % Decimal("0.01"):
            self.fail(f"“{value}”应为以元计的金额，最多到分，如 20000000", param, ctx)
        return found


@click.command()
@click.option(
    "--terms", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="条款（TOML）"
)
@click.option(
    "--loss", "losses", multiple=True, type=Yuan(), help="一年里的一笔损失（元），可以多次写；不写则用本县的高额案例"
)
@click.option("--insured", "sums", multiple=True, type=Yuan(), help="与 --loss 同序：保险金额（元），溢额分保要用")
@click.option("--least", default="100000", show_default=True, type=Yuan(), help="高额案例：一个人至少赔付多少元")
@click.option(
    "--years", default=1000, show_default=True, type=click.IntRange(100, 100_000), help="由高额案例抽出多少个年份"
)
@click.option("--seed", default=0, show_default=True, help="抽样的种子：同一个种子得同样的年份")
@FROM
@TO
@JSON
@click.pass_obj
def share(warehouse: Path, file: Path, losses, sums, least, years: int, seed: int, first, last, as_json: bool) -> None:
    """风险分担：一年的损失按条款逐层由谁承担；或由本县高额案例推出各层的平均和百年一遇的赔付。"""
    with telling():
        terms = terms_in(file)
        if losses:
            told = shared(typed(losses, sums), terms)
            return show_shared(told, terms, as_json)
        county = county_of(warehouse)
        period = period_of(county, first, last)
        cases = high_cost_cases(county, period, least)
        yearly = cases_a_year(county, period, len(cases))
        found = calls(made_up_years(cases, yearly, years, seed), terms)
        show_calls(found, terms, cases, period, as_json)


def terms_in(file: Path) -> Terms:
    """The terms of a TOML file, amounts exact."""
    try:
        return read_terms(tomllib.loads(file.read_text("utf-8-sig"), parse_float=Decimal))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WarehouseError(f"{file.name} 不是可读的条款文件（TOML，UTF-8）：{error}") from error


def typed(losses: tuple[Decimal, ...], sums: tuple[Decimal, ...]) -> list[Loss]:
    """The losses as typed, with their sums insured where those are told."""
    if sums and len(sums) != len(losses):
        raise WarehouseError(f"写了 {len(losses)} 笔损失、{len(sums)} 个保险金额；两者要一样多")
    return [Loss(yuan, sums[n] if sums else None) for n, yuan in enumerate(losses)]


def show_shared(told: Shared, terms: Terms, as_json: bool) -> None:
    ratio = rounded(Decimal(told.payout_ratio.numerator) / told.payout_ratio.denominator, DIGITS)
    if as_json:
        payments = [vars(each) | {"layer_zh": LAYERS[each.layer]} for each in told.payments]
        premiums = [{"payer": name, "yuan": yuan} for name, yuan in premium_parts(terms).items()]
        return show.as_json(
            {
                "terms": terms.title,
                "losses_yuan": told.losses_yuan,
                "payments": payments,
                "payout_ratio": ratio,
                "premiums": premiums,
            }
        )
    click.echo(f"{terms.title}（{terms.begins} 起）：损失 {told.losses_yuan:,.2f} 元，赔付比例 {ratio * 100:.2f}%")
    rows = [[LAYERS[each.layer], each.payer, f"{each.yuan:,.2f}"] for each in told.payments]
    show.table(["层次", "由谁承担", "金额（元）"], rows, right={2})
    if premiums := premium_parts(terms):
        show.table(["保费由谁出", "金额（元）"], [[name, f"{yuan:,.2f}"] for name, yuan in premiums.items()], right={1})


def show_calls(found: list[Call], terms: Terms, cases: list[Loss], period: Period, as_json: bool) -> None:
    whole = sum(case.yuan for case in cases)
    if as_json:
        listed = [vars(each) | {"layer_zh": LAYERS[each.layer]} for each in found]
        return show.as_json({"terms": terms.title, "cases": len(cases), "cases_yuan": whole, "calls": listed})
    click.echo(f"{terms.title}：{period.label} {len(cases)} 例高额案例，合计 {whole:,.2f} 元，按一年的例数重抽")
    rows = [[LAYERS[each.layer], f"{each.expected_yuan:,.2f}", f"{each.rare_yuan:,.2f}"] for each in found]
    show.table(["层次", "平均一年（元）", "百年一遇（元）"], rows, right={1, 2})
