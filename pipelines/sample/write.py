"""Writing the uploads: UTF-8 with a byte order mark, the headers of the upload contracts, one file per month."""

import csv
import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from .block import MONEY, Block, take
from .people import PSN_TYPES, People
from .places import TOWNS, Roster
from .printed import Half
from .traits import DISEASE_CODES, DISEASE_NAMES

CONTRACTS = Path(__file__).parents[1] / "definitions" / "1_uploads"
MARK = b"\xef\xbb\xbf"
SETTLEMENT = "S"  # begins a settlement number, then the month and the running number
OLD_EXPORT = "2024-07"  # the county's old system wrote GB18030
ALWAYS_SHOWN = {"medfee_sumamt", "inscp_scp_amt", "fund_pay_sumamt", "psn_cash_pay"}  # other zero amounts stay blank


def headers(table: str) -> dict[str, str]:
    """Column name -> Chinese header of an upload, in the template's order."""
    contract = tomllib.loads((CONTRACTS / f"{table}.toml").read_text(encoding="utf-8"))
    return {name: column["header"] for name, column in contract["columns"].items()}


def write_table(path: Path, table: str, rows: list[dict]) -> Path:
    """Write a small upload from dicts keyed by column name; a column that no row has is left out of the file."""
    columns = headers(table)
    if unknown := {name for row in rows for name in row} - set(columns):
        raise ValueError(f"{table} has no columns {sorted(unknown)}")
    used = [name for name in columns if any(name in row for row in rows)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns[name] for name in used)
        writer.writerows([_cell(row.get(name)) for name in used] for row in rows)
    return path


def write_years(folder: Path, table: str, date: str, rows: list[dict]) -> list[Path]:
    """Write a small upload as one file per year of its date column."""
    years = sorted({row[date][:4] for row in rows})
    return [
        write_table(folder / f"{table}_{year}.csv", table, [row for row in rows if row[date].startswith(year)])
        for year in years
    ]


def yuan(fen: int) -> str:
    """Whole fen as yuan with two decimals."""
    sign, fen = ("-" if fen < 0 else ""), abs(int(fen))
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def _cell(value) -> str:
    return "" if value is None else str(value)


def setl_ids(block: Block, rows: np.ndarray) -> list[str]:
    """The settlement numbers that write_settlements gives to some rows of a half-year."""
    order = np.argsort(block["setl_time"], kind="stable")
    month = block["setl_time"][order].astype("datetime64[D]").astype("datetime64[M]")
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order)) - np.searchsorted(month, month) + 1
    months = block["setl_time"][rows].astype("datetime64[D]").astype("datetime64[M]").astype(str)
    return [f"{SETTLEMENT}{name.replace('-', '')}{rank:07d}" for name, rank in zip(months, number[rows], strict=True)]


def write_settlements(folder: Path, half: Half, block: Block, people: People, roster: Roster) -> list[Path]:
    """Write the half-year's settlements, one file per month, in order of settlement day."""
    block = take(block, np.argsort(block["setl_time"], kind="stable"))
    month = block["setl_time"].astype("datetime64[D]").astype("datetime64[M]")
    edges = np.searchsorted(month, np.array([*half.months, half.last + 1], dtype="datetime64[M]"))
    columns = headers("settlements")
    paths = []
    for name, start, stop in zip(half.months, edges[:-1], edges[1:], strict=True):
        part = take(block, slice(start, stop))
        values = _arrow_columns(part, half, name, people, roster)
        paths.append(_write_arrow(folder / f"settlements_{name}.csv", columns, values))
        if name == OLD_EXPORT:
            text = paths[-1].read_text(encoding="utf-8-sig")
            paths[-1].write_text(text, encoding="gb18030", newline="")
    return paths


def _write_arrow(path: Path, columns: dict[str, str], values: dict[str, pa.Array]) -> Path:
    used = [name for name in columns if name in values]
    table = pa.Table.from_arrays([values[name] for name in used], names=used)
    options = pa.csv.WriteOptions(include_header=False, quoting_style="none", batch_size=8192)
    with path.open("wb") as file:
        file.write(MARK + ",".join(columns[name] for name in used).encode() + b"\n")
        pa.csv.write_csv(table, file, options)
    return path


def _arrow_columns(block: Block, half: Half, month: str, people: People, roster: Roster) -> dict[str, pa.Array]:
    """The contract's columns of one month's rows."""
    person, place, rows = block["person"], block["place"], np.arange(len(block["person"]))
    stay = block["ipt_days"]
    return {
        "setl_id": _numbered(SETTLEMENT + month.replace("-", ""), rows + 1, 7),
        "mdtrt_id": _numbered(f"M{half.number + 1}", block["episode"], 7),
        "psn_no": _numbered("P", people.number[person], 8),
        "insutype": _whole(block["insutype"]),
        "psn_type": _named(people.psn_type[person], PSN_TYPES),
        "med_type": _whole(block["med_type"]),
        "fixmedins_code": _named(place, roster.code),
        "fixmedins_name": _named(place, roster.names_in(month)),
        "hosp_lv": _named(place, roster.level),
        "pay_loc": _named(place, roster.location),
        **{name: _days(block[name]) for name in ("begndate", "enddate", "setl_time")},
        "ipt_days": pa.array(stay, pa.int64(), mask=stay == 0),
        **{name: _money(block[name], name in ALWAYS_SHOWN) for name in MONEY},
        "dise_no": _named(block["illness"], DISEASE_CODES),
        "dise_name": _named(block["illness"], DISEASE_NAMES),
        **{name: _whole(block[name]) for name in ("clr_way", "setl_type", "refd_setl_flag", "vali_flag")},
        "town": _named(people.town[person], TOWNS),
    }


def _whole(values: np.ndarray) -> pa.Array:
    return pa.array(values.astype(np.int32))


def _days(values: np.ndarray) -> pa.Array:
    return pa.array(values.astype(np.int32)).cast(pa.date32())


def _named(codes: np.ndarray, names: list[str]) -> pa.Array:
    """Names by index; a negative index is blank."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int16), mask=codes < 0), pa.array(names))


def _money(fen: np.ndarray, show_zero: bool) -> pa.Array:
    """Fen as DECIMAL yuan without copying; zeros are blank unless they are to be shown."""
    blank = None if show_zero else pa.py_buffer(np.packbits(fen != 0, bitorder="little"))
    values = pa.py_buffer(np.ascontiguousarray(fen, dtype=np.int64))
    return pa.Array.from_buffers(pa.decimal64(18, 2), len(fen), [blank, values])


def _numbered(prefix: str, numbers: np.ndarray, width: int) -> pa.Array:
    """Identifiers: the prefix and the number with leading zeros."""
    head, size = np.frombuffer(prefix.encode(), np.uint8), len(prefix) + width
    text = np.empty((len(numbers), size), np.uint8)
    text[:, : len(head)] = head
    for digit in range(width):
        text[:, size - 1 - digit] = 48 + numbers // 10**digit % 10
    offsets = np.arange(0, (len(numbers) + 1) * size, size, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), len(numbers), [None, pa.py_buffer(offsets), pa.py_buffer(text)])
