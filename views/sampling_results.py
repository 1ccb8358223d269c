"""The results of a plan on screen: entered, and what they say of the files that nobody read."""

from decimal import Decimal

import streamlit as st

from pipelines import sampling
from views import inbox, look, noting, shared, who
from views.place import warehouse

SHOWN = ("抽取", "结算编号", "机构名称", "结算日期", "病种", "基金支付（元）", "为何选")
TYPED = ("结果", "应扣基金（元）", "说明")
LISTS = {"open": "未查", "done": "已查", "all": "全部"}


def answer(plan, said) -> str:
    """How far the reading has come, and the finding once there is one."""
    arm = said.random
    if said.rate is None:
        read = (
            f"随机臂 **{arm.files:,} 份**已查 **{arm.done:,} 份**，风险臂 {said.risk.files} 份已查 {said.risk.done} 份"
        )
        wait = "随机臂全部查完才推断总体" if arm.done < arm.files else look.safe(said.why_not)
        return f"{read}；查实应扣 **{look.number(said.confirmed)} 元**。{wait}。"
    low, high = percent(said.rate.low), percent(said.rate.high)
    money = ""
    if said.money:
        least = f"；总体里不该付的不低于 **{look.number(said.money.lower)} 元**"
        money = f"{least}，可主张 **{look.number(said.claim)} 元**（查实 {look.number(said.confirmed)} 元）"
    return (
        f"随机臂 {arm.files:,} 份中 {arm.problems:,} 份有问题，问题率 **{percent(said.rate.value)}**；"
        f"总体 {plan.frame.files:,} 份的问题率在 **{low}—{high}** 之间（置信度 {plan.draft.confidence}%）{money}。"
    )


def percent(value) -> str:
    return f"{look.number(100 * value)}%"


def estimate(plan, said) -> None:
    look.section("查出什么，能推断什么", "推断只用随机臂；主张下限，不主张估计值；不超过方案定下的上限")
    left, right = st.columns([10, 10], gap="medium")
    with left, st.container(gap=None):
        look.subheader("查到哪里")
        look.caption("份；一份病历可同时在两臂")
        heads = ("", "抽取", "已查", "有问题", "未取得", "查实应扣（元）")
        rows = [arm_cells("随机臂", said.random), arm_cells("风险臂", said.risk)]
        look.markdown(look.grid(heads, "lrrrrr", rows))
        if said.said_of_risk:
            look.caption(look.safe(said.said_of_risk))
    with right, st.container(gap=None):
        look.subheader("推断到总体")
        if said.rate is None:
            look.caption("还不能推断")
            look.markdown(f"{look.safe(said.why_not)}。")
            return
        look.caption(f"{said.rate.method}；金额为 95% 单侧下限（t 分布，有限总体校正）")
        look.markdown(look.grid(("总体", "数值", "怎样来的"), "lrl", inferred(plan, said)))


def arm_cells(words: str, arm) -> tuple[str, ...]:
    counts = (f"{n:,}" for n in (arm.files, arm.done, arm.problems, arm.missing))
    return words, *counts, look.number(arm.yuan)


def inferred(plan, said) -> list[tuple[str, ...]]:
    """The rows of what may be said of the whole; missing files count against nobody in the lower limits."""
    low, high = f"{said.rate.low_files:,}", f"{said.rate.high_files:,}"
    rows = [
        ("问题率", f"**{percent(said.rate.value)}**", "查到的随机病历，按层加权"),
        ("问题病历", f"{low}—{high} 份", f"{plan.draft.confidence}% 区间；未取得的下限按无问题、上限按有问题"),
    ]
    if said.money is None:
        return [*rows, ("金额", "—", look.safe(said.why_not))]
    money = said.money
    return [
        *rows,
        ("查实应扣", look.number(money.confirmed), "两臂查到的病历，元"),
        ("估计总额", look.number(money.estimate), "只供了解，不作主张"),
        ("单侧下限", look.number(money.lower), "总额有 95% 的把握不低于此数"),
        ("外推上限", look.number(money.cap), f"总体基金支付的 {plan.draft.cap}%"),
        ("可主张", f"**{look.number(said.claim)}**", claim_words(plan, said)),
    ]


def claim_words(plan, said) -> str:
    """Which of the numbers the claim is, and why."""
    if len(plan.draft.scope.institutions) != 1:
        return "总体不止一家机构，推断的钱分不到某一家，只按查实的"
    money = said.money
    decided = "方案定的上限" if money.capped else "下限"
    decided = "已查实的" if money.claim == money.confirmed else decided
    return f"取{decided}；能否据此追回，看服务协议怎样约定"


