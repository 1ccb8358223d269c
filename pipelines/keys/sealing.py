"""Encrypted Parquet: written by pyarrow, read by pyarrow, the engine and Spark; each file has a data key of its own.

Parquet modular encryption, AES-GCM with 256 bits for every page and the footer. The data key is wrapped by a master key
and lies beside the file as its key material, in the form that Parquet's own key tools know.
"""

import base64
import json
import secrets
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipelines.errors import WarehouseError
from pipelines.keys.finding import encrypted, key_name, located, material_of
from pipelines.keys.places import folder, master, masters

GROUP_ROWS = 122_880
ONE_PAGE = 2**30
# The engine can't read a second page of a column, nor one after a dictionary that was given up: each has one page.
FORM = {
    "compression": "zstd",
    "compression_level": 1,
    "max_rows_per_page": GROUP_ROWS,
    "data_page_size": ONE_PAGE,
    "dictionary_pagesize_limit": ONE_PAGE,
    "store_decimal_as_integer": True,
}
NONCE_BYTES = 12


class Masters(pe.KmsClient):
    """What wraps and unwraps data keys, as pyarrow asks for it: AES-GCM, the master key's name as associated data."""

    def __init__(self, config):
        super().__init__()

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        wrapped = AESGCM(master(master_key_identifier)).encrypt(nonce, key_bytes, master_key_identifier.encode())
        return base64.b64encode(nonce + wrapped)

    def unwrap_key(self, wrapped_key: str, master_key_identifier: str) -> bytes:
        raw, name = base64.b64decode(wrapped_key), master_key_identifier
        try:
            return AESGCM(master(name)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], name.encode())
        except InvalidTag as error:
            raise WarehouseError(f"主密钥 {name} 打不开它包住的数据密钥：密钥或数据被改动过") from error


def factory() -> pe.CryptoFactory:
    return pe.CryptoFactory(Masters)


def seal(tables: Iterable[pa.Table], schema: pa.Schema, target: Path) -> Path:
    """Write tables encrypted, to stand for target (rows.parquet); returns the file that was written."""
    path = target.with_name(f"{target.stem}.{secrets.token_hex(4)}{target.suffix}")
    config = pe.EncryptionConfiguration(
        footer_key=masters()[-1],
        uniform_encryption=True,
        double_wrapping=False,
        internal_key_material=False,
        data_key_length_bits=256,
    )
    properties = factory().file_encryption_properties(pe.KmsConnectionConfig(), config, path)
    with pq.ParquetWriter(path, schema, encryption_properties=properties, **FORM) as writer:
        for table in tables:
            writer.write_table(table, row_group_size=GROUP_ROWS)
    return path


def tables_of(rows: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """The rows of a query, about a row group at a time."""
    for batch in rows:
        yield pa.Table.from_batches([batch])


def seal_file(source: Path, target: Path) -> Path:
    """Write a Parquet file, encrypted or not, encrypted anew with a data key of its own, rows in their order."""
    with opened(source) as file:
        groups = (file.read_row_group(number) for number in range(file.num_row_groups))
        return seal(groups, file.schema_arrow, target)


def opened(path: Path) -> pq.ParquetFile:
    """The Parquet file that stands for path, encrypted or not; the caller closes it."""
    found = located(path)
    if not material_of(found).exists():
        return pq.ParquetFile(found)
    properties = factory().file_decryption_properties(pe.KmsConnectionConfig(), parquet_file_path=found)
    return pq.ParquetFile(found, decryption_properties=properties)


def data_key(path: Path) -> tuple[str, str] | None:
    """(name, key in base64) of an encrypted file, for the engine; None if it is not encrypted.

    Raises WarehouseError if the master key is not there, or does not open it.
    """
    material = material_of(path)
    try:
        written = material.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return unwrapped(material, path, written, folder())


@lru_cache(maxsize=4096)
def unwrapped(material: Path, path: Path, written: int, keys: Path | None) -> tuple[str, str]:
    """Unwrapped once for every time that the key material was written, and key folder."""
    told = wrapping(material)
    key = Masters(None).unwrap_key(told["wrappedDEK"], told["masterKeyID"])
    return key_name(path, told["wrappedDEK"]), base64.b64encode(key).decode()


def wrapping(material: Path) -> dict:
    """What key material says: masterKeyID, wrappedDEK."""
    return json.loads(json.loads(material.read_text("utf-8"))["footerKey"])


def rewrapped(material: Path, name: str) -> str:
    """The text of key material with the same data key wrapped by another master key."""
    told, outer = wrapping(material), json.loads(material.read_text("utf-8"))
    key = Masters(None).unwrap_key(told["wrappedDEK"], told["masterKeyID"])
    wrapped = Masters(None).wrap_key(key, name).decode()
    inner = told | {"masterKeyID": name, "wrappedDEK": wrapped}
    return json.dumps(outer | {"footerKey": json.dumps(inner)})


def sealed_files(folder: Path) -> Iterator[Path]:
    """Every encrypted Parquet file below a folder."""
    for material in sorted(folder.rglob("_KEY_MATERIAL_FOR_*.json")):
        path = material.with_name(material.name.removeprefix("_KEY_MATERIAL_FOR_").removesuffix(".json"))
        if path.exists():
            yield path


def forget_former(path: Path, kept: Path) -> None:
    """Take away the files that stood for path before kept did."""
    path.unlink(missing_ok=True)
    for former in encrypted(path):
        if former != kept:
            former.unlink()
            material_of(former).unlink()
