"""The tables of a period, complete, as documents and the workbook print them; each takes (county, period).

split, brief   KPIs by dimensions (a Split), in full and for a page of print;  subjects: those there are
chosen         some columns of a table
headlines, every_kpi, months: KPIs by scheme, and month by month
"""

from reports.tables.audit import CLUE_NOTE, cases, clues, handlings, tracks, work
from reports.tables.growing import cost_growth, fund_growth
from reports.tables.institutions import agreement_findings, assessment, institutions
from reports.tables.kpis import every_kpi, headlines, months
from reports.tables.sources import bed_day_rates, identities, uploads
from reports.tables.splitting import Split, brief, split
from reports.tables.tabling import chosen

__all__ = [
    "CLUE_NOTE",
    "Split",
    "agreement_findings",
    "assessment",
    "bed_day_rates",
    "brief",
    "cases",
    "chosen",
    "clues",
    "cost_growth",
    "every_kpi",
    "fund_growth",
    "handlings",
    "headlines",
    "identities",
    "institutions",
    "months",
    "split",
    "tracks",
    "uploads",
    "work",
]
