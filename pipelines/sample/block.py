"""A block of settlement rows: a dict of equally long numpy arrays, keyed by the upload contract's column names.

Besides the contract's columns a block holds `person` (row number in People), `place` (row number in Roster),
`illness` (row number in DISEASES, -1 for none), `episode` (number of the visit within the half-year) and `case`
(number of the planted case, -1 for none).
Dates are days since 1970, money is whole fen, ipt_days is 0 where it is left blank.
"""

import numpy as np

Block = dict[str, np.ndarray]
MONEY = [
    *("medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt", "act_pay_dedc"),
    *("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay", "fund_pay_sumamt"),
    *("acct_pay", "psn_cash_pay", "acct_mulaid_pay", "hosp_part_amt", "drug_fee", "exam_fee", "material_fee"),
]


def new_block(size: int, **columns) -> Block:
    """A block of `size` ordinary valid rows; scalars are repeated."""
    defaults = {"illness": -1, "clr_way": 1, "setl_type": 2, "refd_setl_flag": 0, "vali_flag": 1, "ipt_days": 0}
    defaults["case"] = -1
    return {name: np.broadcast_to(np.asarray(values), size).copy() for name, values in (defaults | columns).items()}


def join(blocks: list[Block]) -> Block:
    """All rows of several blocks with the same columns."""
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def take(block: Block, rows: np.ndarray) -> Block:
    """The rows with these row numbers (or of a mask), as a new block."""
    return {name: values[rows] for name, values in block.items()}


def count(block: Block) -> int:
    """How many rows."""
    return len(block["person"])
