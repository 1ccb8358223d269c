"""Terms of sharing the risk in words."""

import json

from pipelines import risk_sharing


def decided(subject: str, values: dict[str, str]) -> tuple[str, str]:
    """(what it is about, what was decided) of a line of the journal about terms."""
    about = f"{risk_sharing.COVERS[subject]}条款"
    if "withdraws" in values:
        return about, f"撤回 {values['withdraws']} 号条款"
    return about, brief(risk_sharing.read_terms(json.loads(values["terms"])))


def brief(terms: risk_sharing.Terms) -> str:
    """大病保险共保，2026-01-01 起；3 家共保人，年度限额 700 万元；2 份分保."""
    insurers = f"{len(terms.insurers)} 家共保人，年度限额 {wan(terms.pool_limit_yuan)} 万元"
    return f"{terms.title}，{terms.begins} 起；{insurers}；{len(terms.treaties)} 份分保"


def wan(yuan) -> str:
    """Yuan in 万元, without idle zeros."""
    return f"{yuan / 10000:,.2f}".rstrip("0").rstrip(".")
