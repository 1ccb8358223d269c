"""Who is out of line: institutions against their like (funnel limits, excess yuan), a series against itself (XmR)."""

from pipelines.peers.comparing import CASES, Comparison, compare
from pipelines.peers.excess import Excess
from pipelines.peers.groups import groups
from pipelines.peers.limits import FEWEST_CASES, FEWEST_PEERS, Peer, Spread, judge
from pipelines.peers.xmr import FEWEST_POINTS, Xmr, xmr

__all__ = [
    "CASES",
    "FEWEST_CASES",
    "FEWEST_PEERS",
    "FEWEST_POINTS",
    "Comparison",
    "Excess",
    "Peer",
    "Spread",
    "Xmr",
    "compare",
    "groups",
    "judge",
    "xmr",
]
