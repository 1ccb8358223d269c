"""What `share` prints: who bears what, the calls on the layers, the versions of the terms."""

from decimal import Decimal

import click

from pipelines.cli import show
from pipelines.formulas import rounded
from pipelines.periods import Period
from pipelines.risk_sharing import (
    FEW,
    LAYERS,
    Call,
    Loss,
    Shared,
    Terms,
    Version,
    ceded_premium,
    commission,
    kept_premium,
    premium_parts,
    told_of,
)

DIGITS = 4  # of a ratio


def shared(told: Shared, terms: Terms, as_json: bool) -> None:
    ratio = rounded(Decimal(told.payout_ratio.numerator) / told.payout_ratio.denominator, DIGITS)
    if as_json:
        payments = [vars(each) | {"layer_zh": LAYERS[each.layer]} for each in told.payments]
        told_too = {"losses_yuan": told.losses_yuan, "payments": payments, "payout_ratio": ratio}
        return show.as_json({"terms": terms.title, "leader": terms.leader} | told_too | premiums(terms))
    click.echo(f"{terms.title}（{terms.begins} 起）：损失 {told.losses_yuan:,.2f} 元，赔付比例 {ratio * 100:.2f}%")
    rows = [[LAYERS[each.layer], each.payer, yuan(each.yuan)] for each in told.payments]
    show.table(["层次", "由谁承担", "金额（元）"], rows, right={2})
    if terms.leader:
        click.echo(f"首席共保人{terms.leader}出单、定损，先赔付共保体的 {yuan(told.of('pool'))} 元，再向其他共保人分摊")
    if premium_parts(terms):
        rows = [[name, yuan(part)] for name, part in premium_parts(terms).items()]
        show.table(["保费由谁出", "金额（元）"], rows, right={1})
    if terms.treaties and terms.premium_yuan:
        rows = [[t.reinsurer, yuan(ceded_premium(t, terms)), yuan(commission(t, terms))] for t in terms.treaties]
        show.table(["再保险人", "分出保费（元）", "手续费（元）"], rows, right={1, 2})


def premiums(terms: Terms) -> dict:
    return {
        "premiums": [{"payer": name, "yuan": part} for name, part in premium_parts(terms).items()],
        "ceded": [
            {"reinsurer": t.reinsurer, "premium_yuan": ceded_premium(t, terms), "commission_yuan": commission(t, terms)}
            for t in terms.treaties
        ],
        "kept_premium_yuan": kept_premium(terms),
    }


def yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def calls(found: list[Call], terms: Terms, cases: list[Loss], period: Period, as_json: bool) -> None:
    whole = sum(case.yuan for case in cases)
    if as_json:
        listed = [vars(each) | {"layer_zh": LAYERS[each.layer]} for each in found]
        return show.as_json({"terms": terms.title, "cases": len(cases), "cases_yuan": whole, "calls": listed})
    click.echo(f"{terms.title}：{period.label} {len(cases)} 例高额案例，合计 {whole:,.2f} 元，按一年的例数重抽")
    if len(cases) < FEW:
        click.echo(f"只有 {len(cases)} 例，范围说明不了多少")
    rows = [
        [LAYERS[c.layer], yuan(c.expected_yuan), span(c.expected_range), yuan(c.rare_yuan), span(c.rare_range)]
        for c in found
    ]
    heads = ["层次", "平均一年（元）", "抽样范围", "百年一遇（元）", "抽样范围"]
    show.table(heads, rows, right={1, 2, 3, 4})


def span(between: tuple[Decimal, Decimal]) -> str:
    return f"{between[0]:,.0f}—{between[1]:,.0f}"


def history(found: list[Version], stands: Version | None, as_json: bool) -> None:
    if as_json:
        told = [vars(each) | {"terms": told_of(each.terms), "in_force": each == stands} for each in found]
        return show.as_json(told)
    if not found:
        return click.echo("还没有存下条款")
    rows = [
        [each.number, each.at[:10], each.by, each.terms.title, each.terms.begins, state(each, stands), each.why]
        for each in found
    ]
    show.table(["号", "记于", "谁", "条款", "起始日", "状态", "原因"], rows, {0})


def state(version: Version, stands: Version | None) -> str:
    return "已撤回" if version.withdrawn else "现行" if version == stands else ""


def compared(found: list[tuple[str, str, str]], as_json: bool) -> None:
    if as_json:
        return show.as_json([{"what": what, "before": before, "now": now} for what, before, now in found])
    if not found:
        return click.echo("两个版本一样")
    show.table(["条款", "该版", "现行"], [[what, before or "—", now or "—"] for what, before, now in found])
