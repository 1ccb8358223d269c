"""A chart as a PNG, for files that cannot hold an SVG."""

import io
from functools import lru_cache

import typst

from reports.pdf import charts, making, reading
from reports.pdf.glyphs import Cleaner

POINTS_PER_INCH = 72


def chart_png(figure: dict, width: int = charts.WIDTH, dots_per_inch: int = 200, inches: float = 6.85) -> bytes:
    """The chart as PNG bytes; inches: how wide it will stand on the page. Raises Refused as chart_svg does."""
    return rendered(charts.chart_svg(Cleaner()(figure), width), dots_per_inch, inches)


@lru_cache(maxsize=64)
def rendered(svg: str, dots_per_inch: int, inches: float) -> bytes:
    page = typst.compile(
        making.TEMPLATE / "picture.typ",
        root=making.TEMPLATE,
        font_paths=making.fonts(),
        ignore_system_fonts=True,
        sys_inputs={"svg": svg, "inches": str(inches)},
    )
    target = io.BytesIO()
    with reading.opened(page) as document:
        document[0].render(scale=dots_per_inch / POINTS_PER_INCH).to_pil().save(target, "PNG")
    return target.getvalue()
