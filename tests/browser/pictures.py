"""Taking pictures of the dashboard on the sample county, and of the pages of its PDFs."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from pipelines import demo
from tests.browser import drive

LONG = 300  # seconds
WHOLE = "() => document.querySelector('[data-testid=stMain]').scrollHeight"
ELEMENTS = "[data-testid=stMainBlockContainer] [data-testid=stElementContainer]"
END = f"() => Math.max(...[...document.querySelectorAll('{ELEMENTS}')].map(e => e.getBoundingClientRect().bottom))"
SIDEBAR = 250  # pixels
COLOURS = 64  # of a page of paper: a third of the bytes, and nothing to be seen of it
EDGE = (192, 192, 192)


@dataclass(frozen=True)
class Visit:
    """A reader before the dashboard. warehouse: a copy that may be changed; files: the sample's CSVs; folder: to keep
    files in."""

    page: Page
    address: str
    warehouse: Path
    files: Path | None
    folder: Path

    def see(self, path: str) -> Page:
        """Open a page of the dashboard and wait for all of it."""
        self.page.goto(f"{self.address}/{path}")
        drive.settle(self.page, LONG)
        return self.page


@contextmanager
def sample(
    warehouse: Path | None = None, files: Path | None = None, counties: int = 1
) -> Iterator[tuple[Path, Path | None]]:
    """(warehouse, files) of the sample county, or of a city of so many: those given, else built aside."""
    if warehouse is not None:
        yield warehouse, files
        return
    with tempfile.TemporaryDirectory() as aside:
        place = Path(aside)
        demo(place / "warehouse", keep_files=place / "files", counties=counties)
        yield place / "warehouse", place / "files"


@contextmanager
def visit(warehouse: Path, files: Path | None) -> Iterator[Visit]:
    """A reader before a dashboard on a copy of this warehouse."""
    with tempfile.TemporaryDirectory() as aside:
        place, folder = Path(aside) / "warehouse", Path(aside)
        shutil.copytree(warehouse, place)
        with drive.dashboard(place, folder / "log.txt") as address, drive.chromium() as browser:
            yield Visit(drive.open_page(browser), address, place, files, folder)


def drop(page: Page, path: Path) -> None:
    """Hand a file in on the page of uploads, and wait until it was tried out."""
    choose(page, path)
    expect(page.get_by_role("heading", name="试读结果")).to_be_visible(timeout=1000 * LONG)
    drive.settle(page, LONG)


def choose(page: Page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stFileUploaderDropzone").get_by_role("button").last.click()
    chooser.value.set_files(path)


def take(page: Page, button: Locator, path: Path) -> Path:
    """What a button hands out, as that file."""
    with page.expect_download(timeout=1000 * LONG) as download:
        button.click()
    download.value.save_as(path)
    return path


def shoot(page: Page, image: Path, since: str = "", until: str = "", left: int = SIDEBAR) -> None:
    """A picture of the page, or of the part between two headings; left: what to leave out of it there, in pixels."""
    drive.settle(page, LONG)
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": 20 + page.evaluate(WHOLE)})
    drive.settle(page, LONG)
    page.wait_for_timeout(500)
    top, bottom = edge(page, since) or 0, edge(page, until) or page.evaluate(END) + 20
    clip = {"x": left, "y": top, "width": size["width"] - left, "height": bottom - top}
    page.screenshot(path=image, clip=clip)
    page.set_viewport_size(size)
    print(image)


def shoot_open(page: Page, image: Path, tallest: int = 900) -> None:
    """A picture of the popover that has opened, with a little of what is around it."""
    drive.settle(page)
    page.wait_for_timeout(500)
    box = page.get_by_test_id("stPopoverBody").bounding_box()
    left, top, height = max(box["x"] - 40, 0), max(box["y"] - 70, 0), min(box["height"] + 90, tallest)
    page.screenshot(path=image, clip={"x": left, "y": top, "width": box["width"] + 80, "height": height})
    print(image)


def edge(page: Page, heading: str) -> float | None:
    """Where a section begins, in pixels from the top."""
    if not heading:
        return None
    found: Locator = page.get_by_role("heading", name=heading, exact=True).first
    return found.bounding_box()["y"] - 12


# ---------------------------------------------------------------- paper
def paper(pdf: Path, image: Path, *numbers: int, width: int = 760) -> None:
    """Pages of a PDF beside each other, each with a thin edge. numbers: from 0; width: of one, in pixels."""
    sheets = [sheet(pdf, number, width) for number in numbers]
    gap = 24 if len(sheets) > 1 else 0
    whole = Image.new("RGB", (sum(s.width + gap for s in sheets) - gap, max(s.height for s in sheets)), "white")
    for place, each in enumerate(sheets):
        whole.paste(each, (place * (width + 2 + gap), 0))
    whole.quantize(COLOURS, dither=Image.Dither.NONE).save(image, optimize=True)
    print(image)


def sheet(pdf: Path, number: int, width: int) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[number]
        drawn = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
    edged = Image.new("RGB", (drawn.width + 2, drawn.height + 2), EDGE)
    edged.paste(drawn, (1, 1))
    return edged


def found(pdf: Path, words: str, since: int = 0) -> int:
    """The number of the first page, from that one on, that says these words."""
    with pypdfium2.PdfDocument(pdf) as document:
        said = (number for number in range(since, len(document)) if words in text(document, number))
        return next(said)


def text(document: pypdfium2.PdfDocument, number: int) -> str:
    return document[number].get_textpage().get_text_bounded()
