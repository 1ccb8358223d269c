"""本月要办: townships whose consultation fee limit is spent, or is going to be before the year ends."""

from views import consultation, look, shared
from views.task import Task, before


def running_out() -> list[Task]:
    """One row for limits that are spent, one for those that run out by every reading; nothing where none is told."""
    found, _ = consultation.standing(shared.told(), shared.told().key, shared.period().last)
    if found is None or len(found.months) == 12:
        return []
    spent = [each for each in found.running_out if each.outlook.exhausted]
    going = [each for each in found.running_out if not each.outlook.exhausted]
    rows = [task("超限", spent, "已用完", f"机构已自担 {look.number(found.borne_yuan)} 元")] if spent else []
    over = f"全年机构自担 {consultation.span(found.over_yuan)} 万元" if found.over_yuan else ""
    return [*rows, task("预警", going, "年内要用完", over)] if going else rows


def task(urgency: str, listed: list, state: str, cost: str) -> Task:
    first = listed[0]
    few = f"等 {len(listed)} 个乡镇" if len(listed) > 1 else ""
    what = f"{look.safe(first.town)}{few}的一般诊疗费限额{state}"
    evidence = "，".join(filter(None, (f"最早{first.outlook.told}", cost)))
    return Task(urgency, what, evidence, before(20, "调剂或告知机构"), "payment", "看限额", {"v": "limits"})
