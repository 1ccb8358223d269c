"""The stays of a build by scheme, place and level, this period and a year before, with the insured of both."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from pipelines.answers.county import County
from pipelines.answers.query import Figure, ask
from pipelines.answers.schemes import scheme_gap
from pipelines.attribution.costs import COST, NOTHING, REST, Group, Side, Volume
from pipelines.attribution.growth import UNDIVIDED, Change, Growth, Pool, growth, two_factors
from pipelines.contracts import code_lists, zh
from pipelines.errors import WarehouseError
from pipelines.periods import Period
from pipelines.registry import COUNTY

KPIS = ("inpatient_cases", "inpatient_bed_days", "inpatient_total_fee", "inpatient_expenditure")
INSURED = "insured_persons"


class NotTold(WarehouseError):
    """The growth can't be attributed; the message says what is missing."""


def asked(county: County, period: Period, of: str = COST, where: Mapping[str, str] | None = None) -> Growth:
    """The growth of hospital costs, or of what the fund paid of them, of what the conditions leave (scheme, county).

    Insured persons are those at the end of either period. Raises NotTold for months, bed days or a last year that are
    not uploaded, and where there are no stays; QuestionError as ask does.
    """
    where, own = where or {}, (COUNTY, "scheme") if county.counties else ("scheme",)
    refuse_unknown(county, period, where)
    years = period.year_ago(), period
    before, after = by_pool(county, years, own, where)
    for year, stays in zip(years, (before, after), strict=True):
        if not any(volume.admissions for groups in stays.values() for volume in groups.values()):
            raise NotTold(f"{year.label}没有住院结算，不能说明增长从哪里来")
    insured, uninsured = insured_of(county, years, own, where, before)
    people = {pool: insured.get(pool, (None, None)) for pool in before}
    sides = {pool: (Side(then, before[pool]), Side(now, after[pool])) for pool, (then, now) in people.items()}
    found = growth(period, sides, of, uninsured)
    if all(UNDIVIDED in parts for parts in found.parts.values()):
        raise NotTold("没有一个险种两年都有住院，不能说明增长从哪里来")
    return found


def of_figures(cases: Figure, yuan: Figure) -> tuple[Change, Change] | None:
    """The two factors of a growth that was asked for; None where one of the years has no cases, or no money."""
    told = [(figure.year_ago, figure.value) for figure in (cases, yuan)]
    if not all(map(all, told)):
        return None
    return two_factors(*([Fraction(value) for value in pair] for pair in told))


def refuse_unknown(county: County, period: Period, where: Mapping[str, str]) -> None:
    """Raises NotTold if the stays of either period are not known."""
    for figure in ask(county, KPIS, period, where=where):
        name = figure.kpi.name_zh
        if figure.value is None:
            raise NotTold(f"{period.label}的{name}算不出来：{figure.missing}")
        if figure.year_ago is None:
            raise NotTold(f"没有上年同期可比，{period.year_ago().label}的{name}算不出来：{figure.missing_year_ago}")


def by_pool(
    county: County, years: Sequence[Period], own: Sequence[str], where: Mapping[str, str]
) -> list[dict[Pool, dict[Group, Volume]]]:
    """Of each year: pool -> group -> its stays, the same pools and groups in both. What the caller is not shown of
    either year stands in REST: the groups of few persons of a pool together, and all pools of few persons together."""
    whole = [volumes(county, year, (), where)[()] for year in years]
    pools = [volumes(county, year, own, where) for year in years]
    groups = [volumes(county, year, (*own, "place", "level"), where) for year in years]
    shown, seen = in_both(pools), in_both(groups)
    found: list[dict[Pool, dict[Group, Volume]]] = []
    for year in range(len(years)):
        told = {pool_of(pool): {} for pool in shown}
        for pool in shown:
            inside = {key[len(own) :]: groups[year].get(key, NOTHING) for key in seen if key[: len(own)] == pool}
            told[pool_of(pool)] = inside | rest_of(pools[year].get(pool, NOTHING), inside.values())
        found.append(told | {REST: rest_of(whole[year], (pools[year].get(pool, NOTHING) for pool in shown))})
    if not any(year[REST] for year in found):
        found = [{pool: told for pool, told in year.items() if pool != REST} for year in found]
    return [in_order(year) for year in found]


