"""The annex of a document: every figure printed in it, with its formula, numerator, denominator and batches."""

from collections.abc import Mapping

from pipelines import County
from reports.document import Block, Heading
from reports.quoting import Quote


def annex(county: County, quotes: Mapping[str, Quote]) -> list[Block]:
    """The blocks of the annex, numbered in the order of quotes ({key: figure}, as Document.quotes() gives them)."""
    return [Heading("附录　数字来源")]


def numbers(quotes: Mapping[str, Quote]) -> dict[str, int]:
    """{key: its number in the annex}, from 1 in the order of quotes."""
    return {key: place for place, key in enumerate(quotes, 1)}
