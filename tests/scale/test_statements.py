"""What is done for a batch, as text: every column of the contract, every part, codes by their longest beginning."""

import re

import duckdb
import pytest

from pipelines.contracts import code_lists, contracts, longest_prefix
from pipelines.errors import WarehouseError
from pipelines.scale import Asked, emit
from pipelines.scale.places import LocalPlace, scheme_of
from pipelines.scale.statements import map_query, quoted, rollup_statements, rows_view
from pipelines.store import facts

PARTS = ["codes_used", "agg_settlement", "agg_stay", "agg_bed_day", "agg_institution_name", "persons_seen", "controls"]


def test_every_part_is_written_once_and_the_control_sums_last():
    told = "\n".join(statement.sql for statement in rollup_statements("/a/rows.parquet", "/b"))
    assert re.findall(r"INSERT OVERWRITE DIRECTORY '/b/(\w+)'", told) == PARTS


def test_the_rows_have_every_column_of_the_contract_with_its_type():
    told = dict(re.findall(r"`(\w+)` ([A-Z]+(?:\(\d+, \d+\))?)", rows_view("settlements", "/a")))
    assert list(told) == [*contracts()["settlements"].columns, "row_id"]
    assert (told["psn_no"], told["medfee_sumamt"], told["setl_time"]) == ("BIGINT", "DECIMAL(18, 2)", "DATE")


@pytest.mark.parametrize("source", facts.MAPS)
def test_a_code_leads_where_it_does_here_longer_ones_by_their_longest_beginning(source):
    """All codes of the list, and each with one or two digits more, where a list knows prefixes."""
    listed = list(code_lists()[source])
    codes = [code + more for code in listed for more in ("", "1", "99")] if source in facts.PREFIX_LISTS else listed
    with duckdb.connect() as con:
        con.execute(
            "create table codes_used as select ? as list, unnest(?) as code", [source, list(dict.fromkeys(codes))]
        )
        found = dict(con.execute(map_query(source)).fetchall())
    assert found == {code: longest_prefix(source, code).maps[facts.MAPS[source]] for code in codes}


@pytest.mark.parametrize("path", ["/a b/县", "/o'clock", "C:\\fund\\'", "/x'); drop table t; --"])
def test_a_path_is_one_string_whatever_is_in_it(path):
    inside = quoted(path)[1:-1]
    assert re.fullmatch(r"(?:[^'\\]|\\.)*", inside)
    assert re.sub(r"\\(.)", r"\1", inside) == path


def test_the_files_for_spark_sql_say_all_that_they_need(made_up, tmp_path):
    warehouse = made_up / "warehouse"
    *files, guide = emit(warehouse, Asked(place="hdfs://name:8020/fund/"), tmp_path, every=True)
    for file in files:
        told = file.read_text("utf-8")
        assert told.index("SET spark.sql.ansi.enabled = true;") < told.index("CREATE OR REPLACE TEMPORARY VIEW")
        assert f"OPTIONS (path 'hdfs://name:8020/fund/batches/{file.stem}/rows.parquet');" in told
        assert told.count("INSERT OVERWRITE DIRECTORY 'hdfs://name:8020/fund/scale/") == len(PARTS)
        assert file.name in guide.read_text("utf-8")
        assert f"hadoop fs -put -f {warehouse.resolve()}/batches/{file.stem}" in guide.read_text("utf-8")
        assert f"hadoop fs -mkdir -p hdfs://name:8020/fund/batches/{file.stem} " in guide.read_text("utf-8")
    assert len(files) > 1


def test_where_no_roll_up_is_missing_no_file_is_written(made_up, tmp_path):
    with pytest.raises(WarehouseError, match="没有要汇总的批次"):
        emit(made_up / "warehouse", Asked(), tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("place", "scheme"), [("", ""), ("data/x", ""), ("s3a://b/f", "s3a"), ("hdfs:///f", "hdfs")])
def test_a_place_is_told_by_its_scheme(place, scheme):
    assert scheme_of(place) == scheme


def test_a_place_that_nothing_reads_is_refused():
    with pytest.raises(WarehouseError, match="“ftp://h/f”不能读"):
        scheme_of("ftp://h/f")


def test_a_file_is_put_into_a_place_whole(tmp_path):
    place, file = LocalPlace(tmp_path / "place"), tmp_path / "rows.parquet"
    file.write_bytes(b"rows")
    place.put(file, "batches/a/rows.parquet")
    place.put(file, "batches/a/rows.parquet")
    assert [path.name for path in (tmp_path / "place").rglob("*") if path.is_file()] == ["rows.parquet"]
    assert place.exists("batches/a/rows.parquet")
    place.remove("batches")
    assert not place.exists("batches")
