"""Payment by the bed day: what it changes for the fund and for institutions, and how alike those compared are."""

from pipelines.bed_days.gap import Parts, exact, parts_of_gap, whole

__all__ = ["Parts", "exact", "parts_of_gap", "whole"]
