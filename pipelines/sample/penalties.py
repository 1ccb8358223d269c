"""The ledger of penalties: one row per case, dated within the half-year in which its money comes in."""

import numpy as np

from .money import spread
from .places import COUNTY, SEED, Roster
from .printed import RESIDENT, Half, fen, printed
from .write import yuan

HOSPITALS = ("county_hospital", "private_hospital", "central_township", "township")
BREACHES = [("D01", "未向患者提供日清单"), ("D02", "在院率差"), ("A01", "挂床住院"), ("D03", "身份核验不严")]
REVIEWED = [
    ("A04", "过度检查"),
    ("A05", "超量开药"),
    ("A06", "重复收费"),
    ("A07", "超标准收费"),
    ("B02", "病历资料不齐全"),
]
AUDITED = [("A11", "将不予支付的费用纳入结算"), ("A06", "重复收费"), ("A08", "分解项目收费")]
INSURERS = [
    "衡屿财产保险",
    "澄岳财产保险",
    "瀚棠财产保险",
    "琅岚人寿保险",
    "栖筠人寿保险",
    "霁衡健康保险",
    "漱岳财产保险",
    "芷瀚人寿保险",
]

# cases without money: day, how found, violation, what it was, handling, kind of institution
SMALL_CASES = [
    (35, "现场检查", "D04", "刷卡购买非药品", "约谈、责令改正", "pharmacy"),
    (88, "智能审核", "A05", "超限定用药提示未整改", "约谈", "village"),
    (131, "现场检查", "B02", "处方保管不规范", "责令改正", "village"),
    (152, "举报核查", "B05", "未公示收费标准", "责令改正", "private_hospital"),
]


def penalties(halves: list[Half], roster: Roster, assessed: dict[str, dict[int, int]]) -> list[dict]:
    """All cases. `assessed`: fen deducted for missed targets by institution (row of the roster), per half-year."""
    rows = []
    for half in halves:
        rng = np.random.default_rng([SEED, 200 + half.number])
        figures = printed()["penalties"][half.key]
        hospitals = rng.permutation(roster.where(*HOSPITALS))
        rows += _agreement_checks(rng, half, roster, hospitals, figures["agreement_check"])
        rows += _assessments(half, roster, assessed[half.key])
        rows += _record_reviews(rng, half, roster, hospitals, *figures["record_review"])
        rows += _follow_ups(half, roster, hospitals, figures)
        rows += _daily_audits(rng, half, roster, hospitals, *figures["daily_audit"])
        rows += _association(rng, half, *figures["association"])
        rows += _without_money(half, roster)
    return _numbered([row for row in rows if row])


def _day(half: Half, offset: int) -> str:
    """A working day of the half-year, counted from its first."""
    return str(np.busday_offset(min(half.first + int(offset), half.last), 0, roll="modifiedpreceding"))


def _case(half: Half, offset: int, activity: str, code: str, description: str, **more) -> dict:
    """A closed case of a medical institution, decided two weeks after it was found."""
    row = {
        "found_date": _day(half, offset),
        "activity": activity,
        "subject_type": "定点医疗机构",
        "violation_code": code,
        "description": description,
        "insutype": RESIDENT,
        "decision_date": _day(half, offset + 14),
        "status": "已结案",
    }
    return row | more


def _institution(roster: Roster, place: int) -> dict:
    return {"fixmedins_code": roster.code[place], "fixmedins_name": roster.name[place]}


def _received(half: Half, offset: int, name: str, amount: int, outstanding: bool = False) -> dict:
    """An amount due, with its receipt a month after it was found unless it is outstanding."""
    if outstanding:
        return {f"{name}_due": yuan(amount), f"{name}_received": "0.00", "status": "办理中"}
    return {f"{name}_due": yuan(amount), f"{name}_received": yuan(amount), "received_date": _day(half, offset + 30)}


def _agreement_checks(rng, half: Half, roster: Roster, hospitals, damages: list) -> list[dict]:
    rows = []
    for number, amount in enumerate(damages):
        code, text = BREACHES[number % len(BREACHES)]
        offset = 25 + 20 * number + int(rng.integers(0, 10))
        handling = "责令改正、违约金" if number else "约谈、责令改正、违约金"
        row = _case(half, offset, "协议检查", code, text, handling=handling, **_institution(roster, hospitals[number]))
        rows.append(row | _received(half, offset, "damages", fen(amount), outstanding=number == len(damages) - 2))
    return rows


def _assessments(half: Half, roster: Roster, amounts: dict[int, int]) -> list[dict]:
    """Deductions for missed targets, once the half-year can be judged: not violations."""
    return [
        _case(half, 171, "指标考核", "G01", "未达到考核指标", handling="考核扣减", **_institution(roster, place))
        | {"assessment_deducted": yuan(amount), "settled_month": half.months[5]}
        for place, amount in amounts.items()
    ]


def _record_reviews(rng, half: Half, roster: Roster, hospitals, number: int, total) -> list[dict]:
    """Problem records of the half-year's first quarter: the cost is deducted and paid once more as damages."""
    amounts = spread(rng.uniform(0.3, 2.5, number), fen(total), 5000)
    records = spread(amounts.astype(float), printed()["audit"][half.key]["record_review"][1], 1)
    rows = []
    for k, (amount, count) in enumerate(zip(amounts, records, strict=True)):
        offset = [18, 38, 76][k % 3] + int(rng.integers(0, 6))
        code, text = REVIEWED[int(rng.integers(len(REVIEWED)))]
        row = _case(
            half,
            offset,
            "病历评定",
            code,
            text,
            handling="扣减违规费用、违约金",
            **_institution(roster, hospitals[-1 - k]),
        )
        row |= {"records": int(count), "base_amount": yuan(amount), "deducted": yuan(amount), "damages_multiple": 1}
        row |= {"settled_month": half.months[k % 3 + 1]}
        rows.append(row | _received(half, offset, "damages", int(amount), outstanding=k in (7, 19)))
    return rows


