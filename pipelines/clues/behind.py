"""The settlement rows behind a hit: those in question, which add up to it, and those that are shown beside them."""

from collections.abc import Iterable, Iterator

from pipelines import audit_log
from pipelines.access import need
from pipelines.answers.county import County
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.clues.hits import Hit, shown_person
from pipelines.clues.rules import rules

IN_QUESTION, BESIDE = "存疑", "对照"
COLUMNS = (
    *("setl_id", "person", "month", "settled_on", "admitted_on", "discharged_on", "care", "institution"),
    *("institution_name", "town", "disease_code", "disease", "total_cost_yuan", "fund_paid_yuan"),
    *("drug_cost_yuan", "exam_cost_yuan", "material_cost_yuan"),
)
ROW_COLUMNS = ("relation", *COLUMNS)
PORTION = 2_000  # hits whose rows are in memory at a time


def hit_rows(county: County, hit: Hit) -> tuple[tuple[str, ...], list[tuple]]:
    """(columns, rows), by what each row is (存疑, 对照), person, day. Those in question add up to hit.fund_paid_yuan.

    A person is shown by the last six digits only. at_stake_yuan is all of that for an event; of a pattern it is what
    goes beyond the institution's like.
    """
    return ROW_COLUMNS, [row for _, row in rows_behind(county, [hit])]


def rows_behind(county: County, hits: Iterable[Hit]) -> Iterator[tuple[str, tuple]]:
    """(key of the hit, row under ROW_COLUMNS), hit after hit: a settlement that two hits point at comes twice."""
    need(county.warehouse, "persons")
    hits = list(hits)
    looked_at(county, hits)
    for first in range(0, len(hits), PORTION):
        yield from rows_of(county, hits[first : first + PORTION])


def rows_of(county: County, hits: list[Hit]) -> Iterator[tuple[str, tuple]]:
    """The rows behind as many hits as are held in memory at a time."""
    found = rows_by_id(county, hits)
    for hit in hits:
        for relation, ids in ((IN_QUESTION, hit.setl_ids), (BESIDE, hit.beside_ids)):
            rows = sorted((row for id in ids for row in found.get(id, ())), key=in_order)
            yield from ((hit.key, (relation, *row)) for row in rows)


def looked_at(county: County, hits: list[Hit]) -> None:
    """Record that the rows behind hits are seen. Raises LogUnwritable."""
    subject = hits[0].key if len(hits) == 1 else f"{len(hits)} 条线索"
    rows = sum(len(hit.setl_ids) + len(hit.beside_ids) for hit in hits)
    if rows:
        audit_log.seen(
            county.warehouse, "clue_rows", subject, {"规则": sorted({rules()[hit.rule].title for hit in hits})}, rows
        )


def rows_by_id(county: County, hits: list[Hit]) -> dict[str, list[tuple]]:
    """Settlement -> its rows, persons by their last six digits."""
    ids = {id for hit in hits for id in (*hit.setl_ids, *hit.beside_ids)}
    if not ids:
        return {}
    months = sorted({month for hit in hits for month in hit.months})
    query = f"select {', '.join(COLUMNS)} from ({settlement_rows(county, months)}) "
    found: dict[str, list[tuple]] = {}
    at = COLUMNS.index("person")
    for row in county.fetch(f"{query} where setl_id in (select unnest(?))", [sorted(ids)]):
        shown = (*row[:at], shown_person(row[at]), *row[at + 1 :])
        found.setdefault(row[COLUMNS.index("setl_id")], []).append(shown)
    return found


def in_order(row: tuple) -> tuple:
    told = dict(zip(COLUMNS, row, strict=True))
    return told["person"], str(told["admitted_on"]), str(told["settled_on"]), told["setl_id"]
