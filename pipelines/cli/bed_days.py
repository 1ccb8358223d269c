"""The command about payment by the bed day: settle."""

from decimal import Decimal
from pathlib import Path

import click

from pipelines import bed_days
from pipelines.answers.query import QuestionError
from pipelines.bed_days import Basis, EqualMix, Parts, Plan, Settled, Tried
from pipelines.cli import show
from pipelines.cli.common import FROM, JSON, TO, county_of, telling
from pipelines.cli.figures import COUNTY, period_of
from pipelines.contracts import code_lists, zh
from pipelines.formulas import rounded
from pipelines.methods import methods

Gap = tuple[Parts, EqualMix | None]
PILOTS = {"yes": "试点", "no": "同类非试点", None: "其他"}


@click.command()
@FROM
@TO
@click.option("--scheme", default="all", show_default=True, help="险种代码：resident、employee、maternity 或 all")
@COUNTY
@click.option(
    "--rates", multiple=True, metavar="[分类[:起始日]=]百分比", help="调整标准再算，如 +5%、普通内科:5=-3%；可重复"
)
@click.option("--add", multiple=True, metavar="机构", help="假如这家机构（编码）也按床日结算；可重复")
@click.option("--remove", multiple=True, metavar="机构", help="假如这家试点机构（编码）退出；可重复")
@JSON
@click.pass_obj
def settle(warehouse: Path, first, last, scheme: str, counties, rates, add, remove, as_json: bool) -> None:
    """按床日付费：每次住院按床日和按项目各结算一遍，机构和疾病分类的结余；标准、试点变动前后。"""
    with telling():
        if scheme not in ("all", *code_lists()["scheme"]):
            raise QuestionError(f"没有险种“{scheme}”；可用：all、{'、'.join(code_lists()['scheme'])}")
        plan = Plan(tuple(map(bed_days.read_change, rates)), frozenset(add), frozenset(remove))
        county = county_of(warehouse)
        period = period_of(county, first, last)
        if why := bed_days.missing(county, period, counties):
            raise QuestionError(f"不能按床日结算：{why}")
        basis = bed_days.basis(county, period, scheme, counties)
        tried = bed_days.tried(basis, plan) if plan != Plan() else None
        gap = bed_days.pilot_gap(county, period, scheme, counties)
        (told if as_json else printed)(basis, tried, gap, period.label)


def told(basis: Basis, tried: Tried | None, gap: Gap | None, label: str) -> None:
    """All of it for a program, exact to the fen."""
    found = bed_days.settled(basis)
    places = bed_days.by_institution(found)
    pilots = bed_days.of_institutions(found, basis.pilots)
    show.as_json(
        {
            "period": label,
            "hidden_groups": basis.hidden,
            "pilots": amounts(bed_days.summed(pilots).get("", Settled())),
            "institutions": [named(basis, code) | amounts(each) for code, each in places.items()],
            "pilots_by_class": [
                {"disease_class": illness} | amounts(each) for illness, each in bed_days.by_class(pilots).items()
            ],
        }
        | ({"tried": sides(basis, tried)} if tried else {})
        | ({"gap": gap_told(*gap)} if gap else {})
    )


def gap_told(parts: Parts, equal: EqualMix | None) -> dict:
    """The gap of the cost per case, pilots less comparable institutions, in whole yuan."""
    return parts._asdict() | ({"equal_mix_yuan": bed_days.whole(equal.equal)} if equal else {})


def named(basis: Basis, code: str) -> dict:
    place = basis.places.get(code)
    return {"institution": code, "name": place.name if place else "", "pilot": place.pilot if place else None}


def amounts(each: Settled) -> dict:
    return vars(each) | {
        "fund_due_yuan": each.fund_due_yuan,
        "balance_yuan": each.balance_yuan,
        "balance_rate": rounded(each.balance_rate, 2),
    }


def sides(basis: Basis, tried: Tried) -> dict:
    """The fund's side and the institutions', before and after."""
    return {
        "fund_before_yuan": tried.fund_yuan(False),
        "fund_after_yuan": tried.fund_yuan(True),
        "balance_before_yuan": tried.balance_yuan(False),
        "balance_after_yuan": tried.balance_yuan(True),
        "institutions": [
            named(basis, code) | {"before": vars(tried.before[code]), "after": vars(tried.after[code])}
            for code in tried.after
        ],
    }


