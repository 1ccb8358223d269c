"""From fee, in-policy cost and fund paid to the whole bill: what kinds of cost, and who pays which part."""

import numpy as np

from . import traits
from .block import Block
from .people import People
from .places import Roster
from .planted.schedule import row_factor
from .printed import EMPLOYEE, RESIDENT, Half

GREAT_SELF_PAY = 800_000  # fen: in-policy cost left to the patient from which critical-illness insurance pays
GREAT_EMPLOYEE_FUND = 2_500_000  # fen: fund paid from which the large-sum fund takes a part


def complete(rng: np.random.Generator, block: Block, half: Half, people: People, roster: Roster) -> Block:
    """Add all remaining money columns, so that every row's parts sum to its fee and to its fund paid."""
    block = block | _self_pay(rng, block) | _fund_parts(rng, block, people)
    return block | _payers(rng, block, half, roster) | _items(rng, block, roster)


def _part(whole: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    return np.floor(whole * share).astype(np.int64)


def _self_pay(rng, block: Block) -> Block:
    rest = block["medfee_sumamt"] - block["inscp_scp_amt"]
    full = _part(rest, rng.uniform(0.2, 0.6, len(rest)))
    over = np.where(rng.random(len(rest)) < 0.05, _part(rest, 0.15), 0)
    return {"fulamt_ownpay_amt": full, "overlmt_selfpay": over, "preselfpay_amt": rest - full - over}


def _fund_parts(rng, block: Block, people: People) -> Block:
    """Split the fund paid over the pooled fund and the other funds."""
    fund, resident = block["fund_pay_sumamt"], block["insutype"] == RESIDENT
    employee, stay = block["insutype"] == EMPLOYEE, block["ipt_days"] > 0
    left = block["inscp_scp_amt"] - fund
    chance = rng.random(len(fund))
    parts = {
        "hifmi_pay": _part(fund, 0.3) * (resident & stay & (left > GREAT_SELF_PAY)),
        "maf_pay": _part(fund, 0.16) * (resident & stay & people.poor[block["person"]]),
        "hifob_pay": _part(fund, 0.3) * (employee & (fund > GREAT_EMPLOYEE_FUND)),
        "cvlserv_pay": _part(fund, 0.05) * (employee & (block["person"] % 4 == 0)),
        "hifes_pay": _part(fund, 0.03) * (employee & (block["person"] % 9 == 1)),
        "oth_pay": _part(fund, 0.08) * (resident & stay & (chance < 0.004)),
    }
    return parts | {"hifp_pay": fund - sum(parts.values())}


def _payers(rng, block: Block, half: Half, roster: Roster) -> Block:
    """Split what the fund leaves over the hospital, the personal account and cash."""
    left = block["medfee_sumamt"] - block["fund_pay_sumamt"]
    pilot = (block["clr_way"] == 2) & (roster.pilot[block["place"]] == "试点")
    hospital = _part(left, 0.1) * (pilot & (rng.random(len(left)) < 0.3))
    employee, stay = block["insutype"] == EMPLOYEE, block["ipt_days"] > 0
    chance = rng.random(len(left))
    share = np.where(stay, np.where(chance < 0.3, 0.4, 0.0), np.where(chance < 0.9, 1.0, chance * 0.6))
    account = _part(left - hospital, share) * employee
    family = np.where(employee & ~stay & (rng.random(len(left)) < 0.03), account, 0)
    return {
        "hosp_part_amt": hospital,
        "acct_pay": account,
        "acct_mulaid_pay": family,  # the part of acct_pay taken from a family member's account
        "psn_cash_pay": left - hospital - account,
    }


def _items(rng, block: Block, roster: Roster) -> Block:
    """Drugs, examinations and materials by the institution's usual shares; together at most the fee."""
    place = block["place"]
    shares = []
    for trait, odd in (("drug", traits.ODD_DRUG), ("exam", {}), ("material", traits.ODD_MATERIAL)):
        usual = traits.usual(roster, trait) * traits.oddness(roster, odd)
        planted = row_factor(f"{trait}_share", roster, place, block["setl_time"])
        shares.append(usual[place] * np.maximum(planted, 1) * rng.uniform(0.7, 1.3, len(place)))
    scale = np.minimum(1, 0.99 / np.maximum(sum(shares), 0.01))
    names = ("drug_fee", "exam_fee", "material_fee")
    return {name: _part(block["medfee_sumamt"], share * scale) for name, share in zip(names, shares, strict=True)}
