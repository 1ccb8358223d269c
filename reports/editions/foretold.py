"""基金运行预测: how long the money lasts and where it may be at the end of next year, scheme by scheme, as ranges."""

from decimal import Decimal

from pipelines import County, Period, WarehouseError
from pipelines.methods import methods
from pipelines.outlook import LEAST_MONTHS, SCHEMES, Outlook, Projection, outlook, refusal, wording
from reports import foretelling
from reports.document import Block, Chart, Column, Paragraph, Table

WAN = Decimal(10_000)
COLUMNS = (
    *(Column("险种"), Column("累计结余（万元）", 2), Column("可支付月数", 2)),
    *(
        Column("明年底结余80%区间（万元）", right=True),
        Column("用完的走势", 1, percent=True),
        Column("最早用完", right=True),
    ),
    *(Column("支出预测误差", 1, percent=True), Column("照搬去年同月的误差", 1, percent=True)),
)


def blocks(county: County, period: Period) -> list[Block]:
    """A sentence and a fan chart of the scheme that is nearest to running out, a table of all; nothing without two
    years of settlements, or for a part of a county."""
    if refusal(county) or len(county.months("settlements")) < LEAST_MONTHS:
        return []
    try:
        found = outlook(county, period.last)
    except WarehouseError:
        return []
    told = {scheme: made for scheme in found.schemes if (made := found.projection(scheme)) is not None}
    if not told:
        return []
    nearest = max(told, key=lambda scheme: told[scheme].run_out.share if told[scheme].run_out else -1)
    said = "；".join(wording.findings(found, nearest, told[nearest])).replace("**", "")
    chart = drawn(found, nearest, told[nearest])
    return [Paragraph((f"{said}。",)), *chart, table(found, told, period)]


def drawn(found: Outlook, scheme: str, told: Projection) -> list[Block]:
    if told.end.balance is None:
        return []
    title = f"{SCHEMES[scheme]}：{foretelling.balance_title(told)}"
    note = f"{foretelling.balance_note(told)}；实线为过去，深、浅带为80%、95%区间，虚线为中间值"
    return [Chart(foretelling.balance_fan(found, scheme, told), title, note, foretelling.alt(told, title))]


def table(found: Outlook, told: dict[str, Projection], period: Period) -> Table:
    rows = tuple((SCHEMES[scheme], *line(found, scheme, each)) for scheme, each in told.items())
    note = f"{methods()['outlook'].brief}不知道尚未出台的政策、疫情和灾害；各险种不能互相调剂。"
    return Table(f"{period.label}末各险种基金运行预测", COLUMNS, rows, note)


def line(found: Outlook, scheme: str, told: Projection) -> tuple:
    of, end, out = found.schemes[scheme], told.end.balance, told.run_out
    balance, months = (of.figures[kpi].value for kpi in ("cumulative_balance", "months_payable"))
    errors = (None, None) if of.payout_test is None else (of.payout_test.mape, of.payout_test.naive_mape)
    lasting = (None, None, None)
    if end is not None and out is not None:
        lasting = wording.between(end), Decimal(round(100 * out.share, 1)), out.earliest or "不会"
    return (
        None if balance is None else balance / WAN,
        months,
        *lasting,
        *(None if e is None else Decimal(e) for e in errors),
    )