def in_both(years: Sequence[Mapping[tuple, Volume | None]]) -> list[tuple]:
    """The keys with stays that are hidden in neither year."""
    hidden = {key for year in years for key, volume in year.items() if volume is None}
    known = dict.fromkeys(key for year in years for key, volume in year.items() if volume != NOTHING)
    return [key for key in known if key not in hidden]


def rest_of(whole: Volume, told: Iterable[Volume]) -> dict[Group, Volume]:
    """What is left of a whole, as REST; nothing if nothing is."""
    rest = whole - sum(told, NOTHING)
    return {} if rest == NOTHING else {REST: rest}


def in_order(found: dict[Pool, dict[Group, Volume]]) -> dict[Pool, dict[Group, Volume]]:
    """Schemes, places and levels as the code lists have them; what they don't know comes last."""
    ranks = {dim: {code: n for n, code in enumerate(code_lists()[dim])} for dim in ("scheme", "place", "level")}

    def rank(*codes: tuple[str, str | None]) -> list[int]:
        return [ranks[dim].get(code, len(ranks[dim])) for dim, code in codes]

    pools = sorted(found, key=lambda pool: (pool == REST, pool[0] or "~", rank(("scheme", pool[1]))))
    return {
        pool: dict(sorted(found[pool].items(), key=lambda each: rank(*zip(("place", "level"), each[0], strict=True))))
        for pool in pools
    }


def volumes(county: County, period: Period, by: Sequence[str], where: Mapping[str, str]) -> dict[tuple, Volume | None]:
    """Codes of the dimensions -> the stays of a period; None where the caller is not shown them."""
    found: dict[tuple, dict[str, Figure]] = {}
    for figure in ask(county, KPIS, period, by, where):
        found.setdefault(tuple(figure.dims.values()), {})[figure.kpi.id] = figure
    return {key: volume(row) for key, row in found.items()}


def volume(row: Mapping[str, Figure]) -> Volume | None:
    told = [row[kpi].value for kpi in KPIS]
    if None in told:
        return None
    cases, days, cost, fund = told
    return Volume(int(cases), int(days), cost, fund)


def pool_of(key: tuple) -> Pool:
    """Where one county has the warehouse for itself, it has no code."""
    return key if len(key) == 2 else ("", *key)


def insured_of(
    county: County, years: Sequence[Period], own: Sequence[str], where: Mapping[str, str], pools: Iterable[Pool]
) -> tuple[dict[Pool, tuple[int, ...]], str]:
    """Pool -> the insured a year before and now, of REST those of no other pool; or nothing, and why those of one pool
    are not known."""
    told = [{pool_of(tuple(f.dims.values())): f for f in ask(county, [INSURED], each, own, where)} for each in years]
    found: dict[Pool, tuple[int, ...]] = {}
    for pool in pools:
        if pool == REST:
            continue
        for year, figures in zip(years, told, strict=True):
            if pool not in figures or not figures[pool].value:
                return {}, why_uninsured(county, year, pool, where, figures.get(pool))
        found[pool] = tuple(int(figures[pool].value) for figures in told)
    return found | others_insured(county, years, where, found) if REST in pools else found, ""


def others_insured(
    county: County, years: Sequence[Period], where: Mapping[str, str], found: Mapping[Pool, tuple[int, ...]]
) -> dict[Pool, tuple[int, ...]]:
    whole = [ask(county, [INSURED], year, where=where)[0].value or 0 for year in years]
    known = [sum(each[n] for each in found.values()) for n in range(len(years))]
    return {REST: tuple(int(all_of) - some for all_of, some in zip(whole, known, strict=True))}


def why_uninsured(county: County, period: Period, pool: Pool, where: Mapping[str, str], figure: Figure | None) -> str:
    """未上传：参保登记（职工）, or whatever else a pool's insured persons lack."""
    whole = ask(county, [INSURED], period, where=where)[0]
    lacking = (figure or whole).missing or scheme_gap(county, whole.kpi, period, [pool[1]])
    return lacking or f"{period.label}末没有{zh('scheme', pool[1])}的参保人数"
