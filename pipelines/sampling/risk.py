"""The risk arm: files chosen because they look doubtful or are large. What is found in them stands for them alone."""

from collections.abc import Iterable

SEVERITY = {"high": 3, "medium": 2, "low": 1}


def suspected(hits: Iterable, rules: dict, inside: set[str], number: int) -> dict[str, str]:
    """{settlement number: why} of the files with the gravest clues, at most so many, the gravest first.

    hits, rules: of pipelines.clues; inside: the settlement numbers of the frame. Graver: by the gravest rule, then by
    how many rules, then by the yuan at stake.
    """
    found: dict[str, dict[str, object]] = {}
    for hit in hits:
        for id in inside.intersection(hit.setl_ids):
            kept = found.setdefault(id, {})
            if hit.rule not in kept or kept[hit.rule].at_stake_yuan < hit.at_stake_yuan:
                kept[hit.rule] = hit

    def grave(id: str) -> tuple:
        each = found[id]
        most = max(hit.at_stake_yuan for hit in each.values())
        return -max(SEVERITY[rules[rule].severity] for rule in each), -len(each), -most, id

    first = sorted(found, key=grave)[:number]
    return {id: "疑点线索：" + "、".join(rules[rule].title for rule in sorted(found[id])) for id in first}
