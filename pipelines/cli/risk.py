"""The command about sharing the risk: share."""

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from pipelines import risk_sharing
from pipelines.cli import show_risk as out
from pipelines.cli.common import FROM, JSON, TO, by, county_of, telling
from pipelines.cli.figures import period_of
from pipelines.errors import WarehouseError
from pipelines.risk_sharing import COVERS, Loss, Terms, Version


class Yuan(click.ParamType):
    name = "yuan"

    def convert(self, value, param, ctx) -> Decimal:
        try:
            found = Decimal(str(value).replace(",", "").replace("，", ""))
        except InvalidOperation:
            found = Decimal(-1)
        if not found.is_finite() or found < 0 or found % Decimal("0.01"):
            self.fail(f"“{value}”应为以元计的金额，最多到分，如 20000000", param, ctx)
        return found


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NUMBER = {"type": int, "metavar": "号", "default": None}


def about_terms(command):
    """The options for the terms that are stored."""
    for option in (
        click.option("--why", default="", help="与 --save、--restore、--withdraw 同写：原因"),
        click.option("--withdraw", help="撤回一个版本：以前的一版重新有效", **NUMBER),
        click.option("--restore", help="恢复一个以前的版本，代替现行的", **NUMBER),
        click.option("--compare", help="一个版本与现行的有什么不同", **NUMBER),
        click.option("--history", is_flag=True, help="条款的历次版本"),
        click.option("--save", type=FILE, help="存为本县的条款（TOML），从其中写的起始日起有效"),
        click.option(
            "--cover",
            type=click.Choice(list(COVERS)),
            default="critical_illness",
            show_default=True,
            help="哪一种保障：大病保险，或巨灾保险（catastrophe）",
        ),
        click.option("--terms", "file", type=FILE, help="条款（TOML）；不写则用本县期末有效的条款"),
    ):
        command = option(command)
    return command


@click.command()
@about_terms
@click.option(
    "--loss", "losses", multiple=True, type=Yuan(), help="一年里的一笔损失（元），可以多次写；不写则用本县的高额案例"
)
@click.option("--insured", "sums", multiple=True, type=Yuan(), help="与 --loss 同序：保险金额（元），溢额分保要用")
@click.option("--least", default="0.01", show_default=True, type=Yuan(), help="高额案例：一个人一年至少赔付多少元")
@click.option(
    "--years", default=1000, show_default=True, type=click.IntRange(100, 100_000), help="由高额案例抽出多少个年份"
)
@click.option("--seed", default=0, show_default=True, help="抽样的种子：同一个种子得同样的年份")
@by("改条款的人")
@FROM
@TO
@JSON
@click.pass_obj
def share(warehouse: Path, losses, sums, least, years: int, seed: int, first, last, as_json: bool, **asked) -> None:
    """风险分担：一年的损失按条款逐层由谁承担；或由本县高额案例推出各层的平均和百年一遇的赔付。条款的存、查、恢复。"""
    with telling():
        if about := [name for name in ("save", "restore", "withdraw", "compare", "history") if asked[name] or None]:
            return kept(warehouse, about, asked, last, as_json)
        terms = told_terms(warehouse, asked, last)
        if losses:
            return out.shared(risk_sharing.share(typed(losses, sums), terms), terms, as_json)
        county = county_of(warehouse)
        period = period_of(county, first, last)
        period = period if first else risk_sharing.year_up_to(county, period.last)
        cases = risk_sharing.high_cost_cases(county, period, least)
        yearly = risk_sharing.cases_a_year(county, period, len(cases))
        found = risk_sharing.ranged(cases, yearly, terms, years, seed)
        out.calls(found, terms, cases, period, as_json)


def told_terms(warehouse: Path, asked: dict, last: str | None) -> Terms:
    """The terms of the file, else those of the county that hold at the end of the period."""
    if asked["file"]:
        return read_file(asked["file"])
    stands = risk_sharing.in_force(warehouse, asked["cover"], day_of(warehouse, last))
    if stands is None:
        raise WarehouseError(
            f"本县没有存下{COVERS[asked['cover']]}的条款；用 --terms 文件 指明，或用 --save 文件 --why 原因 存下"
        )
    return stands.terms


def day_of(warehouse: Path, last: str | None) -> date:
    """The last day of the month asked for, else of the last month that is loaded."""
    return period_of(county_of(warehouse), last, last).last_day


def read_file(file: Path) -> Terms:
    try:
        return risk_sharing.terms_of(file.read_text("utf-8-sig"), file.name)
    except UnicodeDecodeError as error:
        raise WarehouseError(f"{file.name} 不是可读的条款文件（TOML，UTF-8）：{error}") from error


def kept(warehouse: Path, about: list[str], asked: dict, last: str | None, as_json: bool) -> None:
    """Store, list, compare, bring back or take back terms: one of them at a time."""
    if len(about) > 1:
        raise WarehouseError(f"一次只做一件：{'、'.join(f'--{name}' for name in about)}")
    who, why, cover = asked["by"], asked["why"], asked["cover"]
    if asked["history"]:
        stands = risk_sharing.in_force(warehouse, cover, day_of(warehouse, last))
        return out.history(risk_sharing.versions(warehouse, cover), stands, as_json)
    if asked["save"]:
        return told("已存为", risk_sharing.keep(warehouse, read_file(asked["save"]), who, why))
    if asked["restore"] is not None:
        day = day_of(warehouse, last)
        return told("已恢复，存为", risk_sharing.restore(warehouse, asked["restore"], day, who, why))
    if asked["withdraw"] is not None:
        return told("已撤回", risk_sharing.withdraw(warehouse, asked["withdraw"], who, why))
    former = risk_sharing.numbered(warehouse, asked["compare"]).terms
    stands = risk_sharing.in_force(warehouse, former.covers, day_of(warehouse, last))
    later = stands.terms if stands else former
    return out.compared(risk_sharing.differences(former, later), as_json)


def told(done: str, version: Version) -> None:
    terms = version.terms
    click.echo(f"{done}第 {version.number} 号条款：{COVERS[terms.covers]} {terms.title}，{terms.begins} 起")


def typed(losses: tuple[Decimal, ...], sums: tuple[Decimal, ...]) -> list[Loss]:
    """The losses as typed, with their sums insured where those are told."""
    if sums and len(sums) != len(losses):
        raise WarehouseError(f"写了 {len(losses)} 笔损失、{len(sums)} 个保险金额；两者要一样多")
    return [Loss(yuan, sums[n] if sums else None) for n, yuan in enumerate(losses)]
