"""The command verify: is a file one of ours, unchanged, and do its figures still stand?"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from pipelines.terminal import JSON, county_of, telling

CODES = {"current": 0, "restated": 1, "altered": 3, "not_ours": 4}  # 2 is an error


@click.command()
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@JSON
@click.pass_obj
def verify(warehouse: Path, file: Path, as_json: bool) -> None:
    """文件验真：是不是本系统出具、有没有改动、数字是否还一致。

    退出码：0 真实且现行，1 真实但有数字更正过，3 内容改动过，4 不是本系统的文件，2 出错。
    """
    from reports import register

    with telling():
        found = register.verdict(county_of(warehouse), register.contents(file))
    click.echo(json.dumps(record(found), ensure_ascii=False, indent=2) if as_json else "\n".join(lines(found, file)))
    sys.exit(CODES[found.kind])


def record(found) -> dict:
    kept = asdict(found.kept) if found.kept else None
    return {"verdict": found.kind, "told": found.told, "changed": [asdict(c) for c in found.changed], "record": kept}


def lines(found, file: Path) -> list[str]:
    told = [f"{file.name}：{found.told}"]
    if found.kept:
        told.append(
            f"  {found.kept.title}，{found.kept.state}，{found.kept.by} {found.kept.at[:16].replace('T', ' ')} 出具"
        )
        told.append(f"  登记号 {found.kept.id}，构建 {found.kept.build_id}，登记的数字 {len(found.kept.figures):,} 个")
    if found.id:
        told.append(f"  文件里的登记号是 {found.id}，本数据仓库的登记簿里没有：可能由另一个数据仓库出具")
    if found.kind == "current" and found.partly:
        told.append("  登记的数字逐个重算过；出具之后装过新的数据，表格里其余的数没有逐个重算")
    return told + [f"  {each.name}：印的是 {each.printed}，现在是 {each.now}" for each in found.changed]
