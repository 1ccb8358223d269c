"""The terms on which a county's critical-illness or catastrophe cover is shared: data, with the day they begin on.

Sources: 湖北省巨灾保险试点方案（鄂财金发〔2019〕13号） for co-insurance, reinsurance, special reserve and
who pays the premium; the call-back of payouts as Sichuan has it; reinsurance by its usual forms.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

COVERS = {"critical_illness": "大病保险", "catastrophe": "巨灾保险"}
FORMS = {
    "quota": "成数",
    "surplus": "溢额",
    "quota_surplus": "成数溢额混合",
    "excess": "超额赔款",
    "case_excess": "险位超赔",
}
PROPORTIONAL = ("quota", "surplus", "quota_surplus")
BY_SUM_INSURED = ("surplus", "quota_surplus")
CONTRACTS = {"obligatory": "固定分保", "facultative": "临时分保", "facultative_obligatory": "预约分保"}
PREMIUMS = {"gross": "毛保费", "net": "净保费"}
ZERO = Decimal(0)
FEN = Decimal("0.01")


@dataclass(frozen=True)
class Share:
    """Somebody who carries a share: an insurer of the pool (one leads it), or who pays a part of the premium."""

    name: str
    share: Decimal
    leads: bool = False


@dataclass(frozen=True)
class Treaty:
    """A contract of reinsurance. form: of FORMS; contract: of CONTRACTS.

    share: of a quota, 0 to 1 of the whole pool; line_yuan, lines: what the pool keeps of a sum insured, and how many
    times that a surplus takes; of a case_excess line_yuan is what a case must exceed, case_limit_yuan the most of a
    case. limit_yuan: the most of a year. An excess of loss begins where the pool ends.
    premium_share: of the premium, what goes over with the risk; commission: the part of that which comes back, of the
    gross or the net premium. accepted: an offer of one risk (临时分保) binds nobody until it is answered, silence is no
    answer; of a 预约分保 it says whether the risk was given over, which the reinsurer can't refuse.
    """

    form: str
    reinsurer: str
    share: Decimal = ZERO
    line_yuan: Decimal = ZERO
    lines: Decimal = ZERO
    case_limit_yuan: Decimal | None = None
    limit_yuan: Decimal | None = None
    premium_share: Decimal = ZERO
    commission: Decimal = ZERO
    commission_on: str = "gross"
    contract: str = "obligatory"
    accepted: bool = True


@dataclass(frozen=True)
class Benefit:
    """An item. unit_yuan: of each person, room, mu or head; most_yuan: of a household or person, None without limit."""

    name: str
    unit: str
    unit_yuan: Decimal
    most_yuan: Decimal | None = None


@dataclass(frozen=True)
class Stage:
    """A stage of growth of a crop (a Benefit by its name), and the share of unit_yuan that is paid then, 0 to 1."""

    item: str
    name: str
    share: Decimal


@dataclass(frozen=True)
class Step:
    """From this value of an index on so much is paid, without looking at damage."""

    index: Decimal
    yuan: Decimal


@dataclass(frozen=True)
class Terms:
    """What holds from a day on, to a day where one is told. Yuan a year, but for deductible_yuan and sum_insured_yuan,
    which are of each case (the latter where a case has none of its own).

    cost_rate and profit_rate: of the premium, before what is left goes to the special reserve; called_back: once all
    layers are spent everybody is paid the same share of what is owed, otherwise the public purse bears the rest.
    """

    title: str
    begins: date
    pool_limit_yuan: Decimal
    insurers: tuple[Share, ...]
    treaties: tuple[Treaty, ...] = ()
    payers: tuple[Share, ...] = ()
    deductible_yuan: Decimal = ZERO
    reserve_yuan: Decimal = ZERO
    premium_yuan: Decimal = ZERO
    cost_rate: Decimal = ZERO
    profit_rate: Decimal = Decimal("0.05")
    called_back: bool = True
    covers: str = "critical_illness"
    ends: date | None = None
    sum_insured_yuan: Decimal | None = None
    benefits: tuple[Benefit, ...] = ()
    stages: tuple[Stage, ...] = ()
    index_name: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def leader(self) -> str:
        """The insurer that carries the slip, settles with the insured and divides it among the others; '' if none."""
        return next((each.name for each in self.insurers if each.leads), "")

    def binding(self, *forms: str) -> tuple[Treaty, ...]:
        """The treaties of these forms that hold: an offer that is not accepted does not."""
        return tuple(each for each in self.treaties if each.accepted and each.form in forms)


LISTS = {
    "insurers": Share,
    "payers": Share,
    "treaties": Treaty,
    "benefits": Benefit,
    "stages": Stage,
    "steps": Step,
}
WORDS = {"form": FORMS, "contract": CONTRACTS, "commission_on": PREMIUMS, "covers": COVERS}
RATES = ("share", "premium_share", "commission", "cost_rate", "profit_rate")
NAMES = {
    "covers": "保什么",
    "title": "名称",
    "begins": "起始日",
    "ends": "截止日",
    "pool_limit_yuan": "共保体年度限额（元）",
    "deductible_yuan": "每例免赔额（元）",
    "sum_insured_yuan": "每例保险金额（元）",
    "reserve_yuan": "专项准备金余额（元）",
    "premium_yuan": "一年保费（元）",
    "cost_rate": "费用率",
    "profit_rate": "利润率",
    "called_back": "赔付回调",
    "insurers": "共保人",
    "payers": "保费分担方",
    "treaties": "分保",
    "benefits": "赔付项目",
    "stages": "生长期",
    "steps": "指数档",
    "index_name": "指数",
    "name": "名称",
    "share": "份额",
    "leads": "首席",
    "form": "形式",
    "reinsurer": "再保险人",
    "line_yuan": "自留额或起赔点（元）",
    "lines": "线数",
    "case_limit_yuan": "每例限额（元）",
    "limit_yuan": "年度限额（元）",
    "premium_share": "分出保费比例",
    "commission": "手续费率",
    "commission_on": "手续费按",
    "contract": "合同",
    "accepted": "已接受",
    "unit": "单位",
    "unit_yuan": "每单位（元）",
    "most_yuan": "每户或每人至多（元）",
    "item": "项目",
    "index": "指数达到",
    "yuan": "赔付（元）",
}
