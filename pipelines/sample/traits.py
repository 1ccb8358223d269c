"""How institutions and illnesses of the sample county differ: costs, stays, payment shares, and a few odd ones out."""

from dataclasses import dataclass

import numpy as np

from .places import Roster


@dataclass(frozen=True)
class Kind:
    """What is usual for a kind of institution; money in yuan, shares 0..1."""

    day_cost: float  # inpatient cost of a day
    days: float  # mean stay
    in_policy: float  # share of the cost inside the catalogue
    paid: float  # share the fund pays after the deductible
    deductible: int
    drug: float
    exam: float
    material: float
    back: float  # share of stays that are readmissions
    local: float  # share of inpatients from the own town
    visit_cost: float  # outpatient cost of a visit
    visit_paid: float  # share of it the fund pays


KINDS = {
    "county_hospital": Kind(400, 9.3, 0.915, 0.62, 450, 0.33, 0.27, 0.12, 0.06, 0.15, 118.0, 0.30),
    "private_hospital": Kind(265, 9.0, 0.930, 0.66, 300, 0.36, 0.24, 0.09, 0.08, 0.40, 96.0, 0.32),
    "central_township": Kind(180, 7.7, 0.945, 0.75, 100, 0.42, 0.20, 0.05, 0.07, 0.70, 62.0, 0.45),
    "township": Kind(115, 6.8, 0.950, 0.81, 80, 0.46, 0.16, 0.04, 0.07, 0.86, 48.0, 0.50),
    "village": Kind(0, 1, 0.990, 0.50, 0, 0.72, 0.03, 0.04, 0.0, 1.0, 21.0, 0.55),
    "clinic": Kind(0, 1, 0.970, 0.50, 0, 0.66, 0.08, 0.06, 0.0, 1.0, 44.0, 0.42),
    "pharmacy": Kind(0, 1, 0.900, 0.01, 0, 0.93, 0.00, 0.05, 0.0, 1.0, 92.0, 0.01),
    "outside_hospital": Kind(960, 12.4, 0.760, 0.50, 1500, 0.31, 0.26, 0.20, 0.02, 0.0, 320.0, 0.25),
}

# The odd ones out, so that comparisons have something to find: a factor on the usual value. What the clue rules should
# find is planted apart from them (planted/); these are near misses
ODD_COST = {"萱畈乡卫生院": 1.75, "棠屿镇中心卫生院": 1.45, "示例县霁川骨伤医院": 1.35, "苎圩镇卫生院": 1.4}
ODD_DAYS = {"示例县枫渚颐和康复医院": 1.8, "榛皋乡卫生院": 1.4, "苎圩镇卫生院": 1.25}
ODD_BACK = {"示例县枫渚颐和康复医院": 4.0, "莳畈乡卫生院": 3.5, "栎屏镇中心卫生院": 2.2}
ODD_DRUG = {"筠埠镇中心卫生院": 1.35}
ODD_MATERIAL = {"示例县霁川骨伤医院": 1.3, "示例县棠屿眼科医院": 1.4}

