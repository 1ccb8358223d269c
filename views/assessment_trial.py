"""试算: other thresholds, points and yuan per point, and who would fail then; nothing is written."""

from decimal import Decimal

import streamlit as st

import pipelines
from pipelines import assessment
from pipelines.assessment import MISSED, Change
from pipelines.peers import FEWEST_CASES
from views import look, shared

WIDTHS = [5, 4, 4, 4, 4, 4]
FIELDS = ("step", "points", "most", "yuan")
HEADS = ("指标", "目标放宽（负数收紧）", "每档幅度", "每档扣分", "最多扣分", "每分金额（元）")
LISTED = 10


def show(found, chances: list) -> None:
    """chances: the lines judged on few cases, each with the chance that an ordinary institution would miss."""
    look.section("换一套办法试算", "只试算，不写入；改一格，下面就是新结果。放宽：比例按百分点，其他按目标的 %")
    missed = assessment.missed_by(found)
    kpis = sorted(missed, key=lambda kpi: -len(missed[kpi]))
    changes = inputs(found, kpis)
    look.on_paper("\n".join(f"- {terms(kpi, change)}" for kpi, change in changes.items()), "body")
    after = assessment.simulate(found, changes) if changes else found
    left, right = st.columns([8, 11], gap="medium")
    with left, st.container(gap=None):
        compare(found, after)
        fairness(after, chances)
    with right, st.container(gap=None):
        who_moves(assessment.moved(found, after), bool(changes))


def inputs(found, kpis: list[str]) -> dict[str, Change]:
    """{indicator: what the reader changed}; what is left as it is counts for each institution as it has it."""
    with st.container(gap="xxsmall", key="trial"):
        for place, head in zip(st.columns(WIDTHS), HEADS, strict=True):
            place.caption(head)
        changes = {kpi: line(kpi, [one.target.terms for one in found.judged if one.kpi.id == kpi]) for kpi in kpis}
    changes = {kpi: change for kpi, change in changes.items() if not change.nothing}
    st.button(
        "恢复现行办法", on_click=forget, args=(kpis,), disabled=not changes, type="tertiary", icon=":material/undo:"
    )
    return changes


def terms(kpi: str, change: Change) -> str:
    """What is tried out for an indicator, as 平均床日费用：目标放宽 5，每档扣分 2."""
    told = {"目标放宽": change.looser or None} | dict(
        zip(HEADS[2:], (getattr(change, field) for field in FIELDS), strict=True)
    )
    said = "，".join(f"{head} {value:.10g}" for head, value in told.items() if value is not None)
    return look.safe(f"{pipelines.kpis()[kpi].name_zh}：{said}")


def forget(kpis: list[str]) -> None:
    for key in (f"trial-{kpi}-{field}" for kpi in kpis for field in ("looser", *FIELDS)):
        st.session_state.pop(key, None)


def line(kpi: str, terms: list) -> Change:
    """The five cells of an indicator."""
    name, looser, *rest = st.columns(WIDTHS, vertical_alignment="center")
    known = pipelines.kpis()[kpi]
    name.markdown(f"{known.name_zh}（{known.unit}）")
    moved = cell(looser, f"{known.name_zh} 目标放宽", f"trial-{kpi}-looser", Decimal(0), None)
    told = {}
    for place, field, head in zip(rest, FIELDS, HEADS[2:], strict=True):
        now = common([getattr(each, field) for each in terms])
        value = cell(place, f"{known.name_zh} {head}", f"trial-{kpi}-{field}", now, 0.0)
        told[field] = None if value is None or value == now else value
    if told["step"] == 0:
        told["step"] = None
    return Change(looser=moved or Decimal(0), **told)


def common(values: list) -> Decimal | None:
    """The one value that all have; None where they differ, or have none."""
    return values[0] if len(set(values)) == 1 else None


