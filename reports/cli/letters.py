"""The command letters: the letter to one institution, or those to all of them."""

from datetime import datetime
from pathlib import Path

import click

from pipelines.terminal import exported, telling
from reports.cli.common import OUT, maker, period_of, terms, told_of, write
from reports.editions import Terms


@click.command()
@terms
@click.option("--institution", metavar="编码", help="只写给这一家；不写则写给名册上的每一家")
@click.option("--scheme", default="all", help="险种代码；不写为全部险种")
@OUT
@click.pass_obj
def letters(warehouse: Path, county, first, last, official, name, by, at, institution, scheme: str, out: Path) -> None:
    """一院一函：全部写成一个 PDF，或一家一个 PDF 的压缩包（--out 的后缀为 .zip）。"""
    from reports.letters import batch, filed

    with telling():
        county = told_of(warehouse, county)
        told = Terms(maker(warehouse, by), at or datetime.now(), scheme, official, name)
        period = period_of(county, first, last)
        if institution:
            made = filed(county, institution, period, told)
        else:
            made = batch(county, period, told, "zip" if out.suffix == ".zip" else "pdf")
        exported(warehouse, out.name)
        write(out, made.data)
        state = f"草稿：{'；'.join(made.draft)}" if made.draft else "正式函"
        click.echo(f"已写入 {out}（{made.name}，{len(made.data):,} 字节）\n{state}")
