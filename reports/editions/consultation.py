"""门诊一般诊疗费总额: which townships' limits run out, when, and what the rules pay and leave to institutions."""

from pipelines import County, Period
from pipelines.consultation import ConsultationError, Standing, Township, standing
from pipelines.methods import methods
from reports import words
from reports.charts import limits
from reports.document import Block, Chart, Column, Paragraph, Table
from reports.tables.asking import totals

SHOWN = 14
KPIS = ("consultation_limit", "consultation_fee", "consultation_limit_use")


def blocks(county: County, period: Period) -> list[Block]:
    """What all limits came to, a chart of those that run out, a table of all; nothing where no limit can be told."""
    try:
        found = standing(county, int(period.last[:4]), period.last)
    except ConsultationError:
        return []
    how = Paragraph((methods()["consultation"].brief,), "note")
    return [summed(county, found), running_out(found), listed(found), how]


def summed(county: County, found: Standing) -> Paragraph:
    """The sums of the townships, each a figure that knows what it is, and what is expected."""
    row = totals(county, KPIS, Period(found.months[0], found.months[-1]), scheme="resident")
    limit, used, share = (row[kpi] for kpi in KPIS)
    first = (f"{len(found.townships)} 个乡镇的限额共 ", limit, f"，{len(found.months)} 个月已用 ", used, "，占 ", share)
    aside = sum(found.ledger.unlimited.values())
    told = f"，其中 {words.number(aside)} 元用在没有限额的地方" if aside else ""
    return Paragraph((*first, f"{told}；时间过去 {words.number(found.time_share)}%。", expected(found)))


def expected(found: Standing) -> str:
    """5 个乡镇年内用完，另有 11 个可能用完；全年机构自担预计 2.73—22.08 万元。"""
    if found.over_yuan is None:
        return f"几月用完还推不出（{found.townships[0].outlook.why}）。"
    low, high = (words.number(yuan / 10000) for yuan in found.over_yuan)
    borne = low if low == high else f"{low}—{high}"
    runs = f"{len(found.running_out)} 个乡镇用完，另有 {len(found.doubtful)} 个可能用完"
    return f"到年底{runs}；全年机构自担{'' if len(found.months) == 12 else '预计'} {borne} 万元。"


def running_out(found: Standing) -> Chart:
    """Which townships run out first?"""
    order = found.ordered[:SHOWN]
    rows = [(words.plain(e.town), e.share or 0, e.outlook.told, bool(e.outlook.runs_out)) for e in order]
    first = order[0]
    title = f"{first.town}最早，{first.outlook.told}" if first.outlook.first else "没有乡镇会用完"
    if found.over_yuan is None and not first.outlook.first:
        title = "几月用完还推不出"
    said = "；".join(f"{name} {words.number(share)}%，{told}" for name, share, told, _ in rows)
    note = "已用占限额的 %，用完的月份按几种推法给区间；橙色为每种都会用完"
    return Chart(limits.townships(rows, found.time_share), title, note, f"各乡镇限额使用率条形图，{title}：{said}")


def listed(found: Standing) -> Table:
    heads = (
        Column("乡镇"),
        Column("限额（元）", 2, total=True),
        Column("已用（元）", 2, total=True),
        Column("使用率", 2, percent=True),
        Column("用完的月份"),
        Column("全年至少（元）", 2),
        Column("全年至多（元）", 2),
        Column("拨付（元）", 2, total=True),
        Column("机构自担（元）", 2, total=True),
    )
    year = f"{found.ledger.year}年1—{len(found.months)}月" if len(found.months) > 1 else f"{found.ledger.year}年1月"
    note = "总额预算、限额使用、据实支付、超支不补：拨付 = min（年初以来已用，限额）− 已拨付，超出的由机构自担。"
    return Table(f"{year}各乡镇一般诊疗费限额", heads, tuple(map(line, found.ordered)), note, "一般诊疗费限额")


def line(each: Township) -> tuple:
    ahead = each.outlook
    used = each.town, each.limit_yuan, each.used_yuan, each.share
    return *used, ahead.told, ahead.low_yuan, ahead.high_yuan, each.paid_yuan, each.borne_yuan
