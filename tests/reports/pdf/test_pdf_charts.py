"""The charts of a document are those of the screen: a browser draws the same texts and marks in the same places."""

import ast
import json
import re
from pathlib import Path

import plotly
import pytest

from reports.charts import among_peers, house
from reports.pdf import chart_png, chart_svg, charts, glyphs
from tests.browser import drive
from tests.reports.pdf.gallery import gallery

GALLERY = gallery()
LIBRARY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
NEAR = 1.5  # pixels of 720: a browser rounds the width of a text, we add up its characters
PAGE = """<meta charset=utf-8><script src="{}"></script>
<style>@font-face {{font-family: 'Noto Sans SC'; src: url("{}")}} * {{font-synthesis: none}}</style><body></body>"""
DRAW = """async spec => {
    const figure = JSON.parse(spec), plot = document.createElement('div')
    document.body.append(plot)
    if (!(await document.fonts.load("16px 'Noto Sans SC'", '医')).length) throw new Error('no font')
    await Plotly.newPlot(plot, figure.data, figure.layout, {staticPlot: true, locale: 'zh-CN'})
    const svg = await Plotly.toImage(plot, {format: 'svg', imageDataOnly: true})
    plot.remove()
    return svg
}"""
MEASURE = """svg => {
    const box = document.createElement('div')
    box.style = 'position: absolute; top: 0; left: 0'
    box.innerHTML = svg
    document.body.append(box)
    const places = [...box.querySelectorAll('text, path, rect')].map(each => {
        const {left, top, right, bottom} = each.getBoundingClientRect()
        const said = each.tagName === 'text' ? each.textContent.trim() : each.tagName
        return [each.closest('defs, clipPath') ? '' : said, left, top, right, bottom]
    })
    box.remove()
    return places.filter(each => each[0])
}"""


def test_the_gallery_shows_every_kind_of_chart():
    drawing = {
        node.name
        for module in (house, among_peers)
        for node in ast.parse(Path(module.__file__).read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(call, ast.Call) and getattr(call.func, "id", "") == "figure" for call in ast.walk(node))
    }
    assert drawing == set(GALLERY)


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    if drive.chromium_path() is None:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    with drive.chromium() as browser:
        page = browser.new_page(viewport={"width": 1000, "height": 1200})
        blank = tmp_path_factory.mktemp("tab") / "blank.html"
        blank.write_text(PAGE.format(LIBRARY.as_uri(), glyphs.SANS.as_uri()), "utf-8")
        page.goto(blank.as_uri())
        yield page


@pytest.mark.browser
@pytest.mark.parametrize("name", GALLERY)
def test_a_browser_draws_the_same_chart(tab, name):
    figure = json.loads(json.dumps(GALLERY[name], default=float))
    theirs, ours = (tab.evaluate(MEASURE, svg) for svg in (tab.evaluate(DRAW, spec_of(figure)), chart_svg(figure)))
    assert [each[0] for each in ours] == [each[0] for each in theirs]
    apart = {each[0]: distance(each, other) for each, other in zip(ours, theirs, strict=True)}
    assert {said: far for said, far in apart.items() if far > NEAR} == {}


def spec_of(figure: dict) -> str:
    return charts.specification(figure, charts.WIDTH)


def distance(ours: list, theirs: list) -> float:
    return max(abs(a - b) for a, b in zip(ours[1:], theirs[1:], strict=True))


def test_a_chart_does_not_depend_on_those_drawn_before_it():
    first = {name: chart_svg(figure) for name, figure in GALLERY.items()}
    charts.drawn.cache_clear()
    again = {name: chart_svg(GALLERY[name]) for name in reversed(GALLERY)}
    assert again == first


def test_text_that_runs_over_the_edge_of_a_chart_is_shown_whole():
    name = "很长的一个名字" * 3
    svg = chart_svg(
        house.figure(house.line([0, 1], [0, 1], "#000", 1, ""), notes=[house.label(1, 0.5, name, xref="paper")])
    )
    wide = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    assert wide > charts.WIDTH + 13 * len(name) - 60  # what the margin on the right has room for


def test_a_chart_comes_as_a_picture_of_the_size_asked_for():
    png = chart_png(GALLERY["ranked_bars"], dots_per_inch=100, inches=6.0)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert abs(int.from_bytes(png[16:20], "big") - 600) <= 1
    assert chart_png(GALLERY["ranked_bars"], dots_per_inch=100, inches=6.0) == png
