"""The settlement rows behind a hit: those in question, which add up to it, and those that are shown beside them."""

from pipelines.answers.county import County
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.clues.hits import Hit, shown_person
from pipelines.periods import months_between, shifted

IN_QUESTION, BESIDE = "存疑", "对照"
COLUMNS = (
    *("setl_id", "person", "month", "settled_on", "admitted_on", "discharged_on", "care", "institution"),
    *("institution_name", "town", "disease_code", "disease", "total_cost_yuan", "fund_paid_yuan"),
    *("drug_cost_yuan", "exam_cost_yuan", "material_cost_yuan"),
)
BEFORE_MONTHS = 4


def hit_rows(county: County, hit: Hit) -> tuple[tuple[str, ...], list[tuple]]:
    """(columns, rows), by what each row is (存疑, 对照), person, day. Those in question add up to hit.fund_paid_yuan.

    A person is shown by the last six digits only. at_stake_yuan is all of that for an event; of a pattern it is what
    goes beyond the institution's like.
    """
    first = min(f"{hit.month[:4]}-01", shifted(f"{hit.first_day:%Y-%m}", -BEFORE_MONTHS))
    months = [m for m in months_between(first, f"{hit.month[:4]}-12") if ("settlements", m) in county.coverage]
    found = county.fetch(
        f"select list_contains(?, setl_id), {', '.join(COLUMNS)} from ({settlement_rows(county, months)}) "
        "where setl_id in (select unnest(?)) order by 1 desc, person, admitted_on, settled_on, setl_id",
        [list(hit.setl_ids), [*hit.setl_ids, *hit.beside_ids]],
    )
    at = COLUMNS.index("person")
    rows = [
        (IN_QUESTION if asked else BESIDE, *row[:at], shown_person(row[at]), *row[at + 1 :]) for asked, *row in found
    ]
    return ("relation", *COLUMNS), rows
