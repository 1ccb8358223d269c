"""The command about 门诊一般诊疗费总额: limits (a year's, money moved, or the next year's proposed)."""

from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from pipelines import consultation
from pipelines.answers.county import County, one_county
from pipelines.answers.small_cells import SMALL
from pipelines.cli import show
from pipelines.cli.common import JSON, TO, county_of, exported, telling
from pipelines.cli.figures import period_of
from pipelines.cli.show_figures import write_csv
from pipelines.consultation import FACTORS, ConsultationError, Move, Proposal, Standing

HEADS = ["乡镇", "限额（元）", "已用（元）", "使用率%", "用完的月份", "全年至少（元）", "全年至多（元）"]
HEADS += ["拨付（元）", "机构自担（元）"]
MOVED = ["乡镇", "原限额（元）", "调剂（元）", "调剂后（元）", "原至多缺（元）", "还缺（元）"]
PROPOSED = ["乡镇", "参保人数", "人均门诊人次", "机构门诊人次", "机构就诊人数"]
PROPOSED += ["上年限额（元）", "拟定（元）", "增减（元）"]


@click.command()
@TO
@click.option("--county", "code", metavar="区划", help="几个区县合用的数据仓库：只看这个区县")
@click.option("--move", "moves", multiple=True, metavar="甲=乙=元", help="试算：从甲乡镇调给乙乡镇，可重复；不写入")
@click.option("--balance", is_flag=True, help="试算：把预计有余的调给预计不够的，总额不变；不写入")
@click.option("--propose", "year", type=int, help="拟定这一年的限额")
@click.option("--total", metavar="元", help="拟定的总额；不写为上一年的总额")
@click.option("--weight", "weights", multiple=True, metavar="依据=数", help="拟定的权重，可重复，如 参保人数=50")
@click.option("--csv", "target", type=click.Path(path_type=Path), help="把拟定的限额写成可上传的预算表，否则写明细")
@JSON
@click.pass_obj
def limits(warehouse: Path, last, code, moves, balance, year, total, weights, target: Path | None, as_json) -> None:
    """门诊一般诊疗费限额：各乡镇用了多少、几月用完、该付多少；试算调剂；拟定下一年的限额。"""
    with telling():
        whole = county_of(warehouse)
        county = one_county(whole, code) if code else whole
        if year:
            made = consultation.proposed(county, year, amount(total) if total else None, weights_of(weights))
            return told_proposal(warehouse, county, made, target, as_json)
        month = period_of(county, None, last).last
        found = consultation.standing(county, int(month[:4]), month)
        if moves or balance:
            told_moves(found, after(found, moves, balance), as_json)
        else:
            told_standing(warehouse, found, target, as_json)


