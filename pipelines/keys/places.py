"""The key folder: master keys and the key of the pseudonyms, in the folder that FUND_KEYS names.

KEYS/
  master-0001-<random>.key   256 bits in base64; the last one wraps what is written now, former ones open what was
  person.key                 what turns person numbers into pseudonyms
warehouse/keys.json          that this warehouse is encrypted, and a fingerprint of its person.key: no key itself
"""

import base64
import contextlib
import hashlib
import json
import os
import secrets
from pathlib import Path

from pipelines.errors import WarehouseError

KEY_BYTES = 32
PERSON_KEY = "person.key"


def folder() -> Path | None:
    """The key folder that FUND_KEYS names; None where it names none."""
    named = os.environ.get("FUND_KEYS", "").strip()
    return Path(named).expanduser() if named else None


def bound(warehouse: Path) -> bool:
    """Whether this warehouse is encrypted."""
    return (warehouse / "keys.json").exists()


def encrypting(warehouse: Path) -> bool:
    """Whether rows of persons are to be written encrypted. Raises WarehouseError if the keys for it are not there."""
    if not bound(warehouse):
        return False
    needed_folder()
    if not masters():
        raise WarehouseError(f"密钥文件夹 {folder()} 里没有主密钥；请接上存放密钥的介质，或改 FUND_KEYS")
    return True


def needed_folder() -> Path:
    """The key folder. Raises WarehouseError if FUND_KEYS names none, or one that is not there."""
    found = folder()
    if found is None:
        raise WarehouseError("数据仓库已加密，但没有设置 FUND_KEYS；请把它设为密钥文件夹后再试")
    if not found.is_dir():
        raise WarehouseError(f"找不到密钥文件夹 {found}；请接上存放密钥的介质，或改 FUND_KEYS")
    return found


def masters() -> list[str]:
    """Names of the master keys, oldest first."""
    found = folder()
    return sorted(path.stem for path in found.glob("master-*.key")) if found else []


def master(name: str) -> bytes:
    """A master key. Raises WarehouseError if it is not in the key folder, or is no key."""
    path = needed_folder() / f"{name}.key"
    if "/" in name or "\\" in name or not path.exists():
        raise WarehouseError(f"密钥文件夹 {path.parent} 里没有主密钥 {name}；没有它，用它加密的明细打不开")
    try:
        key = base64.b64decode(path.read_text().strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise WarehouseError(f"主密钥 {path} 已损坏；请从密钥的备份恢复它")
    return key


def make_master() -> str:
    """A new master key in the key folder; returns its name."""
    where = needed_folder()
    number = max((int(name.split("-")[1]) for name in masters()), default=0) + 1
    name = f"master-{number:04d}-{secrets.token_hex(3)}"
    write_key(where / f"{name}.key", base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())
    return name


def write_key(path: Path, text: str) -> None:
    """Written aside and linked into place, readable by its owner only: of two first users one makes the key."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink()


def person_key_path(warehouse: Path) -> Path:
    """Where the key of the pseudonyms lies: in the warehouse, or in the key folder of an encrypted one.

    Raises WarehouseError if that folder holds the key of another warehouse, by which persons would get other numbers.
    """
    if not bound(warehouse):
        return warehouse / PERSON_KEY
    path = needed_folder() / PERSON_KEY
    if not path.exists() or fingerprint(path.read_text().strip()) != told(warehouse)["person_key"]:
        raise WarehouseError(f"{path} 不是本仓库的人员密钥；换了它，同一个人会有两个编号。请接上本仓库自己的密钥文件夹")
    return path


def told(warehouse: Path) -> dict:
    """What keys.json says."""
    return json.loads((warehouse / "keys.json").read_text("utf-8"))


def fingerprint(person_key: str) -> str:
    """Tells one person key from another, and nothing about it: of 192 random bits."""
    return hashlib.sha256(f"fingerprint:{person_key}".encode()).hexdigest()[:16]


def begin(warehouse: Path, at: str) -> None:
    """Bind a warehouse to the key folder: its person key moves there, keys.json says that it did.

    Raises WarehouseError if the folder holds the person key of another warehouse.
    """
    here, there = warehouse / PERSON_KEY, needed_folder() / PERSON_KEY
    key = here.read_text().strip() if here.exists() else ""
    if not there.exists():
        write_key(there, key or secrets.token_urlsafe(24))
    if key and there.read_text().strip() != key:
        raise WarehouseError(f"{there} 是另一个数据仓库的人员密钥；请给本仓库另设一个密钥文件夹")
    aside = warehouse / "keys.json.new"
    aside.write_text(json.dumps({"at": at, "person_key": fingerprint(there.read_text().strip())}), "utf-8")
    os.replace(aside, warehouse / "keys.json")
    here.unlink(missing_ok=True)


def retire(name: str) -> None:
    """Take a master key out of the key folder."""
    (needed_folder() / f"{name}.key").unlink()
