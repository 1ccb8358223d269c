"""The commands of `python -m pipelines`. Output is Chinese; --json gives what a program reads."""

from pathlib import Path

import click

from pipelines.cli import (
    assessment,
    attribution,
    audit,
    bed_days,
    cases,
    clues,
    consultation,
    figures,
    house,
    institutions,
    keys,
    matching,
    operations,
    outlook,
    risk,
    safekeeping,
    sampling,
    scale,
    session,
    signing,
    uploads,
    users,
)
from pipelines.cli.common import DOCUMENTS
from pipelines.terminal import WAREHOUSE, allowed


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@WAREHOUSE
@click.pass_context
def main(context: click.Context, warehouse: Path) -> None:
    """县医保基金监管：上传、指标、核对。数据仓库为 data/warehouse，或 --warehouse、FUND_WAREHOUSE 所指的文件夹。"""
    context.meta[DOCUMENTS] = context.obj
    context.obj = warehouse
    allowed(context, warehouse)


for command in (
    house.demo,
    uploads.check,
    matching.map_headers,
    uploads.load,
    scale.scale,
    uploads.receipt,
    uploads.batches,
    uploads.undo,
    uploads.lock,
    uploads.unlock,
    uploads.journal,
    uploads.calendar,
    uploads.leave_sample,
    signing.signing,
    signing.explain,
    signing.note,
    signing.notes,
    figures.status,
    figures.kpis,
    figures.rows,
    figures.verify,
    cases.cases,
    cases.case,
    assessment.assess,
    assessment.targets,
    clues.clues,
    outlook.outlook,
    attribution.attribution,
    consultation.limits,
    bed_days.settle,
    risk.share,
    institutions.agreements,
    institutions.institution,
    sampling.sampling,
    safekeeping.backup,
    safekeeping.restore,
    safekeeping.doctor,
    operations.wheels,
    keys.keys,
    audit.log,
    audit.verify_log,
    users.users,
    session.login,
    session.logout,
    session.whoami,
    keys.retention,
    house.docs,
    house.bench,
):
    main.add_command(command)
