"""The tables of a period, complete, as documents and the workbook print them; each takes (county, period).

split   any KPIs by any dimensions;  headlines, every_kpi, months: KPIs by scheme, and month by month
"""

from reports.tables.audit import cases, clues, handlings, penalties, work
from reports.tables.institutions import agreement_findings, assessment, institutions
from reports.tables.kpis import every_kpi, headlines, months
from reports.tables.sources import bed_day_rates, identities, uploads
from reports.tables.splitting import Group, split

__all__ = [
    "Group",
    "agreement_findings",
    "assessment",
    "bed_day_rates",
    "cases",
    "clues",
    "every_kpi",
    "handlings",
    "headlines",
    "identities",
    "institutions",
    "months",
    "penalties",
    "split",
    "uploads",
    "work",
]
