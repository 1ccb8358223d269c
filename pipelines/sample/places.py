"""The towns of the sample county and its roster of institutions. Every name is invented."""

from dataclasses import dataclass

import numpy as np

from .money import heavy_tail, spread_counts

SEED = 20260630
COUNTY = "示例县"
CENTRAL = ["霁川镇", "澄砚镇", "芷汀镇", "棠屿镇", "枫渚镇", "栎屏镇", "筠埠镇", "澜硚镇"]
SMALL = [
    *("黛屏镇", "萤谷镇", "桐霭镇", "蓼汊镇", "箬岗镇", "楝坞镇", "苎圩镇", "椤坪镇"),
    *("槭岭乡", "藤峪乡", "荞峁乡", "莳畈乡", "蕨垭乡", "稔砀乡", "梓壑乡", "榛皋乡"),
    *("萱畈乡", "茭浦乡", "葛汀乡", "蒲垅乡", "菱洼乡", "茗硖乡", "鹭堰乡", "薏垄乡"),
]
TOWNS = CENTRAL + SMALL
PILOT_TOWNS = range(
    len(CENTRAL), len(CENTRAL) + 10
)  # their health centres are paid by the bed day; the other 14 compare
VILLAGES, CLINICS, PHARMACIES = 230, 28, 52
SIGNED = {"village": 168, "clinic": 19, "pharmacy": 39}  # with the 41 hospitals and health centres: 228 and 39
VILLAGE_FIRST, VILLAGE_SECOND = "竹柳杏槐枣梨茶桂莲荷松柏榆桑菱芦", "湾坪沟垄塘坡垭冲溪岗坳畈屋场桥墩"
COUNTY_HOSPITALS = [("人民医院", "二级甲等", 520), ("中医院", "二级甲等", 310), ("妇幼保健院", "二级乙等", 120)]
PRIVATE_HOSPITALS = [
    ("康泽医院", "二级乙等", 150),
    ("霁川骨伤医院", "二级", 120),
    ("澄砚和煦医院", "一级甲等", 80),
    ("芷汀安宜医院", "一级", 60),
    ("棠屿眼科医院", "一级", 30),
    ("枫渚颐和康复医院", "无等级", 90),
]
OUTSIDE = [
    ("望澜市第一人民医院", "三级甲等", "市内异地", 9.0),
    ("望澜市中心医院", "三级甲等", "市内异地", 8.0),
    ("望澜市中医院", "三级甲等", "市内异地", 4.0),
    ("望澜市妇女儿童医院", "三级乙等", "市内异地", 3.0),
    ("望澜市肿瘤医院", "三级甲等", "市内异地", 3.0),
    ("望澜市骨科医院", "三级乙等", "市内异地", 2.0),
    ("望澜医学院附属医院", "三级甲等", "市内异地", 5.0),
    ("临霁大学附属第一医院", "三级特等", "省内异地", 3.0),
    ("临霁大学附属第二医院", "三级甲等", "省内异地", 2.0),
    ("临霁市儿童医院", "三级甲等", "省内异地", 1.2),
    ("临霁市胸科医院", "三级甲等", "省内异地", 0.8),
    ("临霁市脑科医院", "三级甲等", "省内异地", 0.8),
    ("远岑市人民医院", "三级甲等", "跨省异地", 0.6),
    ("远岑市开元医院", "三级乙等", "跨省异地", 0.4),
    ("瀚屿大学附属医院", "三级甲等", "跨省异地", 0.5),
]
BUSY_HOUSES = {"稔砀乡卫生院": 2.2, "榛皋乡卫生院": 1.3}  # more inpatients than their like: factor on the beds
# one pharmacy that stands in the roster under two codes: the name made up for the second -> the name it has
TWICE = {"澄砚兰安药店": "澄砚芝和大药房"}  # beside 澄砚芝和药店 of the same town
# today's name -> the name in the settlements of earlier months, and the first month with today's
FORMER_NAMES = {"示例县棠屿眼科医院": ("示例县棠屿明眸医院", "2026-03")}
KIND_NAMES = {
    "county_hospital": "县级医院",
    "private_hospital": "民营医院",
    "central_township": "中心卫生院",
    "township": "乡镇卫生院",
    "village": "村卫生室",
    "clinic": "诊所",
    "pharmacy": "药店",
    "outside_hospital": "县外医院",
}