def _follow_ups(half: Half, roster: Roster, hospitals, figures: dict) -> list[dict]:
    """An institution that helped impersonators, and an insured person with another's identity."""
    persons, base, multiple = figures["impersonation"]
    text = f"协助{persons}名患者冒名住院"
    helped = _case(half, 66, "回访", "C01", text, persons=persons, handling="追回、违约金、中止责任人员服务")
    helped |= _institution(roster, hospitals[8]) | {"base_amount": yuan(fen(base)), "damages_multiple": multiple}
    helped |= _received(half, 66, "recover", fen(base)) | _received(half, 66, "damages", fen(base * multiple))
    posed = _case(half, 118, "回访", "E04", "冒用同姓名人员身份骗取补偿", persons=1, handling="追回")
    posed |= {"subject_type": "参保人"} | _received(half, 118, "recover", fen(figures["same_name"]))
    return [helped, posed]


def _daily_audits(rng, half: Half, roster: Roster, hospitals, number: int, total) -> list[dict]:
    rows = []
    for k, amount in enumerate(spread(rng.uniform(0.4, 2.0, number), fen(total), 20000)):
        offset = 8 + 150 * k // number
        code, text = AUDITED[k % len(AUDITED)]
        row = _case(half, offset, "日常审核", code, text, records=2 + k % 4, handling="追回")
        rows.append(row | _institution(roster, hospitals[10 + k]) | _received(half, offset, "recover", int(amount)))
    return rows


def _association(rng, half: Half, companies: int, documents: int, due, received) -> list[dict]:
    """Breaches of the insurers' own pact: not the fund's money."""
    amounts = spread(rng.uniform(0.6, 1.6, companies), fen(due) // 100) * 100
    counts = spread(amounts.astype(float), documents, 1)
    open_amount = fen(due) - fen(received)
    rows = []
    for k, (amount, count) in enumerate(zip(amounts, counts, strict=True)):
        offset = 20 + 110 * k // companies
        row = _case(
            half, offset, "自律检查", "H01", "违反车险自律公约", records=int(count), handling="违约金", insutype=None
        )
        row |= {"subject_type": "保险公司", "fixmedins_name": f"{INSURERS[k]}望澜中心支公司"}
        row |= _received(half, offset, "damages", int(amount))
        unpaid = min(open_amount, int(amount))
        open_amount -= unpaid
        row["damages_received"] = yuan(int(amount) - unpaid)
        rows.append(row | ({"status": "办理中"} if unpaid else {}))
    return rows


def _without_money(half: Half, roster: Roster) -> list[dict]:
    """Smaller cases that end with a talk or an order; earlier also a fine, a suspension and a termination."""
    rows = []
    for number, (offset, activity, code, text, handling, kind) in enumerate(SMALL_CASES):
        row = _case(half, offset, activity, code, text, handling=handling, insutype=None)
        row |= _institution(roster, _signed(roster, kind, half.number * 3 + number))
        rows.append(row | ({"subject_type": "定点零售药店"} if kind == "pharmacy" else {}))
    return rows if half.key >= "2026" else rows + _graver(half, roster)


def _signed(roster: Roster, kind: str, number: int) -> int:
    """One of the institutions of a kind that have an agreement, counted round and round."""
    places = roster.where(kind)
    places = places[roster.signed[places]]
    return places[number % len(places)]


def _graver(half: Half, roster: Roster) -> list[dict]:
    """A hospital that is fined, suspended and reported; a pharmacy that loses its agreement."""
    fined = _case(half, 57, "举报核查", "C04", "虚构医药服务项目", persons=3, insutype=None, transferred_to="公安机关")
    fined |= _institution(roster, _signed(roster, "private_hospital", half.number + 1))
    fined |= {"handling": "追回、行政罚款、中止协议、移送", "base_amount": "3120.00"}
    fined |= {"suspend_from": _day(half, 80), "suspend_to": _day(half, 170)}
    fined |= {"review_result": "变更", "review_amount": "240.00"}
    fined |= _received(half, 57, "recover", 288000) | _received(half, 57, "fine", 576000)
    ended = _case(half, 102, "现场检查", "D04", "进销存不符", insutype=None, subject_type="定点零售药店")
    ended |= {"handling": "解除协议、公开曝光"} | _institution(roster, _signed(roster, "pharmacy", half.number * 3 + 7))
    return [fined, ended]


def _numbered(rows: list[dict]) -> list[dict]:
    """Case and decision numbers, running by year in order of the day found."""
    rows = sorted(rows, key=lambda row: row["found_date"])
    count = {}
    for row in rows:
        year = row["found_date"][:4]
        count[year] = count.get(year, 0) + 1
        row["case_no"] = f"CF{year}-{count[year]:04d}"
        row["decision_no"] = f"{COUNTY[:2]}医保处〔{year}〕{count[year]}号"
    return rows


def recovered_by_month(rows: list[dict], steps: list[dict]) -> dict[str, int]:
    """Fen that came back to the fund, by the month of receipt; steps: those of the cases."""
    paid = [(row["received_date"], row["recover_received"]) for row in rows if fen(row.get("recover_received") or 0)]
    paid += [
        (step["moved_on"], step["received"]) for step in steps if step.get("handling") == "追回" and "received" in step
    ]
    months = {}
    for day, amount in paid:
        months[day[:7]] = months.get(day[:7], 0) + fen(amount)
    return months
