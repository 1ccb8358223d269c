"""What is not known yet as bands: what has been as a line, what may come as areas of 80 % and 95 % about a middle."""

from collections.abc import Sequence

from reports.charts.house import dots, figure, label, line, rule, tick_format
from reports.charts.style import ACCENT, GREY, INK, LINE, SOFT, WASH

Bounds = tuple[float, float, float, float, float]  # the lower of 95 % and of 80 %, the middle, the upper ones


def fan(
    past: Sequence[tuple[str, float]],
    ahead: Sequence[tuple[str, Bounds]],
    unit: str,
    height: int = 300,
    zero: bool = False,
) -> dict:
    """past: (month, value); ahead: (month, bounds); the bands begin at the last of the past. zero: so does the axis."""
    months = [month for month, _ in (*past, *ahead)]
    start = [(past[-1][0], (past[-1][1],) * 5)] if past else []
    coming = [*start, *ahead]
    hover = f"%{{x}} %{{y:,.0f}} {unit}"
    marks = [
        area(coming, 0, 4, WASH),
        area(coming, 1, 3, LINE),
        line([m for m, _ in past], [value for _, value in past], INK, 3, hover),
        line([m for m, _ in coming], [bounds[2] for _, bounds in coming], ACCENT, 2, "中间值 " + hover, "dash"),
    ]
    least = min(bounds[0] for _, bounds in ahead)
    shapes = [rule(0, 0, 1, 0, INK, 1, xref="paper")] if least < 0 else []
    at = [place for place in range(len(months)) if months[place][5:] in ("01", "07")] or [0]
    words = [f"{months[place][:4]}年{int(months[place][5:])}月" for place in at]
    order = dict(categoryorder="array", categoryarray=months, range=[-0.5, len(months) - 0.5])
    ticks = order | dict(type="category", tickangle=0, tickvals=[months[place] for place in at], ticktext=words)
    values = [value for _, bounds in ahead for value in bounds]
    more = dict(
        height=height,
        x=ticks,
        y=dict(tickformat=tick_format(values), rangemode="tozero" if zero else "normal"),
        shapes=shapes,
        right=70,
    )
    return figure(*marks, notes=ends(ahead, max(values) - (min(0.0, *values) if zero else min(values))), **more)


def area(points: Sequence[tuple[str, Bounds]], low: int, high: int, colour: str) -> dict:
    """The outline there and back of what lies between two of the bounds, filled."""
    x = [month for month, _ in points]
    y = [bounds[high] for _, bounds in points] + [bounds[low] for _, bounds in reversed(points)]
    return dict(
        type="scatter",
        mode="lines",
        x=x + x[::-1],
        y=y,
        fill="toself",
        fillcolor=colour,
        line=dict(color=colour, width=0),
        hoverinfo="skip",
    )


def ends(ahead: Sequence[tuple[str, Bounds]], span: float) -> list[dict]:
    """The bands by their names, at the last month, where the span of the axis leaves room for them."""
    month, bounds = ahead[-1]
    notes = [label(month, bounds[2], "<b>中间值</b>", ACCENT)]
    taken = [bounds[2]]
    for place, name in ((3, "80%"), (1, "80%"), (4, "95%"), (0, "95%")):
        if all(abs(bounds[place] - other) > 0.09 * span for other in taken):
            notes.append(label(month, bounds[place], name, GREY, size=12))
            taken.append(bounds[place])
    return notes


def ranges(rows: Sequence[tuple[str, Bounds]], unit: str) -> dict:
    """rows: (name, bounds). A thin line for 95 %, a thick one for 80 %, a dot for the middle; the first row on top."""
    hover = f"%{{y}} %{{x:,.0f}} {unit}"
    marks = []
    for place, (name, bounds) in enumerate(rows):
        tone = ACCENT if place == 0 else SOFT
        marks.append(stretch(name, bounds[0], bounds[4], LINE, 4, hover))
        marks.append(stretch(name, bounds[1], bounds[3], tone, 9, hover))
        marks.append(dots([(bounds[2], name, "")], INK, hover, 10))
    order = dict(type="category", showgrid=False, categoryorder="array", categoryarray=[name for name, _ in rows])
    axis = order | dict(range=[len(rows) - 0.5, -0.5], tickfont=dict(color=INK))
    values = [value for _, bounds in rows for value in bounds]
    shapes = [rule(0, -0.5, 0, len(rows) - 0.5, INK, 1, "dot")] if min(values) < 0 < max(values) else []
    x = dict(tickformat=tick_format(values), nticks=6, showgrid=True)
    return figure(*marks, height=60 + 44 * len(rows), x=x, y=axis, shapes=shapes, right=20)


def stretch(name: str, low: float, high: float, colour: str, width: float, hover: str) -> dict:
    told = dict(hovertemplate=hover + "<extra></extra>", line=dict(color=colour, width=width))
    return dict(type="scatter", mode="lines", x=[low, high], y=[name, name]) | told
