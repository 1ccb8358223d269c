"""The figures in a Chinese text: number, unit, and words such as 余 and 约 that make them less exact."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from pipelines.printed.intervals import Interval, printed_interval

# One character for one, so that a place in the text stays where it is.
HALF_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: " ", 0xA0: " ", 0x2009: " ", 0x202F: " "}
HALF_WIDTH |= {ord(dash): "-" for dash in "—–−‐‑－﹣"} | {ord("～"): "~", ord("﹪"): "%", ord("〜"): "~"}
HALF_WIDTH[ord("，")] = "，"  # a comma between figures, never within one

MAGNITUDES = {"": 1, "千": 1_000, "万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
FAMILIES = {
    "money": ("元", "块"),
    "percent": ("%",),
    "points": ("个百分点", "百分点", "个点"),
    "visits": ("人次", "例次", "人次数", "次", "例"),
    "persons": ("人", "名", "位"),
    "bodies": ("家", "所", "个", "间", "处"),
    "pieces": ("份", "件", "张", "起", "宗", "册", "本", "笔", "条", "项", "批", "期"),
    "days": ("床日", "天", "日"),
    "months": ("个月",),
    "times": ("倍",),
    "households": ("户",),
    "permille": ("‰",),
}
FAMILY_OF = {unit: family for family, units in FAMILIES.items() for unit in units}
UNITS = sorted(FAMILY_OF, key=len, reverse=True)
FIGURE = re.compile(
    r"(?P<number>(?<![\d.A-Za-z])-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)(?P<gap> ?)"
    r"(?P<more>余|多|几)?(?P<magnitude>百万|千万|亿|万|千)?(?P<more2>余|多)? ?"
    rf"(?P<unit>{'|'.join(UNITS)})?(?P<after>左右|上下|以上|以下|以内)?"
)
NEAR = re.compile(r"(约|大约|约为|近|将近|接近|超|超过|逾|突破|不足|不到|至少|最多)\s*$")
LOOSER = {"近": "down", "将近": "down", "接近": "down", "不足": "down", "不到": "down", "最多": "down"} | {
    "超": "up",
    "超过": "up",
    "逾": "up",
    "突破": "up",
    "至少": "up",
}
NOT_BEFORE = re.compile(r"(第|〔|\[|【|No\.?|№|[A-Za-z_]|\d[-~至到/:.]|ICD-?)\s*$")
NOT_AFTER = re.compile(
    r"\s*(年(?!以)|月(?!均)|日(?![均常])|号|级|类|岁|周岁|季度|度电|时|点(?!\d)|分钟|米|平方|公里|楼|版|条例|届|[-~至到]\d|[A-Za-z]|〕|\])"
)
LIST = re.compile(r"[、和及与]")
LONGEST = 20  # characters of a number; what is longer is somebody's or some file's
NUMBERING = re.compile(r"(?:^|[\n。；;：:!?])\s*[(（]?$")


@dataclass(frozen=True)
class Figure:
    """A figure of the text. value, unit: as printed, 万 with the unit; magnitude: 10000 of 万元; family: of its unit.

    looser: up (余, 多, 超过), down (近, 不足), near (约, 左右) or ''.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    magnitude: int
    family: str
    looser: str = ""

    @property
    def base(self) -> Fraction:
        """The value in units of one: yuan, persons."""
        return Fraction(self.value) * self.magnitude

    @property
    def step(self) -> Fraction:
        """One unit of the last printed digit, in units of one."""
        return Fraction(Decimal(1).scaleb(self.value.as_tuple().exponent)) * self.magnitude

    @property
    def counted(self) -> bool:
        """A whole count of things, not rounded: 461843 人, 13 名."""
        counts = self.family not in ("money", "percent", "points", "times", "permille", "months", "")
        return counts and self.magnitude == 1 and self.value == int(self.value) and not self.looser

    def interval(self, averaged: bool = False) -> Interval:
        """What it may stand for, in units of one. averaged: it is a quotient, so that a whole count was rounded too."""
        if self.looser:
            low, high = {"up": (0, 1), "down": (-1, 0), "near": (-1, 1)}[self.looser]
            wide = max(self.step, abs(self.base) / 100) if self.looser == "near" else self.rough_step
            return Interval(self.base + low * wide, self.base + high * wide)
        if self.counted and not averaged:
            return Interval(self.base, self.base)
        half = printed_interval(self.value)
        return Interval(half.low * self.magnitude, half.high * self.magnitude)

    @property
    def rough_step(self) -> Fraction:
        """What 余 may add: 30多 is below 40, 4600多 below 4700, 46万余 below 47万."""
        if self.value != int(self.value):
            return self.step
        zeros = len(str(int(self.value))) - len(str(int(self.value)).rstrip("0"))
        return self.step * 10**zeros


