"""Charts that set institutions against their peers."""

from math import log10
from typing import NamedTuple

from reports.charts.house import CATEGORIES, dots, figure, label, line, rule
from reports.charts.style import ACCENT, GREY, INK, PAST, SOFT, WARN, WARN_TEXT
from reports.words import number, plain

KINDS = ((0, SOFT, "circle", 9), (-1, ACCENT, "circle", 9), (1, WARN, "diamond", 11))

NARROW = 600  # pixels of a plot between its margins, at the least
MARK, LINE_HIGH = 7, 17  # pixels from the middle of a mark to its name; of a line of text
BESIDE = [("left", 0), ("right", 0)]  # where a name may begin or end, and how far up it stands
BESIDE += [(where, far) for far in (13, -13) for where in ("left", "right")] + [("center", 17), ("center", -17)]
MARGIN = 0.86  # the share of the width that the plot takes, values stand in the rest


class Strip(NamedTuple):
    """An indicator of one institution, everything in percent of the peer median; text: the value, written."""

    name: str
    own: float
    target: float | None
    peers: list[float]
    text: str
    fails: bool


def marks(points, place, hover: str) -> list[dict]:
    """place(point) -> (x, y, text). The high ones are orange diamonds: shape says it without colour too."""
    return [
        dots([coded(p, place) for p in points if p.side == side], colour, hover, size, symbol)
        for side, colour, symbol, size in KINDS
    ]


def coded(point, place) -> tuple:
    x, y, text = place(point)
    return x, y, [point.code, text]


def ranking(groups, digits: int, unit: str) -> dict:
    """groups: (kind, median, peers). A stalk from the median to each institution, its value in the margin."""
    rows, values = [], []
    for kind, middle, peers in groups:
        rows.append((f"<b>{plain(kind)}</b>", None))
        values.append((f"中位数 {number(middle, digits)}", GREY))
        for p in sorted(peers, key=lambda p: -p.off):
            rows.append((plain(p.name), p))
            values.append(value_text(p, digits))
    return ranked(rows, values, digits, unit)


def value_text(p, digits: int) -> tuple[str, str]:
    """The value and its colour; bold where it is out of line."""
    text = number(p.value, digits)
    return (f"<b>{text}</b>", WARN_TEXT) if p.side > 0 else (text, INK)


def ranked(rows, values, digits: int, unit: str) -> dict:
    """Few traces instead of many shapes and notes: each of those costs the page half a millisecond."""
    placed = [(i, p) for i, (_, p) in enumerate(rows) if p]
    row_of = {id(p): i for i, p in placed}
    hover = f"%{{customdata[1]}} {unit}，较同类中位数 %{{x:+.1f}}%"
    drawn = marks([p for _, p in placed], lambda p: (p.off, row_of[id(p)], hover_text(p, digits)), hover)
    stalks = [stalk_trace([row for row in placed if (row[1].side > 0) is high], high) for high in (False, True)]
    offs = [p.off for _, p in placed]
    axis = signed_axis(min(offs, default=0), max(offs, default=0)) | dict(domain=[0, MARGIN])
    more = dict(
        shapes=[rule(0, 0.5, 0, len(rows) - 0.5, PAST)],
        xaxis2=dict(domain=[MARGIN, 1], range=[0, 1], visible=False, fixedrange=True),
        right=8,
    )
    return figure(*stalks, *drawn, margin_trace(values), height=44 + 17 * len(rows), x=axis, y=rows_axis(rows), **more)


def hover_text(p, digits: int) -> str:
    return f"{plain(p.name)}：{number(p.value, digits)}"


def stalk_trace(placed, high: bool) -> dict:
    """All stalks of one colour as one broken line."""
    x = [value for _, p in placed for value in (0, p.off, None)]
    y = [value for i, _ in placed for value in (i, i, None)]
    return line(x, y, WARN if high else SOFT, 3, "") | dict(hoverinfo="skip", hovertemplate=None)


