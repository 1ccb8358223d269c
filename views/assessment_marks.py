"""How far each institution is from its target: one strip for each indicator."""

import pipelines
from pipelines.assessment import MISSED, UNKNOWN, missed_by
from reports import charts
from reports.charts.style import GREY, INK, SOFT, WARN
from views import look, shared

SIDES = ((False, SOFT, "circle", 9), (True, WARN, "diamond", 11))
TICKS = list(range(-25, 26, 5))
TICK_WORDS = [f"{tick:+d}%".replace("-", "−") if tick else "0" for tick in TICKS]
HOVER = "%{customdata[1]}"
MOST = 25  # per cent: what lies further away stands at the edge


def show(found) -> str | None:
    """The chart; the code of the institution that was clicked."""
    known = [one for one in found.judged if one.state != UNKNOWN and one.beyond_percent is not None]
    if not known:
        look.empty("没有可画的", "这个期间的指标都没有数。")
        return None
    failing = {one.institution for one in known if one.state == MISSED}
    title = f"{len(failing)} 家至少一项在目标的不利一侧" if failing else "都在目标的有利一侧"
    note = "离目标多远，占目标的 %；竖线为目标，右侧为未达标（菱形）"
    return look.chart(
        strips(found, known), title, note, f"各机构离目标的距离；{title}；数值见各机构的表", "distance", click=True
    )


def strips(found, known: list) -> dict:
    missed = missed_by(found)
    order = sorted(missed, key=lambda kpi: -len(missed[kpi]))
    known_as = shared.county().names
    names = [pipelines.kpis()[kpi].name_zh for kpi in order]
    row_of = {kpi: place for place, kpi in enumerate(order)}
    traces = [
        charts.dots(
            [point(one, row_of, known_as) for one in known if (one.state == MISSED) is missed],
            colour,
            HOVER,
            size,
            symbol,
        )
        for missed, colour, symbol, size in SIDES
    ]
    for trace in traces:
        trace["marker"]["opacity"] = 0.75
    values = [edged(one) for one in known]
    axis = dict(range=[min(values) - 2, max(*values, 1) + 2], tickvals=TICKS, ticktext=TICK_WORDS)
    rows = dict(tickvals=list(range(len(order))), ticktext=names, range=[len(order) - 0.5, -0.9], showgrid=False)
    style = dict(tickfont=dict(size=13, color=INK), nticks=None)
    notes = [
        charts.label(0, -0.6, "目标", INK, "center", 12),
        *([charts.label(max(values), -0.6, "未达标 →", GREY, "right", 12)] if max(values) > 0 else []),
    ]
    shapes = [charts.rule(0, -0.45, 0, len(order) - 0.5, INK, 2)]
    return charts.figure(
        *traces, height=60 + 52 * len(order), x=axis, y=rows | style, notes=notes, shapes=shapes, right=12
    )


def point(one, row_of: dict, names: dict) -> tuple:
    unit = one.kpi.unit
    said = f"{look.with_unit(one.value, unit)}，目标 {look.with_unit(one.target.value, unit)}"
    name = look.plain(names.get(one.institution, one.institution))
    return edged(one), row_of[one.kpi.id], [one.institution, f"{name}<br>{said}"]


def edged(one) -> float:
    return min(max(float(one.beyond_percent), -MOST), MOST)
