"""What a passage is about: scheme, place, level, group of persons, period, institution."""

import re
from functools import cache

from pipelines import contracts

SCHEMES = {
    "resident": r"(?:城乡)?居民(?:基本)?(?:医疗保险|医疗保障|医保|保险|合作医疗)|城乡居民|新农合"
    r"|新型农村合作医疗|合作医疗"
    r"|(?<![一-龥])居民|(?<=[和与及、])居民|(?<=其中)居民|居民(?=[\d参基住门实次人当已支收县扩])",
    "employee": r"(?:城镇)?职工(?:基本)?(?:医疗保险|医疗保障|医保|保险)|城镇职工|(?<![一-龥])职工|(?<=[和与及、])职工"
    r"|(?<=其中)职工|职工(?=[\d参基住门实次人当已支收县扩])",
    "maternity": r"生育(?:医疗)?保险|(?<!计划)生育(?=基金|待遇|医疗|津贴|参|支|扩|$|[、,，和与及])",
    "long_term_care": r"(?:长期)?(?:照护|护理)保险|长护险?",
}
WHERE = {
    "place": {
        "in_county": r"县域?内(?!外)|域内|本县(?=.{0,6}(?:医疗|住院|就))|统筹区内|本地(?=就医|住院)",
        "out_of_county": r"县域?外|域外|转外|异地|统筹区外|外地",
    },
    "pilot": {"no": r"[非未]试点", "yes": r"(?<![非未])试点"},
    "level": {
        "level2+level1+unrated": r"二级(?:及|和)?(?:其)?以下",
        "level3": r"三级(?!公立医院考核)",
        "level2": r"二级(?!(?:及|和)?(?:其)?以下)",
        "level1": r"一级|乡镇(?:级)?(?:卫生院|医院)|基层(?:定点)?医疗机构",
    },
    "residence": {"rural": r"农村(?!五保|计划|居民人均|低保)", "urban": r"城镇(?!职工|低保)"},
    "work": {"employed": r"在职(?!在编)(?:职工|人员)?", "retired": r"退休(?:人员|职工)?"},
    "age": {
        "minor": r"未成年|学生|儿童(?!大病|重大)",
        "elderly": r"老年|60岁以上|65岁以上",
        "adult": r"成年(?!人?大病)",
    },
    "sex": {"male": r"男(?:性|职工)", "female": r"女(?:性|职工)"},
}
RESET = re.compile(
    r"全县|综合|总体|全口径|(?:各|三|两|二|四)(?:项|大|类)?险种?|三项|两项|合计|总计|共计|医保(?:基金)?总"
)
INSTITUTION = re.compile(
    r"[一-龥]{1,12}?(?:人民医院|中医院|中医医院|妇幼保健院|中心卫生院|卫生院|卫生室|大药房|专科医院|康复医院|精神病医院|民营医院|公立医院)"
    r"|[一-龥]{2,5}(?<!各)(?<!乡)(?:镇|乡|街道)(?=[参人住基医\d])"
)
NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
PERIOD = re.compile(
    r"(?P<ago>去年|上年|前年)?(?:(?P<year>20\d\d)年)?(?:的)?(?:(?P<half>上半年|下半年)|第?(?P<quarter>[一二三四1-4])季度"
    r"|前三个?季度|(?P<first>\d{1,2})月?份?[-至到~](?P<to>\d{1,2})月(?:份|底|末)?|(?:截至|截止|至|到)(?:今年|本年|20\d\d年)?"
    r"(?P<until>\d{1,2})月(?:底|末|\d{1,2}日)|(?P<month>\d{1,2})月(?:份|当月)?(?!\d|底|末)|(?P<whole>全年(?!计划|预算|任务|目标|征|应))"
    r"|(?P<end>\d{1,2})月(?:底|末))"
)


@cache
def categories() -> dict[str, str]:
    """code -> pattern of the groups of persons, longest words first."""
    codes = contracts.code_lists()["psn_category"].values()
    return {
        code.code: "|".join(re.escape(w) for w in sorted((code.zh, *code.aliases), key=len, reverse=True))
        for code in codes
        if code.code not in ("employed", "retired")
    }


def last_of(patterns: dict[str, str], text: str) -> str:
    """The code whose words stand last in the text, or ''."""
    ends = [(match.end(), code) for code, pattern in patterns.items() for match in re.finditer(pattern, text)]
    return max(ends)[1] if ends else ""


def schemes_in(text: str) -> list[str]:
    """The schemes that a text names, in order, each once; 计划生育 and 普通居民 are none."""
    found = [(m.start(), -m.end(), code) for code, p in SCHEMES.items() for m in re.finditer(p, without_groups(text))]
    return list(dict.fromkeys(code for _, _, code in sorted(found)))


def without_groups(text: str) -> str:
    """The text with the words that name groups of persons blanked, as they hold those of schemes."""
    for pattern in categories().values():
        text = re.sub(pattern, lambda found: "□" * len(found[0]), text)
    return text


def conditions(text: str) -> dict[str, str]:
    """The conditions that a clause names: place, level, group ... {dimension: code}."""
    found = {dim: last_of(patterns, text) for dim, patterns in WHERE.items()}
    found["category"] = last_of(categories(), text)
    institution = INSTITUTION.search(text)
    if institution and not re.search(r"等\s*$|定点医疗机构", text):
        found["institution"] = institution[0]
    return {dim: code for dim, code in found.items() if code}


def periods_in(text: str) -> list[str]:
    """The periods that a text names, in order: H1, Q2, Y, M6, M1-M5, with 2025: before it where a year is said."""
    return [named(match) for match in PERIOD.finditer(text) if not re.match(r"[均]", text[match.end() :][:1])]


def named(match: re.Match) -> str:
    part = part_of(match)
    return f"{match['year']}:{part}" if match["year"] else part + ("_prev" if match["ago"] else "")


def part_of(match: re.Match) -> str:
    if match["half"]:
        return "H1" if match["half"] == "上半年" else "H2"
    if match["quarter"]:
        return f"Q{NUMERALS[match['quarter']]}"
    if match["whole"]:
        return "Y"
    if match["month"]:
        return f"M{match['month']}"
    if "季度" in match[0]:
        return "M1-M9"
    return months(int(match["first"] or 1), int(match["to"] or match["until"] or match["end"]))


def months(first: int, last: int) -> str:
    """M1-M5; H1, Q1, Y where the months are such a part of the year."""
    known = {(1, 6): "H1", (7, 12): "H2", (1, 12): "Y", (1, 3): "Q1", (4, 6): "Q2", (7, 9): "Q3", (10, 12): "Q4"}
    return known.get((first, last), f"M{first}" if first == last else f"M{first}-M{last}")
