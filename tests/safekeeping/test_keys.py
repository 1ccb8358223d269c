"""Rows of persons lie encrypted by keys that are kept elsewhere; figures and drill-downs are what they were."""

import base64
import json
import shutil
import stat
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from pipelines import Period, ask, load, open_county, rows, try_out
from pipelines.answers.county import opened_once
from pipelines.clues import screen
from pipelines.clues.tables import make_tables
from pipelines.engine import scan, workbench
from pipelines.errors import WarehouseError
from pipelines.keys import sealing
from pipelines.keys.finding import located, material_of
from pipelines.registry import headlines
from pipelines.safekeeping import keys
from pipelines.store.builds import in_force
from pipelines.store.history import events
from pipelines.store.rollups import known_persons
from pipelines.trial import effects
from pipelines.uploads.privacy import person_key
from tests.files import write
from tests.test_marts import roster, settlements

COVER_END = {"人员编号": "P1", "终止日期": "2026-05-02", "终止原因": "停保", "恢复日期": ""}
MAY, JUNE = ["2026-05"], ["2026-06"]
PERIOD = Period("2026-05", "2026-06")


@pytest.fixture(scope="module")
def in_the_open(tmp_path_factory) -> Path:
    """A warehouse with two months, not encrypted."""
    folder = tmp_path_factory.mktemp("in_the_open")
    files = [roster(folder, "名册", "三级"), settlements(folder, "五月", MAY, 1), settlements(folder, "六月", JUNE, 2)]
    load(folder / "warehouse", files, by="测试")
    return folder / "warehouse"


@pytest.fixture
def warehouse(in_the_open, tmp_path, monkeypatch) -> Path:
    """A copy of it; FUND_KEYS names a key folder that is not there yet."""
    monkeypatch.setenv("FUND_KEYS", str(tmp_path / "keys"))
    return Path(shutil.copytree(in_the_open, tmp_path / "warehouse"))


@pytest.fixture
def encrypted(warehouse) -> Path:
    keys.init(warehouse, "测试")
    keys.encrypt(warehouse, "测试")
    return warehouse


def told(warehouse: Path) -> list:
    """Headline figures and, row by row, what a drill-down and the persons of each institution are made of."""
    county = opened_once(warehouse.resolve(), in_force(warehouse))
    figures = [repr(figure) for figure in ask(county, headlines(), PERIOD)]
    persons = [repr(figure) for figure in ask(county, ["beneficiary_persons"], PERIOD, by=("institution",))]
    return [figures, persons, [found.rows for found in rows(county, "cost_per_case", PERIOD, limit=None)]]


OF_PERSONS = ("rows", "persons", "agg_stay", "agg_bed_day", "person_bits")


def person_files(warehouse: Path) -> list[Path]:
    return [p for p in warehouse.rglob("*.parquet") if p.name.startswith(OF_PERSONS)]


def test_what_another_engine_left_of_persons_does_not_stay_in_the_open(warehouse):
    left = warehouse / "scale" / "rollups" / "former" / "batch" / "persons_seen"
    left.mkdir(parents=True)
    keys.init(warehouse, "测试")
    keys.encrypt(warehouse, "测试")
    assert not left.exists()


def test_figures_rows_and_persons_are_the_same_once_everything_is_encrypted(warehouse):
    before, build = told(warehouse), in_force(warehouse)
    keys.init(warehouse, "测试")
    assert keys.encrypt(warehouse, "测试") == keys.key_state(warehouse).sealed == 10
    assert keys.key_state(warehouse).in_the_open == 0
    assert (told(warehouse), in_force(warehouse)) == (before, build)


def test_no_file_with_rows_of_persons_opens_without_its_key(encrypted):
    of_persons = [p for p in person_files(encrypted) if "institutions" not in str(p.parent)]
    assert len(of_persons) == 10
    for path in of_persons:
        assert path.read_bytes()[:4] == b"PARE"
        with pytest.raises(OSError, match="encrypt"):
            pq.ParquetFile(path)


def test_a_build_names_nobody_by_a_pseudonym_but_knows_whose_stays_belong_together(encrypted, in_the_open):
    plain, sealed = (opened_once(w.resolve(), in_force(w)) for w in (in_the_open, encrypted))
    persons = {person for (person,) in plain.fetch("select distinct person_no from mart_stay")}
    with sealed.con.cursor() as con:
        columns = con.execute(
            "select table_name, column_name from duckdb_columns() where data_type = 'BIGINT' and not internal"
        ).fetchall()
        found = {n for t, c in columns for (n,) in con.execute(f'select distinct "{c}" from {t}').fetchall()}
    assert len(persons) > 5 and not persons & found
    per_person = "select count(*) from mart_stay group by person_no order by 1"
    assert plain.fetch(per_person) == sealed.fetch(per_person)


