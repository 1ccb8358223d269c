"""The command about what comes: outlook."""

from dataclasses import asdict
from pathlib import Path

import click

from pipelines import outlook as ahead
from pipelines.answers.county import one_county
from pipelines.answers.query import QuestionError
from pipelines.cli import show
from pipelines.cli.common import JSON, TO, county_of, telling
from pipelines.outlook import Ahead, Outlook, Projection, wording


@click.command()
@TO
@click.option("--scheme", default="all", show_default=True, help="险种代码：resident、employee、maternity 或 all")
@click.option("--county", "code", metavar="区划", help="几个区县合用的数据仓库：只看这个区县")
@click.option("--scenario", "names", multiple=True, metavar="名称", help="存下的情景，可重复：与照现在的走势并列")
@click.option("--backtest", is_flag=True, help="只列回测：预测与“去年同月”的误差、区间的覆盖")
@JSON
@click.pass_obj
def outlook(warehouse: Path, last, scheme: str, code, names: tuple, backtest: bool, as_json: bool) -> None:
    """基金运行预测：结余、可支付月数，到明年底收支和结余的区间，最早哪个月用完；情景并列。"""
    with telling():
        county = county_of(warehouse)
        county = one_county(county, code) if code else county
        if scheme not in (ahead.ALL, *ahead.SCHEMES):
            raise QuestionError(f"没有险种“{scheme}”；可用：{'、'.join((ahead.ALL, *ahead.SCHEMES))}")
        scenarios = [ahead.AS_IS, *(ahead.found(ahead.standing(warehouse), name) for name in names)]
        found = ahead.outlook(county, last or "")
        if not found.of(scheme):
            raise QuestionError(f"{found.now} 以前没有{wording.scheme_name(scheme)}的结算，不能预测")
        told = [found.projection(scheme, scenario) for scenario in scenarios]
    if as_json:
        return show.as_json(as_told(found, scheme, told))
    if not backtest:
        printed(found, scheme, told)
    tests(found, scheme)


def as_told(found: Outlook, scheme: str, told: list[Projection | None]) -> dict:
    """Everything in yuan; None for what can't be told."""
    schemes = {
        each.scheme: {
            "cumulative_balance_yuan": each.figures["cumulative_balance"].value,
            "months_payable": each.figures["months_payable"].value,
            "months_payable_pooled": each.figures["months_payable_pooled"].value,
            "monthly_payout_yuan": dict(zip(("last_3", "last_12"), map(round, each.run_rates), strict=True)),
            "no_forecast": each.no_forecast,
            "payout_test": each.payout_test and asdict(each.payout_test),
            "income_test": each.income_test and asdict(each.income_test),
        }
        for each in found.of(scheme)
    }
    return {"now": found.now, "schemes": schemes, "projections": [each and asdict(each) for each in told]}


def printed(found: Outlook, scheme: str, told: list[Projection | None]) -> None:
    as_is = told[0]
    for line in wording.findings(found, scheme, as_is):
        click.echo(line.replace("**", ""))
    for line in missing(found, scheme):
        click.echo(line)
    if as_is is None:
        return
    heads = ["月份", "收入中间值", "支出中间值", "支出80%区间", "月末结余80%区间", "月末结余95%区间"]
    rows = [[a.month, wording.wan(a.income.middle), *payout_and_balance(a)] for a in as_is.ahead]
    click.echo("单位：万元")
    show.table(heads, rows, right={1, 2, 3, 4, 5})
    click.echo(wording.backlog(as_is.unsettled).replace("**", ""))
    if len(told) > 1:
        show.table(["情景", "改变", "期末结余80%区间", "用完"], [compared(each) for each in told], right={2})


def payout_and_balance(month: Ahead) -> list[str | None]:
    left = month.balance
    balance = [None, None] if left is None else [wording.between(left), wording.between(left, wide=True)]
    return [wording.wan(month.payout.middle), wording.between(month.payout), *balance]


def compared(each: Projection) -> list[str | None]:
    end, out = each.end, each.run_out
    known = wording.running_out(out, end.month).replace("**", "") if out else None
    balance = wording.between(end.balance) if end.balance else None
    return [each.scenario.name, wording.scenario_words(each.scenario), balance, known]


def missing(found: Outlook, scheme: str) -> list[str]:
    """Why something is not told, in Chinese."""
    short = [f"{each.no_forecast}：{wording.run_rate(each)}" for each in found.of(scheme) if each.no_forecast]
    income = [f"没有装入征缴的月份：{'、'.join(found.missing_income)}"] if found.missing_income else []
    return [*short, *found.no_balance(scheme), *income]


def tests(found: Outlook, scheme: str) -> None:
    heads = ["险种", "预测", "月数", "误差%", "去年同月%", "MASE", "去年同月", "80%区间含", "95%区间含"]
    rows = []
    for each in found.of(scheme):
        for what, test in (("支出", each.payout_test), ("收入", each.income_test)):
            if test:
                parts = (test.mape, test.naive_mape, test.mase, test.naive_mase)
                known = [None if value is None else f"{value:.2f}" for value in parts]
                shares = [f"{100 * share:.0f}%" for share in (test.within_80, test.within_95)]
                rows.append([wording.scheme_name(each.scheme), what, test.months, *known, *shares])
    show.table(heads, rows, right=set(range(2, 9)))
