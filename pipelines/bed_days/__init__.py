"""Payment by the bed day: what it changes for the fund and for institutions, and how alike those compared are."""

from pipelines.bed_days.gap import Parts, exact, parts_of_gap, whole
from pipelines.bed_days.settling import Settled, by_class, by_institution, of_institutions, settled, summed
from pipelines.bed_days.stays import NO_CLASS, Basis, Place, Segment, Stays, Tariff, basis, missing, package_yuan
from pipelines.bed_days.trying import Plan, RateChange, Side, Tried, read_change, tried

__all__ = [
    "NO_CLASS",
    "Basis",
    "Parts",
    "Place",
    "Plan",
    "RateChange",
    "Segment",
    "Settled",
    "Side",
    "Stays",
    "Tariff",
    "Tried",
    "basis",
    "by_class",
    "by_institution",
    "exact",
    "missing",
    "of_institutions",
    "package_yuan",
    "parts_of_gap",
    "read_change",
    "settled",
    "summed",
    "tried",
    "whole",
]
