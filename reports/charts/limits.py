"""Limits of townships: how much of each is used against time, and the course of all of them over the year."""

from reports.charts import house
from reports.charts.house import MONTHS, label, line, rule
from reports.charts.style import ACCENT, GREY, INK, PAST

ROW = 24  # pixels
MARGIN = 132  # for the numbers at the ends of the lines


def townships(rows, time_share) -> dict:
    """rows: (name, % used, when it runs out, whether by every reading). Bars against the share of the year passed."""
    return house.progress(rows, float(time_share), "时间", height=40 + ROW * len(rows))


def course(used, courses: dict[str, list], limit) -> dict:
    """What was used by the end of each month, what each reading expects, and the limit; all in one unit.

    used: the months so far; courses: reading -> all twelve months, {} where nothing is expected.
    """
    passed = len(used)
    marks = [ahead(path, passed, name) for name, path in courses.items()]
    marks.append(line(MONTHS[:passed], used, ACCENT, 3, "已用 %{y:,.2f} 万元"))
    notes = [label(0, float(limit), f"<b>限额 {limit:,.2f}</b>", INK, "left", 12, xref="paper", yshift=11)]
    if used and passed < 12:
        notes.append(
            label(MONTHS[passed - 1], float(used[-1]), f"<b>已用 {used[-1]:,.2f}</b>", ACCENT, "center", yshift=16)
        )
    if courses and passed < 12:
        notes += ends({name: float(path[-1]) for name, path in courses.items()})
    shapes = [rule(0, float(limit), 1, float(limit), dash="dot", xref="paper")]
    axis = house.months_axis(MONTHS) | dict(categoryorder="array", categoryarray=MONTHS)
    more = dict(height=330, notes=notes, shapes=shapes, right=MARGIN, hovermode="x unified")
    return house.figure(
        *marks,
        x=axis,
        y=dict(rangemode="tozero", tickformat=house.tick_format([0.0, *map(float, used), float(limit)])),
        **more,
    )


def ahead(path, passed: int, name: str) -> dict:
    """A reading from the last month that is known."""
    return line(MONTHS[passed - 1 :], path[passed - 1 :], PAST, 2, f"{name} %{{y:,.2f}} 万元", "dash")


def ends(last: dict[str, float]) -> list[dict]:
    """The highest and the lowest reading, named where the year ends."""
    ordered = sorted(last, key=last.get)
    picked = dict.fromkeys((ordered[0], ordered[-1]))
    sides = (-11, 0) if len(picked) > 1 else (0,)
    return [
        label(MONTHS[-1], last[name], f"{name} {last[name]:,.2f}", GREY, "left", 12, yshift=side)
        for name, side in zip(picked, sides, strict=True)
    ]
