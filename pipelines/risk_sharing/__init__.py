"""Sharing the risk (风险分担): co-insurance, reinsurance, special reserve and the call-back of payouts.

read_terms  terms from data;  share: a year's losses through the layers;  calls: over many years
"""

from pipelines.risk_sharing.benefits import Benefit, Step, by_index, of_each_by_lump_sum, of_each_by_seat, owed
from pipelines.risk_sharing.cases import cases_a_year, high_cost_cases
from pipelines.risk_sharing.layers import LAYERS, Loss, Payment, Shared, share
from pipelines.risk_sharing.money import ceded_premium, commission, premium_parts, to_reserve
from pipelines.risk_sharing.splitting import split
from pipelines.risk_sharing.terms import CONTRACTS, FORMS, Share, Terms, Treaty, read_terms
from pipelines.risk_sharing.years import Call, calls, made_up_years

__all__ = [
    "CONTRACTS",
    "FORMS",
    "LAYERS",
    "Benefit",
    "Call",
    "Loss",
    "Payment",
    "Share",
    "Shared",
    "Step",
    "Terms",
    "Treaty",
    "by_index",
    "calls",
    "cases_a_year",
    "ceded_premium",
    "commission",
    "high_cost_cases",
    "made_up_years",
    "of_each_by_lump_sum",
    "of_each_by_seat",
    "owed",
    "premium_parts",
    "read_terms",
    "share",
    "split",
    "to_reserve",
]
