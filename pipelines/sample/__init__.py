"""The sample county (示例县): two years of monthly uploads, invented and always the same, to show and to test."""

from .city import write_city
from .county import write_county
from .truth import Case, planted_cases

__all__ = ["Case", "planted_cases", "write_city", "write_county"]