@dataclass(frozen=True)
class Roster:
    """All institutions, one array element each; town is -1 outside the county."""

    name: list[str]
    code: list[str]
    kind: np.ndarray
    level: list[str]
    town: np.ndarray
    location: list[str]
    pilot: np.ndarray
    signed: np.ndarray
    beds: np.ndarray
    reach: np.ndarray  # how many patients it draws among its like

    def names_in(self, month: str) -> list[str]:
        """The names that settlements of a month ('YYYY-MM') carry."""
        former = {name: old for name, (old, first) in FORMER_NAMES.items() if month < first}
        return [former.get(name, name) for name in self.name]

    def where(self, *kinds: str) -> np.ndarray:
        """Indices of the institutions of these kinds."""
        return np.flatnonzero(np.isin(self.kind, kinds))


def make_roster(town_population: np.ndarray) -> Roster:
    """The roster: 351 institutions of the county and 15 hospitals outside."""
    rng = np.random.default_rng([SEED, 1])
    rows = [*_hospitals(), *_health_centres(), *_small_places(rng, town_population), *_outside()]
    kind = np.array([row["kind"] for row in rows])
    tail = heavy_tail(rng, len(rows), 0.25)
    pilot = np.array(["试点" if row["town"] in PILOT_TOWNS else "非试点" for row in rows])
    return Roster(
        name=[TWICE.get(row["name"], row["name"]) for row in rows],
        code=_codes(rows),
        kind=kind,
        level=[row["level"] for row in rows],
        town=np.array([row["town"] for row in rows]),
        location=[row.get("location", "本地") for row in rows],
        pilot=np.where(kind == "township", pilot, ""),
        signed=_signed(rng, kind),
        beds=_beds(rows, tail),
        reach=np.array([row.get("reach", 1.0) for row in rows]) * tail,
    )


def _beds(rows: list[dict], tail: np.ndarray) -> np.ndarray:
    """Registered beds: of health centres as many as their patients need on a busy day, by fives."""
    beds = np.array([row.get("beds", 0) for row in rows])
    wanted = beds * tail * np.array([BUSY_HOUSES.get(row["name"], 1.0) for row in rows])
    centre = np.array(["township" in row["kind"] for row in rows])
    return np.where(centre, np.maximum(20, np.ceil(wanted / 5).astype(int) * 5), beds)


def _row(kind: str, name: str, level: str, town: int, **more) -> dict:
    return {"kind": kind, "name": name, "level": level, "town": town, **more}


def _hospitals() -> list[dict]:
    county = [
        _row("county_hospital", COUNTY + name, level, 0, beds=beds, reach=beds)
        for name, level, beds in COUNTY_HOSPITALS
    ]
    private = [
        _row("private_hospital", COUNTY + name, level, max(0, k - 1), beds=beds, reach=beds)
        for k, (name, level, beds) in enumerate(PRIVATE_HOSPITALS)
    ]
    return county + private


def _health_centres() -> list[dict]:
    central = [
        _row("central_township", f"{name}中心卫生院", "一级甲等", town, beds=75, reach=60)
        for town, name in enumerate(CENTRAL)
    ]
    small = [
        _row("township", f"{name}卫生院", "一级乙等" if k % 3 else "一级甲等", len(CENTRAL) + k, beds=30)
        for k, name in enumerate(SMALL)
    ]
    return central + small