def test_the_ends_of_cover_are_read_from_their_batch(encrypted, in_the_open, tmp_path):
    ends = write(tmp_path, [COVER_END, COVER_END | {"人员编号": "P2"}], "终止.csv")
    found = []
    for warehouse in (Path(shutil.copytree(in_the_open, tmp_path / "copy")), encrypted):
        load(warehouse, [ends], by="测试")
        county = opened_once(warehouse.resolve(), in_force(warehouse))
        with county.con.cursor() as cursor:
            make_tables(cursor, county, "2026")
            found.append(cursor.execute("from fct_cover_end order by all").fetchall())
        assert len(county.fetch("from fct_cover_end")) == (0 if warehouse == encrypted else 2)
    assert found[0] == found[1] and len(found[0]) == 2


def test_each_file_has_a_data_key_of_its_own(encrypted):
    found = [sealing.data_key(path)[1] for path in sealing.sealed_files(encrypted)]
    assert len(set(found)) == len(found) == 10


def test_what_is_loaded_later_is_encrypted_as_it_is_written_and_persons_keep_their_numbers(
    encrypted, in_the_open, tmp_path
):
    july = settlements(tmp_path, "七月", ["2026-07"], 3)
    plain = shutil.copytree(in_the_open, tmp_path / "plain")
    for warehouse in (encrypted, plain):
        assert [r.status for r in load(warehouse, [july], by="测试")] == ["loaded"]
    assert keys.key_state(encrypted).in_the_open == 0
    assert told(encrypted) == told(plain)
    assert numbers(encrypted) == numbers(plain) != []


def numbers(warehouse: Path) -> list[tuple]:
    with workbench(warehouse) as con:
        return con.execute(f"from ({known_persons(con, warehouse)}) order by number").fetchall()


def test_a_dry_run_and_its_effects_work_on_an_encrypted_warehouse(encrypted, tmp_path):
    trial = try_out(encrypted, [settlements(tmp_path, "七月", ["2026-07"], 3)])
    assert trial.files[0].state == "ready"
    assert effects(trial, {"七月.csv"})


def test_a_screening_of_clues_is_kept_encrypted_and_read_again(encrypted):
    first = screen(open_county(encrypted), "2026")
    kept = list((encrypted / "clues").glob("*.parquet"))
    assert [path.read_bytes()[:4] for path in kept] == [b"PARE"]
    with sealing.opened(kept[0]) as file:
        assert file.metadata.num_rows == len(first)


def test_without_the_keys_an_encrypted_warehouse_says_so_and_takes_nothing(encrypted, tmp_path, monkeypatch):
    july = settlements(tmp_path, "七月", ["2026-07"], 3)
    for value, wanted in (("", "没有设置 FUND_KEYS"), (str(tmp_path / "none"), "找不到密钥文件夹")):
        monkeypatch.setenv("FUND_KEYS", value)
        before = {path: path.read_bytes() for path in encrypted.rglob("*.json*") if path.name != "writer.json"}
        with pytest.raises(WarehouseError, match=wanted):
            load(encrypted, [july], by="测试")
        assert {path: path.read_bytes() for path in before} == before
        assert not (encrypted / "person.key").exists()
        assert wanted in keys.key_state(encrypted).trouble


