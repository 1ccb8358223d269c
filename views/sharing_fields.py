"""风险分担: the lists of the terms as tables to type into, and what was typed as read_terms takes it."""

from collections.abc import Sequence
from dataclasses import asdict

import pandas
import streamlit as st

from pipelines.risk_sharing import CONTRACTS, FORMS, NAMES, PREMIUMS

WORDS = {"form": FORMS, "contract": CONTRACTS, "commission_on": PREMIUMS}
CHECKED = ("leads", "accepted")
TEXTS = ("name", "reinsurer", "unit", "item")
COLUMNS = {
    "insurers": ("name", "share", "leads"),
    "payers": ("name", "share"),
    "treaties": (
        "form",
        "contract",
        "reinsurer",
        "share",
        "line_yuan",
        "lines",
        "case_limit_yuan",
        "limit_yuan",
        "premium_share",
        "commission",
        "commission_on",
        "accepted",
    ),
    "benefits": ("name", "unit", "unit_yuan", "most_yuan"),
    "stages": ("item", "name", "share"),
    "steps": ("index", "yuan"),
}
IN_PERCENT = ("premium_share", "commission")
PARTS = ("treaties", "stages")  # whose shares are percents of a whole
WIDTHS = {"form": 92, "contract": 78, "commission_on": 70}
SHORT = {
    "line_yuan": "自留额",
    "case_limit_yuan": "每例限",
    "limit_yuan": "全年限",
    "premium_share": "保费%",
    "commission": "手续费%",
    "commission_on": "按",
}
PARTED = {"treaties": "成数%", "stages": "占比（%）"}


def head(key: str, name: str) -> str:
    """What a column of a list is called."""
    return PARTED[key] if name == "share" and key in PARTED else SHORT.get(name, NAMES[name])


def frame(key: str, items: Sequence) -> pandas.DataFrame:
    """A list of the terms as rows, rates in percent; columns have their kind even where there is no row."""
    rows = [asdict(item) for item in items]
    columns = {name: [shown(key, name, row[name]) for row in rows] for name in COLUMNS[key]}
    return pandas.DataFrame({head(key, n): pandas.Series(values, dtype=kind(n)) for n, values in columns.items()})


def kind(name: str) -> str:
    return "bool" if name in CHECKED else "object" if name in (*TEXTS, *WORDS) else "float64"


def shown(key: str, name: str, value):
    """A value as its cell has it; what a form of treaty has no use for is an empty cell."""
    if name in WORDS:
        return WORDS[name][value]
    if name in (*TEXTS, *CHECKED):
        return value
    if value is None or (not value and key == "treaties"):
        return None
    return float(100 * value if percent(key, name) else value)


def percent(key: str, name: str) -> bool:
    return name in IN_PERCENT or (name == "share" and key in PARTS)


def typed(key: str, rows: Sequence[dict]) -> list[dict]:
    """The rows of a table as read_terms takes them: what is empty is not told, empty rows are none."""
    found = []
    for row in rows:
        told = {
            name: value for name in COLUMNS[key] if (value := read(key, name, row.get(head(key, name)))) is not None
        }
        if any(name not in CHECKED for name in told):
            found.append(told)
    return found


def read(key: str, name: str, value):
    if value is None or value != value or value == "":
        return None
    if name in WORDS:
        return next((code for code, words in WORDS[name].items() if words == value), str(value))
    if name in CHECKED:
        return bool(value)
    if name in TEXTS:
        return str(value).strip() or None
    return f"{float(value) / 100:.8g}" if percent(key, name) else f"{float(value):.15g}"


def config(key: str) -> dict:
    """How the columns of a list are typed into."""
    made = {}
    for name in COLUMNS[key]:
        if name in WORDS:
            options = list(WORDS[name].values())
            made[head(key, name)] = st.column_config.SelectboxColumn(options=options, width=WIDTHS.get(name))
        elif name in CHECKED:
            made[head(key, name)] = st.column_config.CheckboxColumn(default=name == "accepted", width=70)
        elif name in TEXTS:
            made[head(key, name)] = st.column_config.TextColumn(max_chars=60)
        else:
            made[head(key, name)] = st.column_config.NumberColumn(
                min_value=0, format="localized", width=86 if key == "treaties" else None
            )
    return made


def editor(key: str, items: Sequence, stamp: str) -> list[dict]:
    """A list of the terms to type into; what stands there now. stamp: changes when it is to begin anew."""
    edited = st.data_editor(
        frame(key, items),
        column_config=config(key),
        num_rows="dynamic",
        hide_index=True,
        placeholder="",
        key=f"{key}-{stamp}",
    )
    return typed(key, edited.to_dict("records"))