def half_width(text: str) -> str:
    """The text as it is compared, character by character: digits, brackets, dashes and spaces of one kind."""
    return text.translate(HALF_WIDTH)


def figures(text: str) -> list[Figure]:
    """The figures of a half-width text in order; dates, grades, ordinals and the numbers of headings are none."""
    found = [figure for match in FIGURE.finditer(text) if (figure := figure_of(text, match))]
    for place in reversed(range(len(found) - 1)):
        found[place] = with_unit_of(text, found[place], found[place + 1])
    return [figure for figure in found if figure.unit or not listed(text, figure)]


def with_unit_of(text: str, figure: Figure, following: Figure) -> Figure:
    """A figure of a list that only its last one gives the unit: 9,120、14,305和3,480人次."""
    if figure.unit or not LIST.fullmatch(text[figure.end : following.start]):
        return figure
    return replace(figure, unit=following.unit, magnitude=following.magnitude, family=following.family)


def listed(text: str, figure: Figure) -> bool:
    """Whether a number without a unit is only known as one of a list."""
    return LIST.search(text[: figure.start][-1:]) is not None and "." not in str(figure.value)


def figure_of(text: str, match: re.Match) -> Figure | None:
    if not is_figure(text, match):
        return None
    unit = match["unit"] or ""
    magnitude = match["magnitude"] or ""
    digits = match["number"].replace(",", "").replace(" ", "")
    start, digits = sign_of(text, match.start(), digits)
    end = len(text[: match.end()].rstrip())
    looser = looser_of(text[:start], match)
    return Figure(start, end, Decimal(digits), magnitude + unit, MAGNITUDES[magnitude], FAMILY_OF.get(unit, ""), looser)


def sign_of(text: str, start: int, digits: str) -> tuple[int, str]:
    """A dash after a word or a figure is no minus: 1月-6月."""
    if digits.startswith("-") and re.search(r"[\d月日年%A-Za-z]\s*$", text[:start]):
        return start + 1, digits[1:]
    return start, digits


def looser_of(before: str, match: re.Match) -> str:
    if match["more"] or match["more2"]:
        return "up"
    if match["after"] in ("左右", "上下"):
        return "near"
    near = NEAR.search(before)
    return LOOSER.get(near[1], "near") if near else ""


def is_figure(text: str, match: re.Match) -> bool:
    """Whether a number is one that a report claims, not a date, a grade or the number of a heading."""
    before, unit = text[: match.start()][-12:], match["unit"]
    if NOT_BEFORE.search(before) or match["more"] == "几" or len(match["number"]) > LONGEST:
        return False
    after = text[match.end() if unit or match["magnitude"] else match.end("number") :][:8]
    if unit == "日" or (unit == "天" and before.endswith(("第", "前"))):
        return False
    if unit in ("个", "项", "条", "期", "次", "批") and before.endswith("第"):
        return False
    if unit or match["magnitude"]:
        return True
    return not NOT_AFTER.match(after) and bare(text, match, before, after)


def bare(text: str, match: re.Match, before: str, after: str) -> bool:
    """Whether a number without any unit is a figure: one with decimals, or one that is said to be something."""
    if re.match(r"[、.．)） ]", after) and NUMBERING.search(text[: match.start()][-12:] or "\n"):
        return False
    if re.search(r"\d[、和及]$", before) and len(match["number"]) > 2 and re.match(r"[、和及]\d", after):
        return True
    if "." in match["number"]:
        return not re.match(r"[.\d]", after)
    return (
        bool(re.search(r"(为|是|达|达到|共|计|有|人数|人次|金额|总额|支出|收入|费用|比例|结余)\s*$", before))
        and len(match["number"]) > 1
    )
