"""The small picture in a KPI card, as SVG text for st.image."""

from reports.charts.style import ACCENT, INK, PAST, WARN, WASH

WIDTH, HEIGHT = 240, 62


def spark(now, last, value=None, target=None, more_is_better: bool = True) -> str:
    """Last year grey, this year to its last month; below it where we are against where we should be.

    now, last: twelve values or None. value, target: drawn as a bullet when both are given.
    """
    known = [v for v in (*now, *last) if v is not None]
    foot = HEIGHT - 6 if target is None else 40
    low, high = (min(known), max(known)) if known else (0, 1)
    marks = [stroke(last, low, high, foot, PAST, 1.4), stroke(now, low, high, foot, ACCENT, 2)]
    marks.append(end_dot(now, low, high, foot))
    bar = "" if target is None else bullet(value, target, more_is_better)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none" stroke-linejoin="round">'
        f"{''.join(marks)}{bar}</svg>"
    )


def place(month: int, value, low, high, foot: float) -> tuple[float, float]:
    span = float(high - low) or 1.0
    return 1 + (WIDTH - 5) * month / 11, foot - (foot - 10) * float(value - low) / span


def stroke(values, low, high, foot: float, colour: str, width: float) -> str:
    """One polyline per run of known months: a missing month is a gap, not a zero."""
    lines, run = [], []
    for month, value in enumerate([*values, None]):
        if value is not None:
            run.append("{:.1f},{:.1f}".format(*place(month, value, low, high, foot)))
        elif run:
            lines.append(f'<polyline points="{" ".join(run)}" stroke="{colour}" stroke-width="{width}"/>')
            run = []
    return "".join(lines)


def end_dot(values, low, high, foot: float) -> str:
    months = [month for month, value in enumerate(values) if value is not None]
    if not months:
        return ""
    x, y = place(months[-1], values[months[-1]], low, high, foot)
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{ACCENT}"/>'


def bullet(value: float, target: float, more_is_better: bool) -> str:
    """Few's bullet graph: a bar for the value, a tick for time or target, orange only on the wrong side of it."""
    whole = 100 if max(value, target) <= 100 and target > 20 else 1.15 * max(value, target)
    wrong = value != target and (value < target) == more_is_better
    tick = min(WIDTH * target / whole - 1, WIDTH - 2)
    return (
        f'<rect y="51" width="{WIDTH}" height="6" fill="{WASH}"/>'
        f'<rect y="51" width="{max(WIDTH * value / whole, 0):.1f}" height="6" fill="{WARN if wrong else ACCENT}"/>'
        f'<rect x="{tick:.1f}" y="48" width="2" height="12" fill="{INK}"/>'
    )
