"""Where a build's fits are kept: warehouse/outlook/<hash>.json. It may be removed at any time: it is made again."""

import contextlib
import hashlib
import json
import uuid
from dataclasses import asdict
from pathlib import Path

from pipelines.answers.county import County
from pipelines.outlook.back_test import BackTest
from pipelines.outlook.fitting import Fitted
from pipelines.outlook.forecasting import Kind, Model
from pipelines.outlook.income import Expected
from pipelines.outlook.settling import Settling

FILES = 40  # that are kept, the latest
VERSION = 1  # of what makes models out of a build


def path_of(county: County, now: str) -> Path:
    told = (VERSION, county.build_id, county.scope, now)
    return county.warehouse / "outlook" / f"{hashlib.sha256(repr(told).encode()).hexdigest()[:16]}.json"


def kept(county: County, now: str) -> dict[str, tuple[Model, BackTest | None, BackTest | None]] | None:
    """Scheme -> its model, the tests of payouts and of income; None if they were not kept, or the file is damaged."""
    try:
        told = json.loads(path_of(county, now).read_text("utf-8"))
        return {scheme: (model(of["model"]), test(of["payout"]), test(of["income"])) for scheme, of in told.items()}
    except (OSError, ValueError, TypeError, KeyError):
        return None


def keep(county: County, now: str, found: dict[str, tuple[Model, BackTest | None, BackTest | None]]) -> None:
    """Write them aside and name them once they are whole; where the folder can't be written, nothing is kept."""
    target = path_of(county, now)
    aside = target.with_suffix(f".{uuid.uuid4().hex[:8]}.tmp")
    parts = ("model", "payout", "income")
    told = {
        scheme: {p: each and asdict(each) for p, each in zip(parts, of, strict=True)} for scheme, of in found.items()
    }
    with contextlib.suppress(OSError):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside.write_text(json.dumps(told), "utf-8")
        aside.replace(target)
        for old in sorted(target.parent.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)[FILES:]:
            old.unlink(missing_ok=True)


def test(told: dict | None) -> BackTest | None:
    return None if told is None else BackTest(**told)


def model(told: dict) -> Model:
    sources = {name: Expected(**listed(source)) for name, source in told["sources"].items()}
    return Model(**listed(told) | {"kinds": tuple(map(kind, told["kinds"])), "sources": sources})


def kind(told: dict) -> Kind:
    settled = listed(told["settled"]) | {"ratios": tuple(map(tuple, told["settled"]["ratios"]))}
    parts = {name: Fitted(**listed(told[name])) for name in ("visits", "cost")}
    return Kind(**told | parts | {"settled": Settling(**settled)})


def listed(told: dict) -> dict:
    """JSON knows no tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
