"""Growth attribution (增长归因): why a cost changed, exactly."""

from pipelines.attribution.costs import FACTORS, Side, Volume, attributed, summed
from pipelines.attribution.shapley import shapley

__all__ = ["FACTORS", "Side", "Volume", "attributed", "shapley", "summed"]
