"""风险分担: who pays what of each year of losses; what each layer is called on."""

from decimal import Decimal

import streamlit as st

from pipelines import WarehouseError, risk_sharing
from reports import shared_losses
from views import look

RARE = "百年一遇的一年"
LIMITS = (
    "共保体的年度限额连同比例分保。百年一遇按各层自己的第 99 百分位，各层不在同一年，不能相加。"
    "没有发生过的大病、成片的流感抽不出来。"
)


def seen(own) -> str:
    """What the own cases of a year are called; of fewer months where no more are loaded."""
    return f"近 {len(own.months.months)} 个月的案例"


def outcomes(scenarios: dict, terms) -> dict:
    """Name -> the year's losses through the layers; what can't be is told."""
    found = {}
    for name, losses in scenarios.items():
        try:
            found[name] = risk_sharing.share(losses, terms)
        except WarehouseError as problem:
            look.warning(f"{name}：{look.safe(problem)}")
    return found


def paid(found: dict, terms) -> None:
    """The chart and the table of who pays what."""
    look.section("谁付多少", f"按{look.safe(terms.title)}，{terms.begins} 起")
    last = list(found)[-1]
    told = "；".join(f"{name}损失 {shared_losses.wan(each.losses_yuan)} 万元" for name, each in found.items())
    note = f"万元；{shared_losses.key(found)}"
    look.chart(shared_losses.chart(found), shared_losses.heaviest(last, found[last]), note, told)
    heads = ("层次", "由谁承担", *(f"{name}（元）" for name in found))
    rows = [
        (layer, look.safe(payer), *(f"{yuan:,.2f}" for yuan in amounts))
        for layer, payer, *amounts in shared_losses.rows(found)
    ]
    look.markdown(look.grid(heads, "ll" + "r" * len(found), rows))
    for words in remarks(found, terms):
        look.caption(words)


def remarks(found: dict, terms) -> list[str]:
    """The lead insurer's part, and where payouts are called back."""
    told = []
    if terms.leader:
        firsts = "；".join(f"{name} {shared_losses.wan(each.of('pool'))} 万元" for name, each in found.items())
        leader = look.safe(terms.leader)
        told.append(
            f"首席共保人{leader}出单、定损，先统一赔付共保体承担的部分（{firsts}），再向其他共保人收回各自的份额。"
        )
    for name, each in found.items():
        if each.payout_ratio != 1:
            ratio = look.number(shared_losses.ratio(each))
            told.append(f"{name}：各层都已用尽，按应赔额的 {ratio}% 赔付（赔付回调）。")
    return told


HEADS = ("层次", "平均一年（万元）", "抽样范围", "百年一遇（万元）", "抽样范围", "用到的年份（%）", "年度限额（万元）")


def calls(own, terms) -> None:
    """What each layer is called on, and at which loss it is spent."""
    look.section("各层要承担多少", f"由{own.months.label} {len(own.cases):,} 例抽出一千个年份；范围为九成")
    rows = [
        (
            layer,
            shared_losses.wan(mean),
            means,
            shared_losses.wan(rare),
            rares,
            look.number(years, 1),
            "—" if limit is None else shared_losses.wan(limit),
        )
        for layer, mean, means, rare, rares, years, limit in shared_losses.call_rows(own.calls, terms)
    ]
    look.markdown(look.grid(HEADS, "lrrrrrr", rows))
    few = f"只有 {len(own.cases)} 例，范围说明不了多少。" if len(own.cases) < risk_sharing.FEW else ""
    look.caption(few + scaled(own) + LIMITS)


def scaled(own) -> str:
    """Where fewer than twelve months tell of a year."""
    months = len(own.months.months)
    return "" if months == 12 else f"只装入了 {months} 个月，一年的例数由此折算；案例还不是一整年的，会偏小。"


def spent(terms) -> None:
    """The loss at which each layer is used up."""
    look.section("损失到多少，各层用尽", "一年里应赔额（扣除免赔额和险位超赔以后）的累计")
    rows = [
        (risk_sharing.LAYERS[layer], look.safe(payer), f"{yuan:,.2f}")
        for layer, payer, yuan in risk_sharing.spent_at(terms)
    ]
    after = "再往上，人人按同一比例赔付（赔付回调）。" if terms.called_back else "再往上，由财政兜底。"
    look.markdown(look.grid(("层次", "由谁承担", "用尽于（元）"), "llr", rows))
    look.caption(after)


def table(found: dict) -> dict[str, list]:
    """Who pays what, for a file."""
    heads = ("层次", "由谁承担", *(f"{name}（元）" for name in found))
    rows = shared_losses.rows(found) if found else []
    return {head: [row[place] for row in rows] for place, head in enumerate(heads)}


def call_table(own, terms) -> dict[str, list]:
    """What each layer is called on, in yuan, for a file."""
    heads = (
        "层次",
        "平均一年（元）",
        "平均低（元）",
        "平均高（元）",
        "百年一遇（元）",
        "百年一遇低（元）",
        "百年一遇高（元）",
    )
    rows = [
        (risk_sharing.LAYERS[c.layer], c.expected_yuan, *c.expected_range, c.rare_yuan, *c.rare_range)
        for c in (own.calls if own else ())
    ]
    return {head: [row[place] for row in rows] for place, head in enumerate(heads)}


def seats() -> None:
    """A lump sum against a sum for every seat."""
    with st.expander("按车投保与按座投保，各得多少"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            persons = st.number_input("车上几人", 1, 60, 2, key="persons", width=120)
            seat = st.number_input("每座保额（元）", 0, 10_000_000, 10_000, 1_000, key="seat", width=180)
        by_lump = risk_sharing.of_each_by_lump_sum(Decimal(persons * seat), persons)
        rows = [
            ("按座", f"{seat:,.2f}", f"每座 {seat:,} 元"),
            ("按车", f"{by_lump:,.2f}", f"总保额 {persons * seat:,} 元；一人 40%，两人各 35%，三人及以上各 30%"),
        ]
        st.markdown(look.grid(("办法", "每人保额（元）", "怎样算"), "lrl", rows))