def entry(plan, heads, rows, found: dict) -> None:
    look.section("记结果", "填好一批就记一次；也可下载清单填好传回；改过的以最后一次为准，每次都留痕")
    if plan.withdrawn:
        look.empty("方案已作废", f"{look.safe(plan.withdrawn)}；不再记结果。")
        return
    place = heads.index("结算编号")
    if not who.acts("sampling"):
        return
    groups = {
        "open": [row for row in rows if row[place] not in found],
        "done": [row for row in rows if row[place] in found],
        "all": rows,
    }
    names = {code: f"{words} {len(groups[code])}" for code, words in LISTS.items()}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = look.pick("名单", names, "r", widget=st.segmented_control, required=True, label_visibility="collapsed")
        uploading(plan)
    kept = groups[chosen]
    if not kept:
        look.empty("名单里没有病历", "换一个名单。")
        return
    typing(plan, heads, kept, found, chosen)


def typing(plan, heads, kept: list, found: dict, chosen: str) -> None:
    """The worklist as an editor; what was typed goes into the journal by the button."""
    places = [heads.index(head) for head in SHOWN]
    ids = [row[heads.index("结算编号")] for row in kept]
    now = [typed(found.get(id)) for id in ids]
    columns = {head: look.plain_numbers([row[at] for row in kept]) for head, at in zip(SHOWN, places, strict=True)}
    columns |= {head: [each[n] for each in now] for n, head in enumerate(TYPED)}
    columns["应扣基金（元）"] = [float(each[1]) if each[1] else None for each in now]
    key = f"results-{plan.id}-{chosen}-{len(found)}-{sum(1 for each in now if each[0])}"
    edited = look.editor(
        columns,
        CONFIG,
        12,
        "病历清单",
        disabled=list(SHOWN),
        num_rows="fixed",
        placeholder="",
        key=key,
    )
    changed = changes(ids, now, edited)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = f"记入 {len(changed)} 份结果" if changed else "记入结果"
        if st.button(words, type="primary", disabled=not changed, key="enter"):
            keep(plan, changed)
        st.caption("结果必选；有问题的填应扣的基金（元），没有金额的留空。")


CONFIG = {
    "结果": st.column_config.SelectboxColumn(options=list(sampling.OUTCOMES.values()), width=110),
    "应扣基金（元）": st.column_config.NumberColumn(format="%,.2f", min_value=0, step=0.01, width=120),
    "基金支付（元）": st.column_config.NumberColumn(format="%,.2f"),
    "结算日期": st.column_config.DateColumn(format="YYYY-MM-DD"),
    "说明": st.column_config.TextColumn(width=220, max_chars=200),
}


def typed(result) -> tuple[str, str, str]:
    """A result as it is typed: outcome, yuan, note; empty without one."""
    if result is None:
        return "", "", ""
    return sampling.OUTCOMES[result.outcome], f"{result.yuan:.2f}" if result.yuan else "", result.note


def changes(ids: list[str], before: list[tuple], edited: dict) -> dict[str, tuple[str, str, str]]:
    """{file: what is typed now} of the rows that differ from before."""
    after = zip(*(edited[head] for head in TYPED), strict=True)
    told = [(outcome or "", money_text(yuan), (note or "").strip()) for outcome, yuan, note in after]
    return {id: new for id, old, new in zip(ids, before, told, strict=True) if new != old}


def money_text(value) -> str:
    """A number of the editor as text; NaN and 0 are an empty cell."""
    return f"{Decimal(str(value)):.2f}" if value is not None and value == value and value else ""


def keep(plan, changed: dict) -> None:
    noting.act(
        lambda by: sampling.enter(warehouse(), shared.county(), plan.id, changed, by), f"已记入 {len(changed)} 份结果"
    )


def uploading(plan) -> None:
    with st.popover("传回填好的清单", icon=":material/upload:", type="tertiary"):
        file = st.file_uploader("填好的病历清单", key=f"list-{plan.id}", label_visibility="collapsed")
        if file is None:
            st.caption("下载的病历清单填好“结果”“应扣基金（元）”“说明”三列，xlsx 或 CSV 都行。")
            return
        if st.button("记入清单里的结果", type="primary", key="take"):
            noting.act(lambda by: take(plan, file, by), "清单里的结果已记入")


def take(plan, file, by: str) -> None:
    """The filled-in rows of a dropped worklist; the file itself is not kept."""
    path, why = inbox.received(file.name, file.getvalue)
    if path is None:
        raise sampling.ResultError(why)
    try:
        sampling.enter(warehouse(), shared.county(), plan.id, sampling.read_worklist(path), by)
    finally:
        inbox.remove(inbox.token_of(path) or "")
