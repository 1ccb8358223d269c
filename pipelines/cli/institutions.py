"""The commands about institutions: agreements, institution."""

from pathlib import Path

import click

from pipelines.agreements import check_agreements
from pipelines.answers.query import QuestionError
from pipelines.cli import show_institutions as out
from pipelines.cli.common import FROM, JSON, TO, county_of, telling
from pipelines.cli.figures import period_of
from pipelines.contracts import code_lists
from pipelines.letters import letter
from pipelines.profiles import profile


@click.command()
@FROM
@TO
@JSON
@click.pass_obj
def agreements(warehouse: Path, first, last, as_json: bool) -> None:
    """机构、协议、结算三方核对：在册与签约差在哪里，谁没有协议却有结算，谁更名、重复、不在名册。"""
    with telling():
        county = county_of(warehouse)
        out.agreements(check_agreements(county, period_of(county, first, last)), as_json)


@click.command()
@click.argument("code")
@FROM
@TO
@click.option("--scheme", default="all", show_default=True, help="险种代码：resident、employee、maternity 或 all")
@click.option("--letter", "with_letter", is_flag=True, help="只写一院一函的正文")
@JSON
@click.pass_obj
def institution(warehouse: Path, code: str, first, last, scheme: str, with_letter: bool, as_json: bool) -> None:
    """一家机构：指标与目标、上年、同类，逐月界限，协议，一院一函的数据。"""
    with telling():
        county = county_of(warehouse)
        period = period_of(county, first, last)
        if scheme not in ("all", *code_lists()["scheme"]):
            raise QuestionError(f"没有险种“{scheme}”；可用：all、{'、'.join(code_lists()['scheme'])}")
        found = profile(county, code, period, scheme)
        if with_letter and not as_json:
            return out.letter_text(letter(county, code, period, scheme))
        told = letter(county, code, period, scheme) if as_json else None
        return out.institution(found, told, as_json)
