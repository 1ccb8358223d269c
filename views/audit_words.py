"""What the journal says of samples, their results, visits and quotas, in words."""

import json

import pipelines
from pipelines import contracts, sampling
from pipelines.audit_work import STATES
from views.run import SCHEMES

KINDS = ("sample", "sample_result", "visit")


def decided(kind: str, subject: str, values: dict[str, str], names: dict[str, str]) -> tuple[str, str]:
    """(what it is about, what was decided) of a line of the journal of one of KINDS. names: institution -> its name."""
    if kind == "sample":
        return f"抽样方案 {subject}", "作废" if "withdrawn" in values else plan(values)
    if kind == "sample_result":
        plan_id, _, file = subject.partition("/")
        return f"结算 {file}（抽样方案 {plan_id}）", result(values)
    if subject.startswith("quota/"):
        _, year, activity = subject.split("/")
        return f"{year} 年{contracts.zh('activity', activity)}年计划", f"{int(values['quota']):,}"
    place = names.get(values["institution"], values["institution"])
    return f"{place} {values['month']} {contracts.zh('activity', values['activity'])}", visit(values)


def plan(values: dict[str, str]) -> str:
    """2026年1—6月 居民 住院，总体 35,682 份，随机臂 381 份，风险臂 50 份，种子 20260712."""
    months = pipelines.Period(values["first"], values["last"]).label
    care = contracts.zh("care", values["care"]) if values["care"] else "全部类别"
    files = sum(json.loads(values["sizes"]).values())
    drawn = sum(len(ids.split()) for ids in json.loads(values["random"]).values())
    arms = f"随机臂 {drawn:,} 份，风险臂 {len(json.loads(values['risk'])):,} 份"
    return f"{months} {SCHEMES[values['scheme'] or 'all']} {care}，总体 {files:,} 份，{arms}，种子 {values['seed']}"


def result(values: dict[str, str]) -> str:
    if not values["outcome"]:
        return "收回结果"
    yuan = f"应扣 {values['yuan']} 元" if float(values["yuan"]) else ""
    return " ".join(filter(None, (sampling.OUTCOMES[values["outcome"]], yuan, values["note"])))


def visit(values: dict[str, str]) -> str:
    staff = "、".join(f"{number}号" for number in values["staff"].split())
    return " ".join(
        filter(None, (STATES[values["state"]], values["on"], staff, f"{values['days']} 人日", values["note"]))
    )
