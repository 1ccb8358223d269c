"""A server under attack: the real one, on a county whose names are hostile."""

import socket
import ssl
from pathlib import Path

import pytest

from pipelines import load
from tests.browser import drive
from tests.files import INSTITUTION, SETTLEMENT, rows, write

NAMES = ("云溪县人民医院", "<img src=x onerror=alert(1)>", "'; drop table dim_institution; --")
SECRET = b"-- the key of persons --"


def county(folder: Path) -> Path:
    """A warehouse of one month: a hospital and a town of each name."""
    codes = [f"H9901010{n:04d}" for n in range(len(NAMES))]
    quoted = ['"' + name + '"' for name in NAMES]
    roster = [INSTITUTION | {"机构编码": c, "机构名称": n, "乡镇": n} for c, n in zip(codes, quoted, strict=True)]
    stays = [{"定点医药机构编号": c, "乡镇": n} for c, n in zip(codes, quoted, strict=True)]
    write(folder, roster, "institutions.csv")
    write(folder, rows(SETTLEMENT, *stays), "june.csv")
    receipts = load(folder / "warehouse", [folder], "测试")
    assert {r.status for r in receipts} == {"loaded"}
    (folder / "warehouse" / "secret.txt").write_bytes(SECRET)
    return folder / "warehouse"


@pytest.fixture(scope="session")
def attacked(tmp_path_factory) -> Path:
    """The warehouse behind the server."""
    return county(tmp_path_factory.mktemp("attacked"))


@pytest.fixture(scope="session")
def address(attacked):
    with drive.dashboard(attacked, attacked.parent / "server.log") as address:
        yield address


@pytest.fixture
def say(address):
    """A function that sends raw bytes to the server and gives what it answers until it closes or is silent."""
    host, port = address.removeprefix("http://").split(":")

    def said(*pieces: bytes, seconds: float = 3) -> bytes:
        with socket.create_connection((host, int(port)), timeout=seconds) as line:
            told = b""
            try:
                for piece in pieces:
                    line.sendall(piece)
                while part := line.recv(65536):
                    told += part
            except (TimeoutError, ConnectionError, ssl.SSLError):
                pass
            return told

    return said
