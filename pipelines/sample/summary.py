"""What a half-year's settlements add up to, for the tables that must agree with them."""

from dataclasses import dataclass

import numpy as np

from .block import Block
from .places import Roster
from .printed import RESIDENT, Half


@dataclass(frozen=True)
class Summary:
    """Net sums of the valid rows: by institution (residents' stays), and by month; money in fen."""

    cases: np.ndarray
    bed_days: np.ndarray
    fee: np.ndarray
    in_policy: np.ndarray
    fund: np.ndarray
    fund_all: np.ndarray  # all care and schemes, by institution
    account_paid: int
    rows: np.ndarray  # settlements by month
    stays_in_county: np.ndarray  # residents' stays by month
    stays_outside: np.ndarray


def summarise(half: Half, block: Block, roster: Roster) -> Summary:
    """The sums of one half-year's rows."""
    sign = (1 - 2 * block["refd_setl_flag"]) * block["vali_flag"]
    stay = (block["insutype"] == RESIDENT) * (block["ipt_days"] > 0) * (block["med_type"] < 100)
    outside = roster.kind[block["place"]] == "outside_hospital"
    first = half.first.astype("datetime64[M]").astype(int)
    month = block["setl_time"].astype("datetime64[D]").astype("datetime64[M]").astype(int) - first

    def by_place(values: np.ndarray) -> np.ndarray:
        return np.rint(np.bincount(block["place"], values, len(roster.code))).astype(np.int64)

    def by_month(values: np.ndarray) -> np.ndarray:
        return np.bincount(month, values, 6).astype(np.int64)

    valid = block["vali_flag"]
    return Summary(
        cases=by_place(sign * stay),
        bed_days=by_place(sign * stay * block["ipt_days"]),
        fee=by_place(valid * stay * block["medfee_sumamt"]),
        in_policy=by_place(valid * stay * block["inscp_scp_amt"]),
        fund=by_place(valid * stay * block["fund_pay_sumamt"]),
        fund_all=by_place(valid * block["fund_pay_sumamt"]),
        account_paid=int(np.sum(valid * block["acct_pay"])),
        rows=by_month(np.ones(len(month))),
        stays_in_county=by_month(sign * stay * ~outside),
        stays_outside=by_month(sign * stay * outside),
    )
