"""The sample county (示例县): two years of monthly uploads, invented and always the same, to show and to test."""

from .county import write_county

__all__ = ["write_county"]
