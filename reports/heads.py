"""What stands at the head of every document: who issues it, and how far its figures reach."""

import os

from pipelines import County
from pipelines.answers.by_county import CITY, together
from reports.words import month_words

COUNTY = "全县"
UNIT = "县医疗保障经办机构"


def unit(county: County | None = None) -> str:
    """Who issues documents: FUND_UNIT, as in 某某县医疗保障局, else the office without a county's name.

    county: which the document tells of; of one of several that share the warehouse its name stands there too.
    """
    told, name = " ".join(os.environ.get("FUND_UNIT", "").split()), county.only if county else ""
    if name:
        return f"{told}（{name}）" if told else name + UNIT.removeprefix("县")
    return told or UNIT


def as_of(county: County) -> str:
    """数据截至 in words: the last month with figures, and the day on which the last upload came in.

    Raises NothingLoaded before the first month.
    """
    last = county.default_period.last
    loaded = max(covered.loaded_at for covered in county.coverage.values())
    return f"{month_words(last)}（{loaded[:10]} 装载）"


def whole(county: County) -> str:
    """What all that is told of is: 全县, or 全市 where several counties share the warehouse, or the one of them."""
    return county.only or (together(county) if county.counties else COUNTY)


def counties(county: County) -> tuple[str, ...]:
    """The code of the one county that it tells of, of several that share the warehouse; () for anything else."""
    return tuple(county.counties) if county.only else ()


def scope(scheme: str, county: County | None = None, picked: str = "") -> str:
    """Whose figures a document tells, in words; of a part of the county, of which.

    picked: the name of the one county that it tells of, where several share the warehouse.
    """
    schemes = {"resident": "居民医保", "employee": "职工医保", "maternity": "生育保险"}.get(scheme, "全部险种")
    if picked:
        return f"{schemes}，只含{picked}"
    if county is None or county.scope is None:
        return f"{schemes}，{CITY} {len(county.counties)} 个区县" if county and county.counties else schemes
    names = county.counties | county.names
    return f"{schemes}，只含{'、'.join(names.get(code, code) for code in county.scope.codes)}"