# illnesses: code, name, weight for minors / adults / elderly, factor on days, factor on cost, weight outside the county
DISEASES = [
    ("J18.900", "肺炎", 9, 3, 6, 1.0, 1.0, 0.5),
    ("J20.900", "急性支气管炎", 10, 5, 6, 0.8, 0.7, 0.1),
    ("J06.900", "急性上呼吸道感染", 12, 5, 3, 0.6, 0.5, 0.1),
    ("J44.100", "慢性阻塞性肺病急性加重", 0, 2, 11, 1.2, 1.1, 0.5),
    ("I10.x00", "原发性高血压", 0, 5, 9, 0.9, 0.8, 0.3),
    ("I25.103", "冠状动脉粥样硬化性心脏病", 0, 3, 9, 1.0, 1.2, 1.5),
    ("I63.900", "脑梗死", 0, 3, 9, 1.4, 1.4, 1.4),
    ("I61.900", "脑出血", 0, 0.6, 1.2, 1.7, 2.6, 2.0),
    ("E11.900", "2型糖尿病", 0, 4, 6, 1.1, 1.0, 0.6),
    ("K29.500", "慢性胃炎", 0.5, 5, 5, 0.7, 0.7, 0.3),
    ("K52.900", "胃肠炎", 7, 4, 3, 0.6, 0.6, 0.1),
    ("K35.800", "急性阑尾炎", 1.5, 2, 0.7, 0.8, 1.5, 0.4),
    ("K80.200", "胆囊结石", 0, 3, 2.5, 1.0, 1.8, 1.2),
    ("K40.900", "腹股沟疝", 1, 0.8, 1.2, 0.7, 1.3, 0.6),
    ("N20.000", "肾结石", 0, 2.5, 1.2, 0.7, 1.3, 0.8),
    ("N18.900", "慢性肾脏病", 0, 1.2, 1.6, 1.0, 1.5, 1.6),
    ("M51.202", "腰椎间盘突出", 0, 7, 5, 1.2, 0.9, 0.6),
    ("M17.900", "膝关节骨关节炎", 0, 1.5, 4, 1.1, 1.2, 1.2),
    ("S52.500", "桡骨骨折", 1.2, 1.5, 1.5, 1.1, 1.8, 0.8),
    ("S72.000", "股骨颈骨折", 0, 0.3, 1.6, 1.6, 3.2, 2.2),
    ("H25.900", "老年性白内障", 0, 0.2, 3, 0.4, 1.2, 0.4),
    ("O80.000", "头位顺产", 0, 2.5, 0, 0.5, 0.9, 0.2),
    ("O82.000", "剖宫产", 0, 1.8, 0, 0.8, 1.6, 0.5),
    ("C34.900", "肺恶性肿瘤", 0, 0.5, 1.3, 1.2, 2.4, 9.0),
    ("C16.900", "胃恶性肿瘤", 0, 0.4, 0.9, 1.3, 2.6, 9.0),
    ("C50.900", "乳腺恶性肿瘤", 0, 0.7, 0.3, 1.0, 2.2, 9.0),
    ("Z51.103", "肿瘤化学治疗", 0, 0.8, 1.2, 0.5, 1.6, 7.0),
    ("G40.900", "癫痫", 0.8, 0.6, 0.3, 0.9, 1.0, 1.5),
    ("Q21.100", "房间隔缺损", 0.3, 0, 0, 1.1, 3.5, 9.0),
    ("C91.000", "急性淋巴细胞白血病", 0.2, 0.1, 0, 1.8, 4.0, 9.0),
    ("R50.900", "发热", 6, 2, 1.5, 0.5, 0.5, 0.1),
    ("B02.900", "带状疱疹", 0, 0.8, 2, 0.9, 0.8, 0.2),
]
DISEASE_CODES, DISEASE_NAMES = [row[0] for row in DISEASES], [row[1] for row in DISEASES]
BY_AGE = np.array([row[2:5] for row in DISEASES]).T  # minors, adults, elderly
DISEASE_DAYS, DISEASE_COST, DISEASE_OUTSIDE = np.array([row[5:8] for row in DISEASES]).T
DISEASE_SMALL = np.where(DISEASE_OUTSIDE > 1.1, 0.12, 1.0)  # health centres seldom keep the grave ones
AGE_GROUP = np.array([0, 0, 1, 2, 1, 2])  # by psn_type
DELIVERY = (DISEASE_CODES.index("O80.000"), DISEASE_CODES.index("O82.000"))
CHILD_ILLNESS = (DISEASE_CODES.index("Q21.100"), DISEASE_CODES.index("C91.000"))
CHRONIC = [DISEASE_CODES.index(code) for code in ("I10.x00", "E11.900", "I25.103", "J44.100", "N18.900", "Z51.103")]
EVERYDAY = [DISEASE_CODES.index(code) for code in ("J06.900", "J20.900", "K29.500", "K52.900", "M51.202", "R50.900")]


def usual(roster: Roster, trait: str) -> np.ndarray:
    """The usual value of a trait for each institution."""
    return np.array([getattr(KINDS[kind], trait) for kind in roster.kind], dtype=np.float64)


def oddness(roster: Roster, factors: dict[str, float]) -> np.ndarray:
    """The factor of each institution, 1 for all but the odd ones. Fails on a name that the roster does not hold."""
    factor = np.ones(len(roster.name))
    for name, value in factors.items():
        factor[roster.name.index(name)] = value
    return factor