def cell(place, label: str, key: str, now: Decimal | None, least: float | None) -> Decimal | None:
    value = place.number_input(
        label,
        value=None if now is None else float(now),
        min_value=least,
        step=1.0,
        format="%.10g",
        key=key,
        placeholder="各家不同",
        label_visibility="collapsed",
    )
    return None if value is None else Decimal(str(round(value, 4)))


def compare(before, after) -> None:
    more, less = (set(after.failing) - set(before.failing)), (set(before.failing) - set(after.failing))
    title = (
        f"未达标增加 {len(more)} 家、减少 {len(less)} 家" if more or less else f"未达标还是 {len(before.failing)} 家"
    )
    look.subheader(title)
    look.caption(before.period.label)
    rows = [cells("现行", before), cells("试算", after)]
    gap = (len(after.failing) - len(before.failing), after.points - before.points, after.yuan - before.yuan)
    rows.append(("相差", look.signed(gap[0], 0), look.signed(gap[1].normalize(), places(gap[1])), look.signed(gap[2])))
    look.markdown(look.grid(("办法", "未达标（家）", "扣分", "应扣（元）"), "lrrr", rows))


def cells(name: str, found) -> tuple[str, ...]:
    return (
        name,
        f"**{len(found.failing)}**",
        look.number(found.points, places(found.points)),
        f"**{look.number(found.yuan)}**",
    )


def places(value: Decimal) -> int:
    """Decimals that a number of points needs."""
    return max(0, -value.normalize().as_tuple().exponent)


def who_moves(moved: list, tried: bool) -> None:
    look.subheader(f"{len(moved)} 家有变化" if moved else "没有机构有变化")
    few = f"，变化最大的 {LISTED} 家" if len(moved) > LISTED else ""
    look.caption(f"元{few}" if tried else "还没有改办法")
    if moved:
        heads = ("机构", "现行", "试算", "现行应扣", "试算应扣", "相差")
        look.markdown(look.grid(heads, "lllrrr", map(moved_cells, moved[:LISTED])))
        file = look.File.of(f"考核试算变化 {shared.period().label}", moved_table(moved))
        look.downloads({f"全部 {len(moved)} 家": (f"{file.name}.csv", file.csv)})


def moved_cells(one) -> tuple[str, ...]:
    name = look.safe(shared.named("institution", one.institution))
    yuan = (look.number(one.yuan_before), look.number(one.yuan_after), look.signed(one.yuan_after - one.yuan_before))
    return name, passed(one.failed), passed(one.fails), *yuan


def passed(fails: bool) -> str:
    return ":orange-badge[未达标]" if fails else ":gray[达标]"


def moved_table(moved: list) -> dict[str, list]:
    return {
        "机构": [shared.named("institution", one.institution) for one in moved],
        "编码": [one.institution for one in moved],
        "现行": ["未达标" if one.failed else "达标" for one in moved],
        "试算": ["未达标" if one.fails else "达标" for one in moved],
        "现行应扣（元）": [one.yuan_before for one in moved],
        "试算应扣（元）": [one.yuan_after for one in moved],
    }


def fairness(after, chances: list) -> None:
    """Which of the missed lines rest on so few cases that chance may have decided."""
    likely = {(one.judged.institution, one.judged.kpi.id): one.missing for one in chances}
    few = [one for one in assessment.few_cases(after) if one.state == MISSED]
    if not few:
        look.caption(f"公平性：未达标的都不少于 {FEWEST_CASES} 例，不是因为例数太少。")
        return
    look.caption(f"公平性：{len(few)} 项未达标的例数少于 {FEWEST_CASES}，偶然就可能不达标，扣减前应看明细。")
    heads = ("机构", "指标", "例数", "同类普通机构也会不达标的可能")
    rows = (few_cells(one, likely.get((one.institution, one.kpi.id))) for one in few[:LISTED])
    look.markdown(look.grid(heads, "llrr", rows))


def few_cells(one, chance: float | None) -> tuple[str, ...]:
    told = "同类太少，估不出" if chance is None else f"{100 * chance:.0f}%"
    return look.safe(shared.named("institution", one.institution)), one.kpi.name_zh, f"{one.cases:,.0f}", told
