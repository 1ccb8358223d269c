"""The frame: every settlement that could be drawn, one file each, in strata; and the draw.

A settlement that was refunded is no file. Which files are drawn follows from the frame and the seed alone: in each
stratum those whose SHA-256 of "seed/settlement number" comes first in the alphabet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipelines.answers.county import County
from pipelines.answers.covered import CLEARED
from pipelines.answers.gaps import cleared_words
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.contracts import code_lists, zh
from pipelines.periods import Period, PeriodError, months_between

STRATA = {
    "none": "不分层",
    "amount": "按基金支付分四档",
    "kind": "按机构类别",
    "level": "按机构级别",
    "month": "按结算月份",
}
BANDS = {"1": "最小的一档", "2": "较小的一档", "3": "较大的一档", "4": "最大的一档"}
KEYS = ("institution", "person", "care", "admitted_on", "discharged_on")  # shared by a refund and what it takes back
SEED = re.compile(r"[0-9A-Za-z-]{1,40}")

FILES = """
with row as ({rows}),
scoped as (select * from row where {conditions}),
refund as (
    select {own}, -total_cost_yuan as total_cost_yuan, -fund_paid_yuan as fund_paid_yuan, count(*) as times
    from row where visits < 0 group by all
),
taken_back as (
    select setl_id from (
        select s.setl_id, r.times, row_number() over (
            partition by {keys}, s.total_cost_yuan, s.fund_paid_yuan order by s.settled_on, s.setl_id
        ) as turn
        from scoped s inner join refund r
            on {same} and s.total_cost_yuan = r.total_cost_yuan and s.fund_paid_yuan = r.fund_paid_yuan
        where s.visits > 0
    ) where turn <= times
),
kept as (
    select s.* from scoped s where s.visits > 0 and not exists (select 1 from taken_back t where t.setl_id = s.setl_id)
),
summed as (
    select *, sum(fund_paid_yuan) over (order by fund_paid_yuan, setl_id) as up_to, sum(fund_paid_yuan) over () as whole
    from kept
)
select setl_id, fund_paid_yuan, {stratum} as stratum from summed
"""
BAND = """case when up_to * 4 <= whole then '1' when up_to * 2 <= whole then '2'
when up_to * 4 <= whole * 3 then '3' else '4' end"""
STRATUM = {
    "none": "''",
    "amount": BAND,
    "kind": "coalesce(kind, '')",
    "level": "coalesce(level, '')",
    "month": "strftime(month, '%Y-%m')",
}


class FrameError(ValueError):
    """A frame that can't be made; the message is a Chinese sentence."""


@dataclass(frozen=True)
class Scope:
    """What is drawn from: settlements of these months; '' and () leave a dimension open. strata: a key of STRATA."""

    first: str
    last: str
    scheme: str = ""
    care: str = "inpatient"
    place: str = ""
    institutions: tuple[str, ...] = ()
    strata: str = "none"


@dataclass(frozen=True)
class Frame:
    """A scope in one build. sizes, funds: files and yuan of each stratum; spreads: standard deviation of the yuan.

    sha256: of all "settlement number, yuan" lines in order; two frames with one sum hold the same files.
    """

    scope: Scope
    build: str
    sha256: str
    sizes: dict[str, int]
    funds: dict[str, Decimal]
    spreads: dict[str, float]

    @property
    def files(self) -> int:
        return sum(self.sizes.values())

    @property
    def fund_yuan(self) -> Decimal:
        return sum(self.funds.values(), Decimal(0))


def frame_of(county: County, scope: Scope) -> Frame:
    """The frame of a scope. Raises FrameError for unknown codes, for months without single settlements, or empty."""
    query, parameters = files_of(county, scope)
    parts = county.fetch(
        f"select stratum, count(*), sum(fund_paid_yuan), coalesce(stddev_samp(fund_paid_yuan), 0) from ({query}) "
        "group by stratum order by stratum",
        parameters,
    )
    if not parts:
        raise FrameError("这个范围里没有结算，不能抽样；换一个期间、险种、类别或机构")
    lines = "string_agg(setl_id || ' ' || fund_paid_yuan, chr(10) order by setl_id)"
    ((digest,),) = county.fetch(f"select sha256({lines}) from ({query})", parameters)
    sizes, funds, spreads = ({row[0]: row[place] for row in parts} for place in (1, 2, 3))
    return Frame(scope, county.build_id, digest, sizes, funds, spreads)


