"""Amounts that add up, side by side as stacked bars: who bears what of a loss."""

from collections.abc import Sequence
from typing import NamedTuple

from reports.charts.house import CATEGORIES, HIDDEN, bars, figure, label, wide
from reports.charts.style import INK

ROOM = 560  # pixels that the longest bar has at least, in a document


class Part(NamedTuple):
    """A part of every bar. values: of each bar in turn; colour and the colour of its name on it."""

    name: str
    values: Sequence[float]
    colour: str
    ink: str = "#fff"


def stacked(names: Sequence[str], parts: Sequence[Part], unit: str, digits: int = 2) -> dict:
    """A bar for each name, from the first part to the last; the sum stands at its end, a part's name where it fits."""
    sums = [sum(part.values[place] for part in parts) for place in range(len(names))]
    top = max(sums, default=0) or 1
    traces = [segment(names, part, top, f"{part.name} %{{x:,.{digits}f}} {unit}") for part in parts]
    ends = [label(whole, name, f"<b>{whole:,.{digits}f}</b>", INK) for name, whole in zip(names, sums, strict=True)]
    axis = CATEGORIES | dict(autorange="reversed")
    more = dict(height=40 + 56 * len(names), notes=ends, right=4, barmode="stack")
    return figure(*traces, x=HIDDEN | dict(range=[0, top * 1.15]), y=axis, **more)


def segment(names: Sequence[str], part: Part, top: float, hover: str) -> dict:
    fits = [wide(part.name) + 8 <= ROOM * value / top for value in part.values]
    told = dict(
        text=[part.name if fit else "" for fit in fits],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        constraintext="none",
        textfont=dict(size=12, color=part.ink),
        marker=dict(color=part.colour, line=dict(color="#fff", width=1)),
    )
    return bars(names, part.values, part.colour, hover) | told