def margin_trace(values) -> dict:
    """A column of right-aligned text beside the plot. values: (text, colour) of each row."""
    texts, colours = zip(*values, strict=True) if values else ((), ())
    return dict(
        type="scatter",
        mode="text",
        xaxis="x2",
        x=[1] * len(texts),
        y=list(range(len(texts))),
        text=list(texts),
        textposition="middle left",
        textfont=dict(size=12, color=list(colours)),
        hoverinfo="skip",
        cliponaxis=False,
    )


def rows_axis(rows) -> dict:
    """Rows are numbered, not named: two institutions may bear one name."""
    names = [name for name, _ in rows]
    style = dict(showgrid=False, tickfont=dict(size=12, color=INK), ticksuffix="")
    return style | dict(tickvals=list(range(len(rows))), ticktext=names, range=[len(rows) - 0.5, -0.8], nticks=None)


def signed_axis(low: float, high: float) -> dict:
    """Ticks at round percents on both sides of the median."""
    step = next((s for s in (10, 20, 50, 100, 200) if (high - low) / s <= 8), 500)
    ticks = [n * step for n in range(int(low // step), int(high // step) + 2)]
    text = ["中位数" if t == 0 else f"{t:+d}%".replace("-", "−") for t in ticks]
    return dict(tickvals=ticks, ticktext=text, range=[min(low, 0) - step * 0.45, max(high, 0) + step * 0.45])


def funnel(points, limits, axis: str, height: int = 500) -> dict:
    """limits: (cases, bounds, name, dash). Outside the curves means more than chance and habit, not guilt."""
    lines = [line(cases, bounds, PAST, 1, name, dash) | dict(hoverinfo="skip") for cases, bounds, name, dash in limits]
    hover = "%{customdata[1]}<br>%{x:,} 人次，指数 %{y:.0f}"
    drawn = marks(points, lambda p: (p.cases, 100 + p.off, plain(p.name)), hover)
    scale = log_axis([p.cases for p in points], axis)
    heights = [100 + p.off for p in points] + [each for _, bounds, _, _ in limits for each in bounds]
    wide, high = NARROW / (scale["range"][1] - scale["range"][0]), (height - 80) / (max(heights) - min(heights))
    ends = [(cases[0], bounds[0], name) for cases, bounds, name, _ in limits]
    notes = [*outlier_notes(points, wide, high, ends), *(limit_note(*limit) for limit in limits)]
    centre = rule(0, 100, 1, 100, PAST, xref="paper")
    return figure(*lines, *drawn, height=height, x=scale, notes=notes, shapes=[centre], right=24)


def log_axis(cases, title: str) -> dict:
    low, high = min(cases), max(cases)
    ticks = [d * 10**e for e in range(8) for d in (1, 2, 5) if low * 0.8 <= d * 10**e <= high * 1.25]
    ends = [log10(low * 0.85), log10(high) + 0.22 * (log10(high / low) + 0.3)]
    heading = dict(text=title, font=dict(color=GREY, size=12))
    return dict(type="log", tickvals=ticks, tickformat=",", title=heading, range=ends)


def outlier_notes(points, width: float, height: float, named=()) -> list[dict]:
    """Names beside their marks; one that finds no free place there is left to the hover and the ranking.

    width, height: pixels of a tenfold of cases, and of a point of the index; on a wider plot names only move apart.
    named: (cases, index, text) of what is written already.
    """
    at = {p.code: (log10(p.cases) * width, -p.off * height) for p in points}
    notes, taken = [], [(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in at.values()]
    taken += [covered(log10(x) * width, (100 - y) * height, text, "left", 0) for x, y, text in named]
    for p in sorted((p for p in points if p.side), key=lambda p: -abs(p.off)):
        places = ((anchor, shift, covered(*at[p.code], p.name, anchor, shift)) for anchor, shift in BESIDE)
        free = next((each for each in places if not any(overlap(each[2], other) for other in taken)), None)
        if free:
            anchor, shift, box = free
            taken.append(box)
            colour = WARN_TEXT if p.side > 0 else ACCENT
            notes.append(label(log10(p.cases), 100 + p.off, plain(p.name), colour, anchor, 12, yshift=shift))
    return notes


def covered(x: float, y: float, name: str, anchor: str, shift: int) -> tuple[float, float, float, float]:
    """Left, upper, right and lower edge of a name in pixels, y downwards."""
    wide = sum(7 if each.isascii() else 12 for each in name)
    left = {"left": x + MARK, "right": x - MARK - wide, "center": x - wide / 2}[anchor]
    return left, y - shift - LINE_HIGH / 2, left + wide, y - shift + LINE_HIGH / 2


def overlap(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def limit_note(cases, bounds, name: str, dash: str) -> dict:
    """At the narrow end of the scale, where the curves are far apart."""
    return label(log10(cases[0]), bounds[0], name, GREY, size=12, yshift=9 if bounds[0] > 100 else -9) | dict(xshift=0)


def strips(rows: list[Strip]) -> dict:
    """Where the institution, its peers and its target stand on each indicator; the first row names the marks.

    The scale shows what most are at; a value beyond it is a triangle at the edge, its number stands in the table.
    """
    low, high = strip_range(rows)
    own = {fails: [(r.own, r.name, r.text) for r in rows if r.fails is fails] for fails in (False, True)}
    hover = "%{y}：%{customdata}"
    others = [(v, r.name, "同类机构") for r in rows for v in r.peers if low <= v <= high]
    traces = [
        dots(others, PAST, hover, 8),
        dots([inside(*point, low, high) for point in own[False]], ACCENT, hover, 13),
        dots([inside(*point, low, high) for point in own[True]], WARN, hover, 14, "diamond"),
        dots(
            [(r.target, r.name, "考核目标") for r in rows if within(r.target, low, high)],
            INK,
            hover,
            17,
            "line-ns-open",
        ),
    ]
    traces[-1]["marker"]["line"] = dict(color=INK, width=2)
    edges = [edge_note(r, low, high) for r in rows if not low <= r.own <= high]
    order = strip_order([r.name for r in rows])
    scale = dict(ticksuffix="%", dtick=25, range=[low - 4, high + 4])
    shapes = [rule(100, -0.5, 100, len(rows) - 0.5, PAST)]
    notes = strip_names(rows, low, high) + edges
    return figure(*traces, height=44 + 38 * len(rows), x=scale, y=order, notes=notes, shapes=shapes, right=24)


def strip_range(rows: list[Strip]) -> tuple[float, float]:
    """From the data, but not further than 40 % to 220 % of the median."""
    known = [v for r in rows for v in (r.own, r.target, *r.peers) if v is not None]
    return max(min(known, default=80), 40), min(max(known, default=120), 220)


def within(value: float | None, low: float, high: float) -> bool:
    return value is not None and low <= value <= high


def inside(value: float, name: str, text: str, low: float, high: float) -> tuple:
    return min(max(value, low), high), name, text


def edge_note(r: Strip, low: float, high: float) -> dict:
    right = r.own > high
    text = f"{number(r.own, 0)}% ▶" if right else f"◀ {number(r.own, 0)}%"
    colour = WARN_TEXT if r.fails else ACCENT
    return label(high if right else low, r.name, text, colour, "right" if right else "left", 12, yshift=14)


def strip_order(names) -> dict:
    order = dict(categoryorder="array", categoryarray=names, range=[len(names) - 0.5, -0.8])
    return CATEGORIES | order | dict(showgrid=True, ticksuffix=" ")


def strip_names(rows: list[Strip], low: float, high: float) -> list[dict]:
    """Each mark is named once, in the first row that has it."""
    first = rows[0]
    notes = [
        label(min(max(first.own, low), high), first.name, "<b>本机构</b>", own_colour(first), "center", 12, yshift=17)
    ]
    with_peers = max((r for r in rows[1:] if r.peers), key=lambda r: r.own - min(r.peers), default=None)
    aimed = next((r for r in rows if within(r.target, low, high)), None)
    if with_peers:
        notes.append(
            label(min(max(min(with_peers.peers), low), high), with_peers.name, "同类", GREY, "center", 12, yshift=14)
        )
    if aimed:
        notes.append(label(aimed.target, aimed.name, "目标", INK, "center", 12, yshift=-17))
    return notes


def own_colour(r: Strip) -> str:
    return WARN_TEXT if r.fails else ACCENT