def _small_places(rng: np.random.Generator, population: np.ndarray) -> list[dict]:
    pairs = rng.permutation([first + second for first in VILLAGE_FIRST for second in VILLAGE_SECOND])
    villages = np.repeat(np.arange(len(TOWNS)), spread_counts(population**0.8, VILLAGES))
    rows = [_row("village", f"{TOWNS[t]}{pairs[k]}村卫生室", "无等级", t) for k, t in enumerate(villages)]
    clinics = np.repeat(np.arange(len(CENTRAL)), spread_counts(population[: len(CENTRAL)], CLINICS))
    rows += [_row("clinic", f"{TOWNS[t][:2]}{_shop(k)}诊所", "无等级", t) for k, t in enumerate(clinics)]
    stores = np.repeat(np.arange(len(TOWNS)), spread_counts(population**1.4, PHARMACIES))
    return rows + [_row("pharmacy", f"{TOWNS[t][:2]}{_shop(k + 7)}药店", "", t) for k, t in enumerate(stores)]


def _shop(number: int) -> str:
    first, second = "青丹素杏橘芝兰苓芎", "囊心怀缘韵庐和安宜"
    return first[number % 9] + second[(number // 9 + number) % 9]


def _outside() -> list[dict]:
    return [
        _row("outside_hospital", name, level, -1, location=location, reach=reach)
        for name, level, location, reach in OUTSIDE
    ]


def _codes(rows: list[dict]) -> list[str]:
    """National codes: H or P, six digits of an invented division, five digits running."""
    divisions = {"本地": "990101", "市内异地": "990102", "省内异地": "980101", "跨省异地": "970101"}
    codes, used = [], {}
    for row in rows:
        head = ("P" if row["kind"] == "pharmacy" else "H") + divisions[row.get("location", "本地")]
        used[head] = used.get(head, 0) + 1
        codes.append(f"{head}{used[head]:05d}")
    return codes


def _signed(rng: np.random.Generator, kind: np.ndarray) -> np.ndarray:
    """Which institutions have an agreement in 2026: all hospitals and health centres, most of the small ones."""
    signed = ~np.isin(kind, [*SIGNED, "outside_hospital"])
    for name, number in SIGNED.items():
        signed[rng.permutation(np.flatnonzero(kind == name))[:number]] = True
    return signed


def institution_rows(roster: Roster) -> list[dict]:
    """The roster as upload rows, with this year's agreements."""
    return [_institution_row(roster, place) for place in range(len(roster.code))]


def _institution_row(roster: Roster, place: int) -> dict:
    kind, outside = roster.kind[place], roster.town[place] < 0
    private = kind in ("private_hospital", "clinic", "pharmacy")
    row = {
        "fixmedins_code": roster.code[place],
        "fixmedins_name": roster.name[place],
        "fixmedins_type": 2 if kind == "pharmacy" else 1,
        "category": KIND_NAMES[kind],
        "hosp_lv": roster.level[place],
        "medins_trait": "民营" if private else "公立",
        "town": None if outside else TOWNS[roster.town[place]],
        "in_county": int(not outside),
        "pilot": roster.pilot[place],
        "payment_mode": _payment_mode(roster, place),
        "beds": int(roster.beds[place]) or None,
    }
    return row | ({} if outside else _agreement(roster, place))


def _payment_mode(roster: Roster, place: int) -> str:
    if roster.pilot[place] == "试点":
        return "按床日"
    return {"county_hospital": "总额预算", "village": "按人头"}.get(roster.kind[place], "按项目")


def _agreement(roster: Roster, place: int) -> dict:
    """An agreement of 2026, or one that ended with 2025, or none."""
    if roster.signed[place]:
        dates = {"agreement_from": "2026-01-01", "agreement_to": "2026-12-31", "agreement_status": "正常"}
        return dates | {"agreement_no": f"XY2026-{place + 1:03d}"}
    if place % 3 == 0:
        return {"agreement_status": "未签订"}
    status = "解除" if place % 3 == 1 and place % 2 else "未签订"
    return {"agreement_from": "2025-01-01", "agreement_to": "2025-12-31", "agreement_status": status}
