"""两组有多像: the traits of pilots and of those comparable to them, the nearest of each, the gap at an equal mix."""

from typing import NamedTuple

import streamlit as st

import pipelines
from pipelines import bed_days
from pipelines.answers.by_county import ALL
from pipelines.bed_days import EqualMix, Pair, Trait
from views import look, shared

SHOWN = 12  # traits on the page


class Likeness(NamedTuple):
    """missing: why illnesses are not known, in Chinese; then nothing else is there."""

    missing: str
    traits: tuple[Trait, ...] = ()
    pairs: tuple[Pair, ...] = ()
    equal: EqualMix | None = None


def asked() -> Likeness:
    county = shared.county()
    return made(county, county.key, shared.period(), shared.scheme(), shared.picked_county())


@st.cache_data(max_entries=50, show_spinner=False, hash_funcs={pipelines.Period: str})
def made(_county, key: str, months, scheme: str, area: str) -> Likeness:
    counties = () if area == ALL else (area,)
    if missing := bed_days.without_illness(_county, months, counties):
        return Likeness(missing)
    traits, pilots = bed_days.traits_of(_county, months, scheme, counties), bed_days.pilots_of(_county)
    told = tuple(bed_days.likeness(traits, pilots)), tuple(bed_days.nearest(_county, traits, pilots))
    return Likeness("", *told, bed_days.equal_mix(_county, months, scheme, counties))


def show(found: Likeness, costs: dict[str, float]) -> None:
    """costs: {institution: cost per case, in yuan}."""
    look.section(
        "两组有多像", "同类由机构名册的试点列指定；标准化差 = 两组机构均值之差 ÷ 合并标准差，超过 ±0.25 即不够像"
    )
    if found.missing or not found.traits:
        look.empty("两组的病种构成比不了", look.safe(found.missing) or "两组都要有住院。")
        return
    left, right = st.columns(2, gap="medium")
    with left, st.container(gap=None):
        traits(found.traits)
    with right, st.container(gap=None):
        if found.equal:
            mix(found.equal)
            st.space("small")
        nearest(found.pairs, costs)


def traits(found: tuple[Trait, ...]) -> None:
    unlike = sum(each.unlike for each in found)
    look.subheader(f"{len(found)} 项特征里 {unlike} 项不够像" if unlike else "各项特征都相近")
    look.caption("各机构的均值，构成为占住院人次 %；机构少，标准化差只是提示")
    ordered = sorted(found, key=lambda each: -abs(each.difference or 0))[:SHOWN]
    look.markdown(look.grid(("特征", "试点", "非试点", "标准化差"), "lrrr", map(cells, ordered)))


def cells(each: Trait) -> tuple[str, ...]:
    unit = "%" if each.share else ""
    gap = "—" if each.difference is None else look.signed(each.difference)
    values = (f"{look.number(value, 2 if each.share else 1)}{unit}" for value in (each.pilot, each.other))
    return look.safe(each.name), *values, f":orange-badge[{gap}]" if each.unlike else gap


def mix(equal: EqualMix) -> None:
    gap, crude = bed_days.whole(equal.equal), bed_days.whole(equal.crude)
    look.subheader(f"病种构成拉平以后，每例{lower(gap)} {abs(gap):,} 元（拉平以前{lower(crude)} {abs(crude):,} 元）")
    look.caption(
        f"直接标准化：{equal.illnesses} 个病种编码两组都有，占 {look.number(float(100 * equal.covered))}% 的人次，"
        "各按两组合计的人次加权"
    )


def lower(gap: int) -> str:
    return "低" if gap < 0 else "高"


def nearest(pairs: tuple[Pair, ...], costs: dict[str, float]) -> None:
    look.subheader("每家试点最相近的非试点")
    look.caption("同级同类里各项特征的距离（标准差）最小的一家；次均费用，元")
    heads = ("试点", "最相近的非试点", "距离", "试点次均", "它的次均", "差额")
    look.markdown(look.grid(heads, "llrrrr", (pair_cells(pair, costs) for pair in pairs)))


def pair_cells(pair: Pair, costs: dict[str, float]) -> tuple[str, ...]:
    names = (look.safe(shared.named("institution", code)) for code in (pair.pilot, pair.other))
    one, two = costs.get(pair.pilot), costs.get(pair.other)
    gap = "—" if None in (one, two) else look.signed(one - two, 0)
    return *names, look.number(pair.distance), *(look.number(each, 0) for each in (one, two)), gap


def tables(found: Likeness, costs: dict[str, float]) -> dict[str, dict]:
    """What is shown, as {name of a file: {head: values}}; nothing where illnesses are not known."""
    if not found.traits:
        return {}
    traits = {
        "特征": [each.name for each in found.traits],
        "单位": ["%" if each.share else "" for each in found.traits],
        "试点": [round(each.pilot, 4) for each in found.traits],
        "非试点": [round(each.other, 4) for each in found.traits],
        "标准化差": [None if each.difference is None else round(each.difference, 4) for each in found.traits],
    }
    pairs = {
        "试点": [shared.named("institution", each.pilot) for each in found.pairs],
        "最相近的非试点": [shared.named("institution", each.other) for each in found.pairs],
        "距离": [round(each.distance, 4) for each in found.pairs],
        "试点次均费用（元）": [costs.get(each.pilot) for each in found.pairs],
        "非试点次均费用（元）": [costs.get(each.other) for each in found.pairs],
    }
    return {"试点与非试点的特征": traits, "最相近的非试点": pairs}
