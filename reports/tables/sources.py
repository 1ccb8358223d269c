"""What the figures rest on: the sums that must agree, the uploads that count, the rates that were agreed."""

import pipelines
from pipelines import County, Period
from pipelines.contracts import contracts
from pipelines.wording import upload_name
from reports.document import Column, Table


def identities(county: County, period: Period) -> Table:
    """Each relation that must hold, with the months in which it does not, both sides of it."""
    columns = (
        *map(Column, ("勾稽关系", "结论", "核对月数")),
        Column("不符月份"),
        *map(Column, ("左边", "右边", "相差")),
    )
    rows = []
    for found in pipelines.reconcile(county, period):
        told = found.identity.title, "成立" if found.holds else "不符", len(found.checked)
        breaches = [(b.month, b.left, b.right, b.left - b.right) for b in found.breaches]
        rows += [(*told, *each) for each in breaches or [("", None, None, None)]]
    return Table("勾稽关系", columns, tuple(rows), "应当相等的合计逐月核对；单位随所核对的数", "勾稽关系")


def uploads(county: County, period: Period) -> Table:
    """The batches that count in the period: every figure of it comes from these."""
    years, months = {m[:4] for m in period.months}, set(period.months)
    counting = {key: covered for key, covered in county.coverage.items() if key[1] in months | years | {"all"}}
    order = list(contracts())
    keys = sorted(counting, key=lambda key: (order.index(key[0]), key[1]))
    rows = tuple(
        (upload_name(t, part.layout), "整表" if p == "all" else p, part.batch, part.loaded_at[:16].replace("T", " "))
        for t, p in keys
        for part in {part.batch: part for part in counting[t, p].parts.values()}.values()
    )
    columns = tuple(map(Column, ("上传表", "期间", "批次", "装载时间")))
    return Table("数据来源", columns, rows, "本期各表计入的批次", "数据来源")


def bed_day_rates(county: County, period: Period) -> Table:
    """The bed-day rates of the period's year."""
    columns = (*map(Column, ("机构编码", "机构类别", "病种分类", "起（天）", "止（天）")), Column("标准（元/床日）", 2))
    found = pipelines.bed_day_rates(county, int(period.last[:4]))
    rows = [
        (r.institution or "", r.institution_group or "", r.disease_class, r.day_from, r.day_to, r.rate_yuan)
        for r in found
    ]
    return Table("床日付费标准", columns, tuple(rows), f"{period.last[:4]} 年；止为空的是其后各天", "床日付费标准")