def test_the_key_folder_of_another_warehouse_is_refused(encrypted, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    monkeypatch.setenv("FUND_KEYS", str(other))
    (other / "person.key").write_text("another")
    (other / "master-0001-aaaaaa.key").write_text(base64.b64encode(bytes(32)).decode())
    with pytest.raises(WarehouseError, match="不是本仓库的人员密钥"):
        person_key(encrypted)
    with pytest.raises(WarehouseError, match="没有主密钥"):
        sealing.data_key(next(sealing.sealed_files(encrypted)))


def test_the_keys_are_their_owners_alone_and_none_is_left_in_the_warehouse(warehouse, tmp_path):
    key = person_key(warehouse)
    keys.init(warehouse, "测试")
    made = sorted((tmp_path / "keys").glob("*.key"))
    assert {path.name.partition("-")[0] for path in made} >= {"master", "person.key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert person_key(warehouse) == key
    secrets = [path.read_bytes().strip() for path in made]
    kept = [path.read_bytes() for path in warehouse.rglob("*") if path.is_file()]
    assert not any(secret in content for secret in secrets for content in kept)


def test_a_key_folder_inside_the_warehouse_or_open_to_others_is_refused(warehouse, tmp_path, monkeypatch):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys").chmod(0o755)
    with pytest.raises(WarehouseError, match="别人也能读"):
        keys.init(warehouse, "测试")
    monkeypatch.setenv("FUND_KEYS", str(warehouse / "keys"))
    with pytest.raises(WarehouseError, match="在数据仓库里面"):
        keys.init(warehouse, "测试")


@pytest.mark.parametrize("data", [False, True])
def test_a_rotation_leaves_nothing_to_the_former_master_key(encrypted, tmp_path, data):
    before, former = told(encrypted), keys.key_state(encrypted).masters[0][0]
    contents = {path.read_bytes() for path in sealing.sealed_files(encrypted)}
    made = keys.rotate(encrypted, "测试", "例行更换", data=data)
    assert keys.key_state(encrypted).masters == ((former, 0), (made, 10))
    unchanged = contents & {path.read_bytes() for path in sealing.sealed_files(encrypted)}
    assert len(unchanged) == (0 if data else 10)
    with pytest.raises(WarehouseError, match="现用"):
        keys.drop(encrypted, made, "测试", "清理")
    keys.drop(encrypted, former, "测试", "清理")
    assert [p.stem for p in (tmp_path / "keys").glob("master-*")] == [made]
    assert told(encrypted) == before


def test_a_rotation_that_was_interrupted_is_finished_by_the_next_one(encrypted, monkeypatch):
    whole, count = keys.publish, iter(range(3))

    def failing(*given):
        next(count)
        return whole(*given)

    before = told(encrypted)
    monkeypatch.setattr(keys, "publish", failing)
    with pytest.raises(StopIteration):
        keys.rotate(encrypted, "测试", "例行更换")
    assert [files > 0 for _, files in keys.key_state(encrypted).masters] == [True, True]
    assert told(encrypted) == before
    monkeypatch.undo()


def test_encrypting_that_was_interrupted_can_be_repeated(warehouse, monkeypatch):
    before = told(warehouse)
    keys.init(warehouse, "测试")
    whole, count = keys.forget_former, iter(range(3))

    def failing(*given):
        next(count)
        return whole(*given)

    monkeypatch.setattr(keys, "forget_former", failing)
    with pytest.raises(StopIteration):
        keys.encrypt(warehouse, "测试")
    assert told(warehouse) == before
    monkeypatch.setattr(keys, "forget_former", whole)
    keys.encrypt(warehouse, "测试")
    assert (keys.key_state(warehouse).in_the_open, keys.key_state(warehouse).sealed) == (0, 10)
    assert told(warehouse) == before


def test_the_journal_tells_of_every_batch_whose_files_were_rewritten(encrypted):
    entries = [event for event in events(encrypted) if event.action == "rekey"]
    assert [event.batch.split("-")[0] for event in entries] == ["", "settlements", "settlements"]
    assert {event.action_zh for event in entries} == {"加密、换密钥"}


def test_a_changed_byte_and_a_changed_key_are_noticed(encrypted):
    path = next(p for p in sealing.sealed_files(encrypted) if p.name.startswith("rows"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(WarehouseError, match="校验值不一致"):
        keys.rotate(encrypted, "测试", "例行更换")
    material = material_of(path)
    outer = json.loads(material.read_text())
    inner = json.loads(outer["footerKey"])
    raw = bytearray(base64.b64decode(inner["wrappedDEK"]))
    raw[-1] ^= 1
    inner["wrappedDEK"] = base64.b64encode(raw).decode()
    material.write_text(json.dumps(outer | {"footerKey": json.dumps(inner)}))
    with pytest.raises(WarehouseError, match="打不开"):
        sealing.data_key(path)


def test_a_file_with_many_groups_and_many_values_reads_back_row_by_row(encrypted, tmp_path):
    """What the engine can't read is a second page of a column: there must be none, however wide or long the values."""
    with duckdb.connect() as con:
        con.execute(
            "copy (select i as person, 'settlement number ' || i as id, nullif(i % 7, 3) as few, "
            "cast(i as decimal(18, 2)) / 100 as yuan from range(300000) t(i)) "
            f"to '{tmp_path}/plain.parquet' (format parquet)"
        )
        sealing.seal_file(tmp_path / "plain.parquet", tmp_path / "sealed.parquet")
        assert located(tmp_path / "sealed.parquet").read_bytes()[:4] == b"PARE"
        query, options = "select count(*), sum(hash(t)), max(file_row_number) from {} t", ", file_row_number = true"
        plain, sealed = (scan(con, tmp_path / f"{name}.parquet", options) for name in ("plain", "sealed"))
        assert con.execute(query.format(plain)).fetchone() == con.execute(query.format(sealed)).fetchone()
