"""Charts without a browser: the dashboard's own plotly.js, run on a small document of our own, makes them SVG.

The engine's memory belongs to one thread, so one worker keeps it warm and draws for all; equal charts are drawn once.
"""

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, lru_cache
from pathlib import Path

import plotly
import quickjs

from reports.pdf.made import Refused
from reports.pdf.measuring import advance

# Checked against Chromium. Others, drawn by WebGL or over map tiles, come out empty without a word.
TRACES = frozenset(("bar", "scatter"))
HEIGHT = 260  # where a chart asks for none
WIDTH = 720  # of a chart over the whole text, in the pixels of its layout
FAMILY = "Noto Sans SC"
ENGINE = Path(__file__).with_name("engine")
MEMORY_BYTES, STACK_BYTES, SECONDS = 768 << 20, 8 << 20, 30
STEPS = 100_000
# plotly.js writes digits, signs and spaces that no text of the figure holds
ALWAYS = "".join(map(chr, range(0x20, 0x180))) + "−–—…▲▼×μ"


def chart_svg(figure: dict, width: int = WIDTH) -> str:
    """The chart as SVG text, width pixels wide. Raises Refused for a kind of chart that has no printed form."""
    return begun(figure, width)()


def begun(figure: dict, width: int = WIDTH) -> Callable[[], str]:
    """Have the chart drawn beside other work; what comes back waits for its SVG. Raises Refused at once or then."""
    drawing = drawn(specification(figure, width))

    def wait() -> str:
        try:
            return drawing.result()
        except Refused:
            drawn.cache_clear()  # a chart that was not drawn in time may be another time
            raise

    return wait


def specification(figure: dict, width: int) -> str:
    """The chart as JSON in the document's font, without what only a mouse can see."""
    kinds = {trace.get("type", "scatter") for trace in figure["data"]} - TRACES
    if kinds:
        raise Refused(f"图表类型 {'、'.join(sorted(kinds))} 不能印成文件，只能印 {'、'.join(sorted(TRACES))}")
    layout = figure["layout"]
    font = layout.get("font", {}) | {"family": FAMILY}
    sized = {"width": width, "height": HEIGHT} | layout | {"font": font, "hovermode": False}
    data = [{key: value for key, value in trace.items() if key not in UNPRINTED} for trace in figure["data"]]
    return json.dumps({"data": data, "layout": sized}, ensure_ascii=False, sort_keys=True, default=float)


def height(figure: dict) -> float:
    return figure["layout"].get("height", HEIGHT)


UNPRINTED = ("hovertemplate", "customdata", "hoverinfo")


@lru_cache(maxsize=256)
def drawn(spec: str) -> Future:
    return worker().submit(draw, spec)


@cache
def worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="charts")


def warm() -> None:
    """Start the engine beside other work, so that the first chart need not wait for it."""
    worker().submit(engine)


@cache
def engine() -> quickjs.Context:
    """plotly.js, loaded. Only the worker may touch it."""
    context = quickjs.Context()
    context.set_memory_limit(MEMORY_BYTES)
    context.set_max_stack_size(STACK_BYTES)
    context.set_time_limit(SECONDS)
    for source in sources():
        context.eval(source)
    context.eval("if (typeof Plotly === 'undefined') globalThis.Plotly = moduleName")
    return context


def sources() -> list[str]:
    """Our document, its parts joined into one function, and the library."""
    parts = "\n".join(file.read_text("utf-8") for file in sorted(ENGINE.glob("*.js")))
    library = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return [f"(function (G) {{\n'use strict';\n{parts}}})(globalThis);", library.read_text("utf-8")]


def draw(spec: str) -> str:
    """One chart. An engine that failed may be half way through something: the next chart gets a new one."""
    try:
        context = engine()
        context.get("chartBegin")(spec, json.dumps(advances(spec)))
        for _ in range(STEPS):
            if not context.execute_pending_job() and not context.get("runWaiting")():
                break
        return context.get("chartWrite")()
    except quickjs.JSException as problem:
        engine.cache_clear()
        raise Refused(f"图表没有画成：{str(problem).splitlines()[0]}") from problem


def advances(spec: str) -> dict[str, float]:
    """How wide each character of the chart is, in ems."""
    return {one: advance(one) for one in sorted({*spec, *ALWAYS}) if one.isprintable()}
