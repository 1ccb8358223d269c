"""What the rules are set by: the definitions' defaults, or what was decided since."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pipelines.clues.rules import Parameter, rules
from pipelines.store.commits import said
from pipelines.store.decisions import Decision, decide, latest
from pipelines.store.warehouse import WarehouseError

DECIMALS = 4


def parameters(warehouse: Path) -> dict[str, dict[str, Decimal]]:
    """{rule: {parameter: value}}: the defaults, overridden by the last decision on each rule.

    What a decision says of a parameter that is no more, or beyond its bounds of today, is read over.
    """
    decided = latest(warehouse, "rule")
    return {
        id: {p.name: in_force(p, decided[id].values.get(p.name) if id in decided else None) for p in rule.parameters}
        for id, rule in rules().items()
    }


def in_force(parameter: Parameter, text: str | None) -> Decimal:
    try:
        value = Decimal(text) if text is not None else parameter.default
    except InvalidOperation:
        return parameter.default
    return value if fits(parameter, value) else parameter.default


def fits(parameter: Parameter, value: Decimal) -> bool:
    return value.is_finite() and parameter.low <= value <= parameter.high and is_short(value)


def is_short(value: Decimal) -> bool:
    """Whether an engine has room for its products with counts and yuan."""
    return value == round(value, DECIMALS)


def set_parameters(warehouse: Path, rule: str, values: Mapping[str, Decimal], by: str, why: str) -> list[Decision]:
    """Set parameters of a rule from now on; those that are not named keep the value in force.

    Raises WarehouseError without a reason, for an unknown rule or parameter, and for a value out of bounds.
    """
    reason = said(why, "改参数要写明原因")
    if rule not in rules():
        raise WarehouseError(f"没有规则“{rule}”；可用：{'、'.join(rules())}")
    known = {p.name: p for p in rules()[rule].parameters}
    for name, value in values.items():
        if name not in known:
            raise WarehouseError(f"规则“{rules()[rule].title}”没有参数“{name}”；可用：{'、'.join(known) or '无'}")
        check_bounds(known[name], value)
    told = parameters(warehouse)[rule] | dict(values)
    return decide(warehouse, "rule", {rule: {name: f"{value:f}" for name, value in told.items()}}, by, reason)


def check_bounds(parameter: Parameter, value: Decimal) -> None:
    if not fits(parameter, value):
        if value.is_finite() and not is_short(value):
            raise WarehouseError(f"参数“{parameter.name_zh}”为 {value:f}；最多四位小数")
        bounds = f"{parameter.low:f} 至 {parameter.high:f} {parameter.unit}"
        raise WarehouseError(f"参数“{parameter.name_zh}”为 {value:f}；应在 {bounds} 之间")
