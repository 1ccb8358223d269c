"""What stands in a letter."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.answers.query import Figure
from pipelines.peers import Excess
from pipelines.periods import Period
from pipelines.profiles import Indicator

CLUE_SENTENCE = (
    "以下是由结算数据筛查出的疑点线索，不是认定，也不是处理决定；是否成立，要核对病历、票据和现场后才能定。"
    "请逐条核对，说明情况并附佐证材料。"
)
TARGETS_OF_ALL = "考核目标是全市一份，不分区县，本函不列。"
CLUES_OF_ALL = "疑点线索按全市的结算筛查，不分区县，本文件不列。"  # what a document of one of several counties says


@dataclass(frozen=True)
class Line:
    """An indicator of the letter; values in the screen's unit, rounded to its decimals.

    rank: (place from the highest, of how many) among the nameless peers, None with too few; excess: what it adds up to
    in yuan, None if not judged; verdict: 未达标, 达标, 高于同类界限, or several; '' if nothing is to be said;
    figure: what value was rounded from.
    """

    name: str
    unit: str
    value: Decimal
    target: Decimal | None
    peer_median: Decimal | None
    year_ago: Decimal | None
    rank: tuple[int, int] | None
    excess: Excess | None
    verdict: str
    figure: Figure


@dataclass(frozen=True)
class Owing:
    """A case of the institution: what was asked for, what is withheld or paid in, what is open; yuan."""

    case_no: str
    found_on: date
    fact: str
    handlings: tuple[str, ...]
    due_yuan: Decimal
    done_yuan: Decimal
    owed_yuan: Decimal


@dataclass(frozen=True)
class Notice:
    """Clues of one rule: how many, the fund paid that is in question, and the reason of the largest."""

    rule: str
    title: str
    severity: str
    hits: int
    at_stake_yuan: Decimal
    example: str


@dataclass(frozen=True)
class Letter:
    """A letter to one institution. scheme: in Chinese; like: what its peers have in common, peers: how many with it.

    agreement: its state in a sentence; disagreements: of roster, agreement and settlement; unscreened: rules that could
    not run; reply_by: the day by which an answer is asked for; of_all: False in a letter of
    one of several counties, for clues and targets are those of all together.
    """

    institution: str
    name: str
    period: Period
    scheme: str
    written_on: date
    reply_by: date
    like: str
    peers: int
    lines: tuple[Line, ...]
    agreement: str
    disagreements: tuple[str, ...]
    cases: tuple[Owing, ...]
    clues: tuple[Notice, ...]
    unscreened: int
    of_all: bool = True

    @property
    def missed(self) -> list[Line]:
        return [line for line in self.lines if "未达标" in line.verdict]

    @property
    def owed_yuan(self) -> Decimal:
        return sum((case.owed_yuan for case in self.cases), Decimal(0))


def verdict(found: Indicator, reached: bool | None) -> str:
    words = {True: "达标", False: "未达标", None: ""}[reached]
    beyond = {1: "高于同类界限", -1: "低于同类界限", 0: ""}[found.side]
    return "，".join(filter(None, (words, beyond)))
