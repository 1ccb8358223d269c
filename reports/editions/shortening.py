"""The bulletin, which is read at a sitting: what it leaves to the longer editions and to its files."""

from collections.abc import Iterable
from dataclasses import replace

from reports.document import Block, Chart, Table

MOST = 10  # rows of a list
BY_SCHEME = ("各险种参保情况", "基金筹集情况", "各险种基金支出", "各险种结余")  # the main tables tell of the schemes
DETAILED = (
    "居民医保参保人员构成",
    "各乡镇居民参保情况",
    "已筹基金来源",
    "受益人数和人次",
    "住院补偿",
    "各级机构住院",
    "县内住院考核指标",
    "各类处理的款项",
    "款项分类",
    "线索较集中的机构",
    "末县内两定机构",
    "县外住院占比",
    "勾稽关系核对",
)
CHARTS = ("按就医类别的基金支出，万元", "当月到账的统筹基金与当月支出，万元", "按发现途径的处理金额，元")  # their notes
TOLD = (
    "月报按险种只列当月主要指标；较长的表只印前几行，全表在附件里；"
    "人员构成、乡镇等其余各表见半年报告和工作簿，测算各节见半年报告。"
)


def shortened(blocks: Iterable[Block]) -> list[Block]:
    """Without the tables and charts of the longer editions; of long tables the first rows, all of them in a file."""
    return [first_rows(block) if isinstance(block, Table) else block for block in blocks if not is_left_out(block)]


def is_left_out(block: Block) -> bool:
    if isinstance(block, Chart):
        return block.note.endswith(CHARTS)
    return isinstance(block, Table) and block.title.endswith(BY_SCHEME + DETAILED)


def first_rows(table: Table) -> Table:
    if table.most is not None or len(table.rows) <= MOST:
        return table
    return replace(table, most=MOST, name=table.name or table.title)
