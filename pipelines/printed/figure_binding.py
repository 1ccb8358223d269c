"""Which KPI a printed figure is: by its id in definitions/6_figures.toml, else by its Chinese name and its scope."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from pipelines import contracts
from pipelines.printed.figure_list import Printed
from pipelines.registry import Kpi, kpis

ASPECTS = ("value", "change", "difference", "decrease", "year_ago", "target")
KEYS = {"kpi", "where", "aspect", "months", "reference", "outside"}
MAGNITUDES = {"万": 10_000, "亿": 100_000_000, "千": 1_000}
# Units that measure the same kind of thing; every other unit counts things (人, 人次, 个, 家, 份, 张 ...).
FAMILIES = {
    "元": "元",
    "%": "%",
    "百分点": "百分点",
    "天": "天",
    "日": "天",
    "月": "月",
    "个月": "月",
    "倍": "倍",
    "年": "年",
}
# Words that repeat, in a figure's name, what its own columns say.
SAID_ELSEWHERE = {
    "resident": ("城乡居民基本医疗保险", "城乡居民医保", "城乡居民", "居民医保", "居民"),
    "employee": ("城镇职工基本医疗保险", "职工医疗保险", "职工医保", "职工"),
    "maternity": ("生育保险", "生育"),
    "in-county": ("县内",),
    "out-of-county": ("县外",),
    "pilot": ("试点医疗机构", "试点"),
    "non-pilot": ("同类非试点医疗机构", "非试点医疗机构", "非试点"),
    "institution level<=2": ("二级及以下医疗机构", "二级及以下"),
    "county total": ("全县",),
}
LAST_YEAR = ("去年同期", "上年同期", "去年", "上年")


@dataclass(frozen=True)
class Binding:
    """What a printed figure is. status: bound, reference, outside or unbound; reason says why it is not bound."""

    status: str
    kpi: Kpi | None = None
    where: dict = field(default_factory=dict)
    aspect: str = "value"
    period: str = ""
    reason: str = ""


def bind(figure: Printed) -> Binding:
    """The KPI of a figure, or the reason why it has none."""
    entry = entries().get(figure.id)
    if entry is None:
        return bound_by_name(figure)
    for status in ("reference", "outside"):
        if status in entry:
            return Binding(status, reason=entry[status])
    kpi = kpis()[entry["kpi"]]
    # The definition vouches for the KPI: a condition that it can't take is part of what it counts already.
    where = {dim: code for dim, code in figure.where.items() if dim in kpi.levels} | entry.get("where", {})
    return checked(figure, kpi, where, entry.get("aspect", "value"), entry.get("months", figure.period))


def bound_by_name(figure: Printed) -> Binding:
    """A figure that the product has not met before: its name must be a KPI's, and the KPI must take its scope."""
    if figure.scope == "city":
        return Binding("outside", reason="全市的数，本系统只有本县数据")
    kpi = names().get(bare(figure))
    if kpi is None:
        return Binding("unbound", reason=f"指标字典里没有“{figure.name_zh}”")
    beyond = [dim for dim in figure.where if dim not in kpi.levels]
    if beyond:
        return Binding("unbound", reason=f"指标“{kpi.name_zh}”不能按{'、'.join(beyond)}细分")
    return checked(figure, kpi, figure.where, "value", figure.period)


def checked(figure: Printed, kpi: Kpi, where: dict, aspect: str, period: str) -> Binding:
    """The binding, unless the printed unit is of another kind than the KPI's."""
    wanted = unit_of(kpi.unit, aspect)
    if family(base_unit(figure.unit)) != family(wanted):
        return Binding("unbound", reason=f"单位“{figure.unit}”与指标“{kpi.name_zh}”的单位“{wanted}”不同类")
    return Binding("bound", kpi, where, aspect, period)


def bare(figure: Printed) -> str:
    """The figure's name without the words that its insurance type, scope and period columns already say."""
    said = [*SAID_ELSEWHERE.get(figure.scheme, ()), *SAID_ELSEWHERE.get(figure.scope, ())]
    said += LAST_YEAR if figure.period.endswith("_prev") else ()
    name = key_of(figure.name_zh)
    shorter = next((name.removeprefix(word) for word in said if name.startswith(word)), name)
    return name if name in names() or shorter == name else bare_of(shorter, said)


def bare_of(name: str, said: list[str]) -> str:
    shorter = next((name.removeprefix(word) for word in said if name.startswith(word)), name)
    return name if name in names() or shorter == name else bare_of(shorter, said)


def key_of(name: str) -> str:
    """A name as it is compared: without spaces, brackets of one kind."""
    return name.replace("（", "(").replace("）", ")").replace(" ", "").lower()


@cache
def names() -> dict[str, Kpi]:
    """Every name and alias of a KPI, and its id."""
    return {key_of(word): kpi for kpi in kpis().values() for word in (*kpi.aliases, kpi.name_zh, kpi.name_en, kpi.id)}


@cache
def entries() -> dict[str, dict]:
    """definitions/6_figures.toml. Raises DefinitionError for an unknown key, KPI or aspect, naming it."""
    found = contracts.load(contracts.DEFINITIONS / "6_figures.toml")
    for id, entry in found.items():
        contracts.refuse_unknown(f"6_figures.toml: {id}", entry, KEYS)
        if "kpi" in entry and entry["kpi"] not in kpis():
            raise contracts.DefinitionError(f"6_figures.toml: {id}: no KPI {entry['kpi']!r}")
        if entry.get("aspect", "value") not in ASPECTS:
            raise contracts.DefinitionError(f"6_figures.toml: {id}: aspect {entry['aspect']!r} is not one of {ASPECTS}")
    return found


def unit_of(kpi_unit: str, aspect: str) -> str:
    """The unit of an aspect: a change is in %, the difference of two percentages in 百分点."""
    if aspect == "change":
        return "%"
    return "百分点" if kpi_unit == "%" and aspect in ("difference", "decrease") else kpi_unit


def base_unit(unit: str) -> str:
    """万元 -> 元, 万人次 -> 人次."""
    return unit[1:] if unit[:1] in MAGNITUDES else unit


def magnitude(unit: str) -> Decimal:
    """How much one of a printed unit is: 万元 -> 10000."""
    return Decimal(MAGNITUDES.get(unit[:1], 1))


def family(unit: str) -> str:
    return FAMILIES.get(unit, "count")