def drawn_files(county: County, scope: Scope, seed: str, shares: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """{stratum: settlement numbers drawn, in the order of the draw}; the same seed and frame give the same files."""
    if not SEED.fullmatch(seed):
        raise FrameError(f"随机种子“{seed}”不能用；应为 1—40 个数字、字母或连字符，如 20260712")
    if not shares:
        return {}
    query, parameters = files_of(county, scope)
    values = ", ".join("(?, ?)" for _ in shares)
    rows = county.fetch(
        f"with share(stratum, number) as (values {values}), "
        f"ranked as (select *, row_number() over (partition by stratum order by sha256(? || '/' || setl_id)) as turn "
        f"from ({query})) "
        "select r.stratum, r.setl_id from ranked r inner join share s on s.stratum = r.stratum "
        "where r.turn <= s.number order by r.stratum, r.turn",
        [*(each for pair in shares.items() for each in pair), seed, *parameters],
    )
    return {stratum: tuple(id for part, id in rows if part == stratum) for stratum in shares}


def largest_files(county: County, scope: Scope, number: int) -> dict[str, Decimal]:
    """The settlements of the scope with the most fund paid: {settlement number: yuan}, the largest first."""
    query, parameters = files_of(county, scope)
    return dict(
        county.fetch(
            f"select setl_id, fund_paid_yuan from ({query}) order by fund_paid_yuan desc, setl_id limit {int(number)}",
            parameters,
        )
    )


def among(county: County, scope: Scope, ids: list[str]) -> set[str]:
    """Those of the settlement numbers that lie in the scope's frame."""
    query, parameters = files_of(county, scope)
    asked = f"select setl_id from ({query}) where list_contains(?, setl_id)"
    return {id for (id,) in county.fetch(asked, [*parameters, ids])}


def files_of(county: County, scope: Scope) -> tuple[str, list]:
    """SELECT of settlement number, yuan and stratum of every file of a scope, and its parameters."""
    months = checked(county, scope)
    chosen = {dim: getattr(scope, dim) for dim in ("scheme", "care", "place") if getattr(scope, dim)}
    conditions = ["month between cast(? as date) and cast(? as date)", *(f"{dim} = ?" for dim in chosen)]
    parameters = [f"{scope.first}-01", f"{scope.last}-01", *chosen.values()]
    if scope.institutions:
        conditions.append("list_contains(?, institution)")
        parameters.append(list(scope.institutions))
    query = FILES.format(
        rows=settlement_rows(county, months),
        conditions=" and ".join(conditions),
        own=", ".join(KEYS),
        keys=", ".join(f"s.{key}" for key in KEYS),
        same=" and ".join(f"s.{key} is not distinct from r.{key}" for key in KEYS),
        stratum=STRATUM[scope.strata],
    )
    return query, parameters


def checked(county: County, scope: Scope) -> list[str]:
    """The months to read: the scope's, and those after, for what was refunded there. Raises FrameError."""
    try:
        period = Period(scope.first, scope.last)
    except PeriodError as error:
        raise FrameError(str(error)) from error
    for dim, known in (("scheme", code_lists()["scheme"]), ("care", code_lists()["care"]), ("strata", STRATA)):
        if getattr(scope, dim) and getattr(scope, dim) not in known:
            raise FrameError(f"没有“{getattr(scope, dim)}”；应为 {'、'.join(known)}")
    unknown = [code for code in scope.institutions if code not in county.names]
    if unknown:
        raise FrameError(f"名册里没有机构 {unknown[0]}；应为机构名册中的编码")
    for month in period.months:
        covered = county.coverage.get(("settlements", month))
        if covered is None or not county.complete("settlements", month):
            raise FrameError(f"{month} 没有结算明细，不能抽样；先上传，或换一个期间")
        if covered.layout == CLEARED:
            raise FrameError(f"{cleared_words([month])}，不能抽样")
        if covered.layout != "record":
            raise FrameError(f"{month} 的结算明细是按月汇总的，没有一笔一笔的结算，不能抽样")
    return [m for m in months_between(scope.first, county.last_month) if singly(county, m)]


def singly(county: County, month: str) -> bool:
    covered = county.coverage.get(("settlements", month))
    return covered is not None and covered.layout == "record"


def stratum_name(strata: str, code: str) -> str:
    """A stratum in Chinese."""
    if strata == "none":
        return "全部"
    if strata == "amount":
        return BANDS[code]
    return code if strata == "month" else zh(strata, code) if code else "未登记"
