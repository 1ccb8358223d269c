"""The report's text as Markdown, and what its names, manners and versions are called on the screen."""

import pipelines
from pipelines import Period
from reports import narrative
from reports.narrative.wordings import name_of
from reports.quoting import quotes
from views import look, upload_words

MANNERS = (
    ("{居民参保人数}", "461,843 人"),
    ("{居民人均住院补偿.上年}", "1,144 元，即上年同期数；“.目标”是目标值"),
    ("{居民人均住院补偿.比上年}", "，比上年同期的 1,144 元增加 258 元，增长 22.55%（没有上年数就不写）"),
    ("{居民参保人数.同比}", "，同比增长 0.60%（比例写提高、下降几个百分点）"),
    ("{居民参保率.对目标}", "，高于 95.00% 的目标 0.18 个百分点（没有目标就不写）"),
    ("{试点次均费用差额.高低}", "低 344 元（正负反过来写高）"),
    ("{居民住院总费用.若增长}", "什么也不写；没有增长，这一分句就不写（另有“若下降”“若有”）"),
    ("[，其中农村{居民农村参保人数}]", "方括号里的话缺数时省去，分句其余部分照写"),
    ("序、", "写在段首：按留下的段落编一是、二是、三是；首句不成立则整段不写"),
)


def paragraph(block) -> str:
    """A paragraph as Markdown with its figures marked."""
    if block.style == "note":
        return f":gray[{look.safe(block.text)}]"
    return "".join(plain(run) if isinstance(run, str) else f":blue[{look.safe(run.text)}]" for run in block.runs)


def plain(run: str) -> str:
    """Words as they are; safe() alone would take the space at their ends."""
    return " " * run.startswith(" ") + look.safe(run) + " " * run.endswith(" ")


def named(county, period: Period, theme: str) -> list[tuple[str, ...]]:
    """(how it is written, what it is today, what it says, its theme), this theme's first."""
    ordered = sorted(narrative.themes().values(), key=lambda each: each.id != theme)
    found = quotes(county, [slot.ref(period) for each in ordered for slot in each.slots])
    rows = []
    for each in ordered:
        rows += [(braced(s.name), *figure(found[s.ref(period).key]), each.title) for s in each.slots]
        rows += [(braced(one.name), "名单", listing(one), each.title) for one in each.listings]
    return rows + [(braced(name), "文字", fact.means, "通用") for name, fact in narrative.FACTS.items()]


def figure(quote) -> tuple[str, str]:
    return quote.text if quote.value is not None else f"—（{quote.missing}）", name_of(quote.key)


def listing(one) -> str:
    kpi = pipelines.kpis()[one.kpi].name_zh
    what = "机构" if one.by == "institution" else "违规类型"
    return f"{kpi}最多的 {one.most} 个{what}，超过的写“等”"


def braced(name: str) -> str:
    return "{" + name + "}"


def manners() -> list[tuple[str, str]]:
    return [(look.safe(how), look.safe(what)) for how, what in MANNERS]


def version(each) -> tuple[str, ...]:
    """A row of the list of versions."""
    did = f"改文字（{len(each.text):,} 字，{len(each.printed)} 个数）" if each.text else "恢复模板文字"
    scope = "各期" if each.every else pipelines.Period(*each.months.split("..")).label
    return tuple(map(look.safe, (upload_words.moment(each.at), each.by, scope, did, each.why or "—")))


def moment(each) -> str:
    return f"{upload_words.moment(each.at)} {each.by}"


def journalled(subject: str, values: dict[str, str]) -> tuple[str, str]:
    """(what it is about, what was done) of a line of the journal."""
    theme, _, months = subject.partition(";")
    title = narrative.themes()[theme].title if theme in narrative.themes() else theme
    scope = "各期" if months == "*" else pipelines.Period(*months.split("..")).label
    return f"报告正文“{title}”（{scope}）", "改文字" if values["text"] else "恢复模板文字"
