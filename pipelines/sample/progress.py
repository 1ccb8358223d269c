"""Steps of the penalty cases: money that comes in after a case was written down stands in rows of its own."""

import numpy as np

from .printed import Half, fen
from .write import yuan

PAID = ("damages", "recover", "fine")
NAMES = {"damages": "违约金", "recover": "追回", "fine": "行政罚款"}
LATE_DAYS = 100  # after the half-year, for those that pay late


def moved_on(cases: list[dict], halves: list[Half]) -> list[dict]:
    """The steps of the cases, numbered; what they tell is taken out of the rows of `cases`, as they once began.

    Agreement checks, every third record review and reviewed cases are told step by step; others keep their one row.
    """
    steps = []
    for number, case in enumerate(cases):
        half = next(h for h in halves if case["found_date"] <= str(h.last))
        if case.get("review_result"):
            steps += _reviewed(case) + _payments(case)
        elif case["activity"] == "协议检查" or (case["activity"] == "病历评定" and number % 3 == 0):
            steps += _deduction(case) + _payments(case, half)
    return _numbered(steps)


def _step(case: dict, day: str, **more) -> dict:
    return {"case_no": case["case_no"], "moved_on": day} | more


def _payments(case: dict, half: Half | None = None) -> list[dict]:
    """What came in, one step for each kind of money; large damages in two parts; what is still out may come late."""
    day = case.pop("received_date", None)
    if day is None:
        return _late(case, half) if half else []
    steps = []
    for kind in PAID:
        amount = fen(case.get(f"{kind}_received", "0.00"))
        if amount:
            case[f"{kind}_received"] = "0.00"
            parts = _parts(amount, day, half)
            steps += [_step(case, on, handling=NAMES[kind], received=yuan(part), note="到账") for on, part in parts]
    return _closed(case, steps)


def _parts(amount: int, day: str, half: Half | None) -> list[tuple[str, int]]:
    """(day, fen): damages of 5000 yuan and more come in two, the second three weeks later, within the half-year."""
    if half is None or amount < 500000:
        return [(day, amount)]
    first = amount * 6 // 10
    return [(day, first), (str(min(_working(day, 21), half.last)), amount - first)]


def _working(day: str, more: int) -> np.datetime64:
    """The working day at most so many days after a day."""
    return np.busday_offset(np.datetime64(day) + more, 0, roll="backward")


def _late(case: dict, half: Half) -> list[dict]:
    """Damages that were out at the end of the first year's half-years came in long after."""
    out = fen(case.get("damages_due", "0.00")) - fen(case.get("damages_received", "0.00"))
    if half.number > 1 or not out:
        return []
    day = str(_working(str(half.last), LATE_DAYS))
    return _closed(case, [_step(case, day, handling=NAMES["damages"], received=yuan(out), note="逾期到账")])


def _deduction(case: dict) -> list[dict]:
    """What was withheld from a month's settlement, on the settlement's fifth day."""
    month = case.pop("settled_month", None)
    if month is None:
        return []
    case["status"] = "办理中"  # until the money due with it has come in
    told = dict(handling="扣减违规费用", deducted=case["deducted"], settled_month=month, note="在结算款中扣下")
    return [_step(case, f"{month}-05", **told)]


def _reviewed(case: dict) -> list[dict]:
    """The institution asks for a review, which lets it off a part of what was to be paid back."""
    result, amount = case.pop("review_result"), case.pop("review_amount")
    case["recover_due"] = yuan(fen(case["recover_due"]) + fen(amount))
    changed = dict(handling="追回", due=yuan(-fen(amount)), review_result=result, review_amount=amount)
    asked, told = (str(_working(case["decision_date"], days)) for days in (4, 12))
    return [
        _step(case, asked, status="复审中", note="申请复审"),
        _step(case, told, status="办理中", note="复审决定", **changed),
    ]


def _closed(case: dict, steps: list[dict]) -> list[dict]:
    """The last of the steps closes the case, which was open until then."""
    if steps:
        case["status"] = "办理中"
        steps[-1]["status"] = "已结案"
    return steps


def _numbered(steps: list[dict]) -> list[dict]:
    """Numbers running by year in the order of the days."""
    steps, count = sorted(steps, key=lambda step: (step["moved_on"], step["case_no"])), {}
    for step in steps:
        year = step["moved_on"][:4]
        count[year] = count.get(year, 0) + 1
        step["progress_no"] = f"JZ{year}-{count[year]:04d}"
    return steps
