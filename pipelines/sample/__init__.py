"""The sample county (示例县): two years of monthly uploads, invented and always the same, for demonstrations and tests."""

from .county import write_county

__all__ = ["write_county"]
