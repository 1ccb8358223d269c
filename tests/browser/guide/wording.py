"""The picture of docs/guide/wording.md: the text of a theme beside what it says."""

from tests.browser.guide import IMAGES
from tests.browser.pictures import Visit, shoot


def walk(visit: Visit) -> None:
    shoot(visit.see("wording?t=benefits"), IMAGES / "wording.png", until="可用的数")
