"""The pictures of docs/guide/planning.md: what is worked out ahead."""

from tests.browser.guide import IMAGES
from tests.browser.pictures import Visit, shoot


def walk(visit: Visit) -> None:
    """Every question of the director, each with its picture."""
    for name, path, until in (
        ("settle", "payment?v=settle", "各机构两种结算"),
        ("limits", "payment?v=limits", "调剂试算"),
        ("outlook", "outlook", "预测准不准"),
        ("attribution", "attribution", "怎么算的，不能说明什么"),
        ("sharing", "sharing", "损失到多少，各层用尽"),
    ):
        shoot(visit.see(path), IMAGES / f"{name}.png", until=until)
