"""Sampling for audit: how many files, which ones, and what they say about the rest."""

from pipelines.sampling.estimates import Money, NotRandom, Rate, Stratum, money, rate, refusal
from pipelines.sampling.sizes import margin_of, shared_out, size_for

__all__ = ["Money", "NotRandom", "Rate", "Stratum", "margin_of", "money", "rate", "refusal", "shared_out", "size_for"]
