"""Headers that no contract knows, matched by hand with columns, and remembered for the next file of the same source."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from pathlib import Path

from pipelines.contracts import Contract, Layout, contracts
from pipelines.store.warehouse import Entry, WarehouseError, append, now, publish, workroom
from pipelines.uploads.headers import plain, squeezed

ALIKE = 0.6  # the least likeness of two headers for one to be proposed for the other


@dataclass(frozen=True)
class Mapping:
    """Which column each header of a source is. columns: source header -> column key, '' to leave that column out.

    Headers that are not named here are recognised by their own words.
    """

    table: str
    layout: str
    columns: dict[str, str]


Remembered = Callable[[str], Mapping | None]


def forgetful(source: str) -> Mapping | None:
    """A memory that holds nothing."""


def signature(header: tuple[str, ...]) -> str:
    """The name of a source: the same headers in any order give the same 16 hex digits."""
    told = sorted(squeezed(cell) for cell in header if squeezed(cell))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def layout_of(mapping: Mapping) -> tuple[Contract, Layout] | None:
    """The contract and layout that a mapping is for; None if the definitions no longer know them or its columns."""
    contract = contracts().get(mapping.table)
    layout = next((x for x in contract.layouts if x.name == mapping.layout), None) if contract else None
    fits = layout and all(key in layout.columns for key in mapping.columns.values() if key)
    return (contract, layout) if fits else None


def remembered(warehouse: Path, source: str) -> Mapping | None:
    """How the headers of this source (its signature) were mapped; None if never, or for definitions that are gone."""
    told = read_all(warehouse).get(source)
    mapping = Mapping(**told) if told else None
    return mapping if mapping and layout_of(mapping) else None


def remember(warehouse: Path, source: str, mapping: Mapping, by: str) -> None:
    """Keep a mapping for a source and write so in the journal. The caller holds the writer lock.

    Raises WarehouseError for a table or a column that the definitions don't know. Told again, nothing happens.
    """
    if layout_of(mapping) is None:
        raise WarehouseError(f"没有这样的上传表或列：{mapping.table} {'、'.join(mapping.columns.values())}")
    known = read_all(warehouse)
    if known.get(source) == asdict(mapping):
        return
    text = json.dumps(known | {source: asdict(mapping)}, ensure_ascii=False, indent=1)
    with workroom(warehouse, "mappings") as folder:
        (folder / "mappings.json").write_text(text, "utf-8")
        append(warehouse, Entry("map", source, by, now(), in_words(mapping)))
        publish(folder / "mappings.json", path_of(warehouse))


def in_words(mapping: Mapping) -> str:
    """结算明细：药费→药品费；备注→不读入."""
    contract, layout = layout_of(mapping)
    pairs = (f"{h}→{layout.columns[key].header if key else '不读入'}" for h, key in mapping.columns.items())
    return f"{contract.name_zh}：{'；'.join(pairs)}"


def read_all(warehouse: Path) -> dict[str, dict]:
    path = path_of(warehouse)
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def path_of(warehouse: Path) -> Path:
    return warehouse / "mappings.json"


def header_candidates(head: tuple[tuple[str, ...], ...]) -> tuple[int, ...]:
    """Lines of a file's head (1 = first) that may be its header, likeliest first: most cells with words."""
    filled = {number: sum(map(wordy, cells)) for number, cells in enumerate(head, start=1)}
    return tuple(sorted((n for n, count in filled.items() if count > 1), key=lambda n: (-filled[n], n)))


def wordy(cell: str) -> bool:
    return any(sign.isalpha() for sign in cell)


def proposed(header: tuple[str, ...], layout: Layout) -> dict[str, str]:
    """Source header -> the column that it most likely is, each column once; headers like none of them are left away."""
    scored = sorted(
        (
            (likeness(cell, spelling), cell, key)
            for cell in header
            for key, column in layout.columns.items()
            for spelling in column.spellings
        ),
        key=lambda each: -each[0],
    )
    found: dict[str, str] = {}
    for score, cell, key in scored:
        if score >= ALIKE and cell not in found and key not in found.values():
            found[cell] = key
    return found


def likeness(one: str, other: str) -> float:
    """From 0 to 1; 1 for headers that are spelled alike."""
    return SequenceMatcher(None, plain(one), plain(other)).ratio() if plain(one) else 0.0
