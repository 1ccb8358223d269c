"""What the commands about institutions print."""

from dataclasses import asdict

import click

from pipelines.agreements import FINDINGS, STATES, Reconciliation
from pipelines.cli.show import as_json, table
from pipelines.contracts import zh
from pipelines.letters import Letter, paragraphs
from pipelines.profiles import Profile


def agreements(found: Reconciliation, json_wanted: bool) -> None:
    if json_wanted:
        return as_json(agreements_data(found))
    counts = f"在册 {found.managed} 家，协议有效 {found.signed} 家，差 {found.managed - found.signed} 家"
    click.echo(f"{found.period.label}：{counts}")
    apart = sorted(found.apart.items(), key=lambda item: (list(STATES).index(item[0][0]), -item[1]))
    table(["原因", "类别", "家数"], [[STATES[state], zh("kind", kind), count] for (state, kind), count in apart], {2})
    for text in found.unread:
        click.echo(text)
    click.echo()
    rows = [
        [FINDINGS[each.kind], each.institution, each.name, each.visits, each.fund_yuan, each.why]
        for each in found.findings
    ]
    table(["核对结果", "编码", "机构", "人次", "基金支付（元）", "依据"], rows, {3, 4})


def agreements_data(found: Reconciliation) -> dict:
    apart = [
        {"state": state, "kind": kind, "institutions": count} for (state, kind), count in sorted(found.apart.items())
    ]
    return {
        "period": found.period.label,
        "managed": found.managed,
        "signed": found.signed,
        "apart": apart,
        "findings": [asdict(each) for each in found.findings],
        "unread": list(found.unread),
    }


def institution(found: Profile, told: Letter | None, json_wanted: bool) -> None:
    if json_wanted:
        return as_json(institution_data(found) | {"letter": letter_data(told)})
    state = "不在县内名册" if found.state is None else STATES[found.state]
    click.echo(f"{found.institution} {found.name}：{found.like or '没有同类'}，同类 {found.peers} 家，{state}")
    for each in found.findings:
        click.echo(f"{FINDINGS[each.kind]}：{each.why}")
    rows = [
        [
            i.figure.kpi.name_zh,
            i.figure.value,
            i.figure.kpi.unit,
            i.figure.target,
            i.middle,
            i.figure.year_ago,
            excess(i),
        ]
        for i in found.indicators
    ]
    table(["指标", "本期", "单位", "目标", "同类中位数", "上年同期", "较同类多（元）"], rows, {1, 3, 4, 5, 6})
    for trend in found.trends:
        click.echo(f"{trend.figure.kpi.name_zh}：{limits_in_words(trend)}")


def excess(indicator):
    return None if indicator.excess is None else indicator.excess.yuan


def limits_in_words(trend) -> str:
    """界限 2,339.38—4,127.76 元，24 个月没有信号."""
    found = trend.limits
    if found is None or found.lower is None:
        return "月份太少，没有界限"
    beyond = [*(f"{month} 高于上限" for month in found.above), *(f"{month} 低于下限" for month in found.below)]
    runs = [f"{first} 至 {last} 连续{'高' if side > 0 else '低'}于均值" for first, last, side in found.runs]
    few = "（试行限）" if found.provisional else ""
    span = f"界限 {found.lower:,.2f}—{found.upper:,.2f} {trend.figure.kpi.unit}{few}"
    return f"{span}，{'；'.join([*beyond, *runs]) or f'{len(found.points)} 个月没有信号'}"


def institution_data(found: Profile) -> dict:
    return {
        "institution": found.institution,
        "name": found.name,
        "like": found.like,
        "peers": found.peers,
        "agreement": found.state,
        "indicators": [indicator_data(each) for each in found.indicators],
        "trends": [trend_data(each) for each in found.trends],
        "findings": [asdict(each) for each in found.findings],
    }


def indicator_data(found) -> dict:
    figure, more = found.figure, found.excess
    return {
        "kpi": figure.kpi.id,
        "name_zh": figure.kpi.name_zh,
        "unit": figure.kpi.unit,
        "value": figure.value,
        "target": figure.target,
        "year_ago": figure.year_ago,
        "peer_median": found.middle,
        "rank": found.rank,
        "side": found.side,
        "excess_yuan": more and more.yuan,
        "excess_low_yuan": more and more.low_yuan,
        "excess_high_yuan": more and more.high_yuan,
        "excess_fund_yuan": more and more.fund_yuan,
    }


def trend_data(found) -> dict:
    limits = found.limits
    told = {"kpi": found.figure.kpi.id, "months": dict(found.figure.months)}
    if limits is None:
        return told | {"mean": None}
    names = ("mean", "lower", "upper", "above", "below", "runs", "provisional")
    return told | {name: getattr(limits, name) for name in names}


def letter_data(told: Letter | None) -> dict | None:
    return None if told is None else asdict(told) | {"paragraphs": paragraphs(told)}


def letter_text(told: Letter) -> None:
    for heading, sentences in paragraphs(told):
        click.echo(heading)
        for sentence in sentences:
            click.echo(sentence)
        click.echo()