def amount(text: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise ConsultationError(f"“{text}”应为以元计的金额，如 10000")
    return found


def weights_of(pairs: tuple[str, ...]) -> dict[str, Decimal]:
    """The usual weights, with those that are typed in place; only the typed ones if there are any."""
    if not pairs:
        return dict(consultation.WEIGHTS)
    codes, found = {name: code for code, name in FACTORS.items()}, {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name.strip() not in codes:
            raise ConsultationError(f"权重“{pair}”读不懂；应如 参保人数=50，依据有{'、'.join(codes)}")
        found[codes[name.strip()]] = amount(value)
    return found


def after(found: Standing, moves: tuple[str, ...], balance: bool) -> dict[str, Decimal]:
    """The limits after typed moves, or balanced. Raises ConsultationError where both are asked for."""
    if moves and balance:
        raise ConsultationError("--move 和 --balance 只能用一个")
    return consultation.balanced(found) if balance else consultation.moved(found.ledger.limits, list(map(move, moves)))


def move(text: str) -> Move:
    parts = text.split("=")
    if len(parts) != 3:
        raise ConsultationError(f"“{text}”读不懂；应如 甲镇=乙镇=10000")
    return Move(parts[0].strip(), parts[1].strip(), amount(parts[2]))


def told_standing(warehouse: Path, found: Standing, target: Path | None, as_json: bool) -> None:
    rows = [row(each) for each in found.townships]
    if as_json:
        return show.as_json(summary(found) | {"townships": [dict(zip(HEADS, each, strict=True)) for each in rows]})
    if target:
        exported(warehouse, target.name, len(rows))
        write_csv(target, HEADS, rows)
    else:
        show.table(HEADS, rows, {1, 2, 3, 5, 6, 7, 8})
    click.echo(sentence(found))


def row(each) -> list:
    look = each.outlook
    expected = [look.low_yuan, look.high_yuan]
    return [
        each.town,
        each.limit_yuan,
        each.used_yuan,
        each.share,
        look.told,
        *expected,
        each.paid_yuan,
        each.borne_yuan,
    ]


def summary(found: Standing) -> dict:
    whole, over = found.whole_yuan, found.over_yuan
    return {
        "year": found.ledger.year,
        "months": list(found.months),
        "time_share": found.time_share,
        "fees": found.ledger.fees,
        "limit_yuan": found.limit_yuan,
        "used_yuan": found.used_yuan,
        "paid_yuan": found.paid_yuan,
        "borne_yuan": found.borne_yuan,
        "whole_year_yuan": whole and list(whole),
        "over_yuan": over and list(over),
        "run_out": [each.town for each in found.running_out],
        "may_run_out": [each.town for each in found.doubtful],
        "without_limit": found.ledger.unlimited,
        "hidden": sorted(found.ledger.hidden),
        "off_a_year_ago": found.off,
    }


def sentence(found: Standing) -> str:
    said = f"{found.ledger.year}年限额 {found.limit_yuan:,.2f} 元，{len(found.months)} 个月"
    said += f"用了 {found.used_yuan:,.2f} 元，拨付 {found.paid_yuan:,.2f} 元，机构自担 {found.borne_yuan:,.2f} 元；"
    said += f"年内用完 {len(found.running_out)} 个乡镇，另有 {len(found.doubtful)} 个可能用完"
    if found.ledger.hidden:
        said += f"；{'、'.join(sorted(found.ledger.hidden))}{SMALL}，也不在合计里"
    if why := found.townships[0].outlook.why:
        said += f"（{why}）"
    if found.over_yuan:
        said += f"，全年机构自担 {found.over_yuan[0]:,.2f}—{found.over_yuan[1]:,.2f} 元"
    return said


def told_moves(found: Standing, limits_after: dict[str, Decimal], as_json: bool) -> None:
    told = consultation.compared(found, limits_after)
    rows = [[r.town, r.before_yuan, r.change_yuan, r.after_yuan, r.short_before_yuan, r.short_after_yuan] for r in told]
    if as_json:
        return show.as_json([dict(zip(MOVED, each, strict=True)) for each in rows])
    show.table(MOVED, rows, {1, 2, 3, 4, 5})
    short = [r.town for r in told if r.short_after_yuan]
    click.echo(
        f"总额不变：{sum(limits_after.values()):,.2f} 元；按至多的预计还缺的有 {len(short)} 个乡镇（只试算，不写入）"
    )


def told_proposal(warehouse: Path, county: County, made: Proposal, target: Path | None, as_json: bool) -> None:
    if target:
        heads, lines = consultation.as_file(county, made.year, made.limits)
        exported(warehouse, target.name, len(lines))
        write_csv(target, heads, lines)
        return click.echo(f"{len(lines)} 行{made.year}年预算与总额已写入 {target}")
    rows = [proposed_row(made, town) for town in made.limits]
    if as_json:
        listed = [dict(zip(PROPOSED, each, strict=True)) for each in rows]
        told = {"year": made.year, "period": [made.period.first, made.period.last], "total_yuan": made.total_yuan}
        return show.as_json(told | {"left_out": list(made.left_out), "townships": listed})
    show.table(PROPOSED, rows, set(range(1, 8)))
    weights = "、".join(f"{FACTORS[name]} {weight}" for name, weight in made.weights.items())
    left = f"；看不到或没有数而不计：{'、'.join(FACTORS[name] for name in made.left_out)}" if made.left_out else ""
    click.echo(f"{made.year}年总额 {made.total_yuan:,.2f} 元，依据 {made.period.label}，权重 {weights}{left}")


def proposed_row(made: Proposal, town: str) -> list:
    base, now, new = made.bases[town], made.in_force.get(town), made.limits[town]
    rate = None if base.rate is None else f"{float(base.rate):.2f}"
    visits, persons = (None, None) if base.apart else (base.visits, base.persons)
    return [town, base.insured, rate, visits, persons, now, new, None if now is None else new - now]
