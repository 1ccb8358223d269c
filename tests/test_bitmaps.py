"""Bitmaps of persons that were kept by an older version are read as those of today."""

from pipelines.engine import workbench
from pipelines.store import rollups
from pipelines.store.parquet import FORM, link_found


def test_bitmaps_as_long_as_all_numbers_are_cut_into_blocks_where_their_batch_was_cleared(tmp_path):
    kept, folder = tmp_path / "kept", tmp_path / "parts"
    kept.mkdir()
    folder.mkdir()
    of_care = "select date '2026-06-01' as month, 'resident' as scheme, care"
    persons = (
        "(values (0, 'inpatient'), (7, 'inpatient'), (65536, 'inpatient'), (196607, 'outpatient')) p(number, care)"
    )
    with workbench(tmp_path) as con:
        long = f"{of_care}, cast(bitstring_agg(number, 0, 196607) as blob) as bits from {persons} group by care"
        con.execute(f"copy ({long}) to '{kept / 'person_bits.parquet'}' ({FORM})")
        link_found(kept / "person_bits.parquet", folder)
        before = (kept / "person_bits.parquet").read_bytes()
        rollups.cut_bitmaps(con, tmp_path, kept / "person_bits.parquet", folder)
        found = con.execute(f"from '{folder / 'person_bits.parquet'}' order by all").fetchall()
        wanted = con.execute(f"{of_care}, {rollups.BITS} from {persons} group by care, block order by all").fetchall()
    assert len(found) == 3 and found == wanted
    assert (kept / "person_bits.parquet").read_bytes() == before
