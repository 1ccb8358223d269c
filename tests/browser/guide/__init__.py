"""The pictures of docs/guide, a module for each of its pages: walk(visit) goes through it and takes them."""

from tests.browser import drive

IMAGES = drive.ROOT / "docs" / "guide" / "images"
BY = "王小明"