def printed(basis: Basis, tried: Tried | None, gap: Gap | None, label: str) -> None:
    found = bed_days.settled(basis)
    pilots = bed_days.of_institutions(found, basis.pilots)
    whole = bed_days.summed(pilots).get("", Settled())
    package, cost = yuan(whole.package_yuan), yuan(whole.cost_yuan)
    click.echo(
        f"{label}试点 {len(basis.pilots)} 家：床日包干 {package} 元，实际费用 {cost} 元；"
        f"基金按床日应付 {yuan(whole.fund_due_yuan)} 元，按项目已付 {yuan(whole.fund_paid_yuan)} 元"
    )
    click.echo(f"{methods()['bed_days'].brief}没有标准的住院 {whole.visits - whole.priced_visits} 人次，不在金额里")
    if basis.hidden:
        click.echo(f"{basis.hidden} 组人数不足5人（和能推算出它们的组），不显示，也不在内")
    if gap:
        click.echo(gap_said(*gap))
    places = bed_days.by_institution(found)
    by_place = [[*called(basis, code), *line(each)] for code, each in places.items()]
    show.table(["编码", "机构", "分组", *HEADS], by_place, right=RIGHT)
    click.echo("")
    by_class = [["", illness_name(illness), "试点", *line(each)] for illness, each in bed_days.by_class(pilots).items()]
    show.table(["", "疾病分类", "分组", *HEADS], by_class, right=RIGHT)
    if tried:
        printed_sides(basis, tried)


def gap_said(parts: Parts, equal: EqualMix | None) -> str:
    said = f"次均费用与同类非试点之差 {parts.gap_yuan:+,} 元："
    said += f"床日价格 {parts.by_price_yuan:+,} 元，住院日 {parts.by_stay_yuan:+,} 元"
    return said + (f"；病种构成拉平以后 {bed_days.whole(equal.equal):+,} 元" if equal else "")


HEADS = ("人次", "有标准", "床日", "包干费用（元）", "实际费用（元）", "结余（元）", "结余率（%）")
RIGHT = set(range(3, 3 + len(HEADS)))


def line(each: Settled) -> list[str | None]:
    counts = [f"{count:,}" for count in (each.visits, each.priced_visits, each.bed_days)]
    money = [yuan(value) for value in (each.package_yuan, each.cost_yuan, each.balance_yuan)]
    return [*counts, *money, None if each.balance_rate is None else f"{rounded(each.balance_rate, 2)}"]


def called(basis: Basis, code: str) -> list[str]:
    place = basis.places.get(code)
    return [code, place.name if place else "", PILOTS[place.pilot if place else None]]


def illness_name(code: str) -> str:
    return zh("disease_class", code)


def yuan(value: Decimal) -> str:
    return f"{value:,.2f}"


def printed_sides(basis: Basis, tried: Tried) -> None:
    click.echo("")
    click.echo("同样的住院，变动前后（机构的做法如何变，不在内）：")
    rows = [
        ["基金", *(yuan(tried.fund_yuan(after)) for after in (False, True)), change(tried.fund_yuan)],
        ["机构结余", *(yuan(tried.balance_yuan(after)) for after in (False, True)), change(tried.balance_yuan)],
    ]
    show.table(["", "变动前（元）", "变动后（元）", "增减（元）"], rows, right={1, 2, 3})
    click.echo("")
    heads = ["编码", "机构", "变动前", "变动后", "基金前（元）", "基金后（元）", "结余前（元）", "结余后（元）"]
    rows = []
    for code, after in tried.after.items():
        pair = tried.before[code], after
        ways = ["按床日" if side.by_days else "按项目" for side in pair]
        money = [yuan(side.fund_yuan) for side in pair] + [yuan(side.balance_yuan) for side in pair]
        rows.append([*called(basis, code)[:2], *ways, *money])
    show.table(heads, rows, right={4, 5, 6, 7})


def change(of) -> str:
    return f"{of(True) - of(False):+,.2f}"
