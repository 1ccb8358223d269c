"""The journal's chain: a line changed, taken out or put in no longer fits; old journals are taken in."""

import hashlib
import json

import pytest

from pipelines.build import load
from pipelines.store.chain import Chain, chained, examined
from pipelines.store.hashes import file_hash
from pipelines.store.warehouse import Entry, append, batch_folder, journal, now, read_batch
from tests.files import ENROLMENT, SETTLEMENT, rows, write

OLD = b'{"action": "lock", "by": "a"}\n{"action": "unlock", "by": "b"}\n'


def grown(content: bytes, *who: str) -> bytes:
    for by in who:
        content += chained(content, [{"action": "map", "by": by}])
    return content


def test_a_link_is_the_hash_of_all_lines_before_and_of_the_line_without_it():
    content = grown(b"", "王", "李")
    first, second = content.splitlines(keepends=True)
    told = json.loads(second)
    link = told.pop("chain")
    assert hashlib.sha256(first + json.dumps(told, ensure_ascii=False).encode()).hexdigest() == link


def test_lines_written_at_once_make_the_same_chain_as_one_by_one():
    one_by_one = grown(OLD, "王", "李", "赵")
    assert OLD + chained(OLD, [{"action": "map", "by": by} for by in ("王", "李", "赵")]) == one_by_one


def test_an_untouched_journal_fits_and_an_old_one_is_taken_in():
    assert examined(OLD) == Chain(2, 0, ())
    assert examined(grown(OLD, "王", "李")) == Chain(4, 2, ())


@pytest.mark.parametrize(
    ("deed", "broken"),
    [
        (
            lambda lines: [lines[0].replace(b'"a"', b'"z"'), *lines[1:]],
            (3, 4, 5),
        ),  # an old line: told by the first link
        (lambda lines: [*lines[:3], lines[3].replace("李".encode(), "孙".encode()), lines[4]], (4, 5)),
        (lambda lines: [*lines[:3], lines[4]], (4,)),  # taken out
        (lambda lines: [*lines[:3], lines[0], *lines[3:]], (4, 5, 6)),  # put in, without a link
        (lambda lines: [*lines[:3], lines[4], lines[3]], (4, 5)),  # changed places
    ],
)
def test_a_line_that_was_changed_taken_out_or_put_in_no_longer_fits(deed, broken):
    lines = grown(OLD, "王", "李", "赵").splitlines(keepends=True)
    assert examined(b"".join(deed(lines))).broken == broken


def test_lines_written_after_a_break_fit_again_but_the_break_stays():
    lines = grown(OLD, "王", "李").splitlines(keepends=True)
    content = b"".join([*lines[:2], lines[2].replace("王".encode(), "孙".encode()), lines[3]])
    assert examined(grown(content, "赵")).broken == (3, 4)


def test_the_chain_vouches_for_every_file_of_a_batch_through_its_record(tmp_path):
    write(tmp_path, [ENROLMENT], "enrolment.csv")
    write(tmp_path, rows(SETTLEMENT, {}), "settlements.csv")
    warehouse = tmp_path / "warehouse"
    load(warehouse, [tmp_path / "enrolment.csv", tmp_path / "settlements.csv"], "测试")
    for entry in journal(warehouse):
        folder = batch_folder(warehouse, entry.batch)
        files = {path.name: file_hash(path) for path in folder.iterdir()}
        assert entry.record == files.pop("batch.json")
        assert read_batch(warehouse, entry.batch).files == files
    assert {frozenset(read_batch(warehouse, entry.batch).files) for entry in journal(warehouse)} == {
        frozenset({"rows.parquet", "original.csv"}),
        frozenset({"rows.parquet", "persons.parquet"}),
    }


def test_a_journal_from_before_the_chain_goes_on(tmp_path):
    line = json.dumps({"action": "lock", "batch": "", "by": "王", "at": now(), "period": "2026-05"}) + "\n"
    (tmp_path / "journal.jsonl").write_text(line, "utf-8")
    append(tmp_path, Entry("unlock", "", "李", now(), period="2026-05"))
    assert (tmp_path / "journal.jsonl").read_text("utf-8").startswith(line)
    assert examined((tmp_path / "journal.jsonl").read_bytes()) == Chain(2, 1, ())
    assert [entry.by for entry in journal(tmp_path)] == ["王", "李"]
