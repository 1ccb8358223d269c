"""The line chart of pilots against those comparable to them, month by month."""

from collections.abc import Sequence

from reports import charts
from reports.charts.style import ACCENT, GREY, PAST


def two_lines(
    months: Sequence[str], pilot: Sequence, other: Sequence, unit: str, digits: int, shapes: Sequence[dict] = ()
) -> dict:
    """Both groups' values of these months, None where there is none; shapes: what is drawn behind them."""
    groups = [charts.floats(list(each)) for each in (pilot, other)]
    hover = f"%{{y:,.{digits}f}} {unit}"
    marks = [
        charts.line(months, groups[1], PAST, 2, "非试点 " + hover),
        charts.line(months, groups[0], ACCENT, 3, "试点 " + hover),
    ]
    ends = [end(months, *each) for each in zip(groups, ("<b>试点</b>", "非试点"), (ACCENT, GREY), strict=True)]
    at = [month for month in months if month[5:] in ("01", "07")]
    axis = dict(type="category", tickangle=0, tickvals=at, range=[-0.5, len(months) - 0.5])
    axis["ticktext"] = [f"{month[:4]}年{int(month[5:])}月" for month in at]
    scale = dict(tickformat=charts.tick_format([*groups[0], *groups[1]]))
    more = {"shapes": list(shapes)} if shapes else {}
    notes = [note for note in ends if note]
    return charts.figure(*marks, height=220, x=axis, y=scale, notes=notes, right=64, hovermode="x unified", **more)


def end(months: Sequence[str], values: list, name: str, colour: str) -> dict | None:
    last = charts.last_known(values)
    return None if last is None else charts.label(months[last], values[last], name, colour)
