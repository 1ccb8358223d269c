"""Who is compared with whom: the same kind, paid the same way, of the same level where each level has enough."""

from collections import defaultdict
from functools import lru_cache

from pipelines.answers.county import County
from pipelines.contracts import zh
from pipelines.peers.limits import FEWEST_PEERS


@lru_cache(maxsize=16)
def groups(county: County) -> dict[str, str]:
    """{institution of the roster: what it and its like are called}; one that is not on the roster has no like,
    nor have those of other counties where the caller sees one of several.

    Those paid by the bed day are compared among themselves, for it changes what a stay costs. A kind is split by level
    only where every level of it has five institutions: a split that leaves two alone would take away their comparison.
    """
    found = county.fetch(
        "select institution, kind, pilot, level from dim_institution "
        "where county is null or county in (select county from dim_county) order by institution"
    )
    kinds: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for institution, kind, pilot, level in found:
        kinds[zh("kind", kind) + ("（试点）" if pilot == "yes" else "")][level].append(institution)
    return {code: label for kind, levels in kinds.items() for label, codes in split(kind, levels) for code in codes}


def split(kind: str, levels: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    """(label, members) of a kind: one for each level if all are large enough, else one for all."""
    if len(levels) > 1 and all(len(codes) >= FEWEST_PEERS for codes in levels.values()):
        return [(f"{kind}·{zh('level', level)}", codes) for level, codes in sorted(levels.items())]
    return [(kind, [code for codes in levels.values() for code in codes])]
