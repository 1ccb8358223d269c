"""From a county to a province: the definitions, which are written once, on Spark. The figures are those of DuckDB.

scale         roll-ups on another engine -> build -> CURRENT     only of batches that have none
take_staged   what spark-sql has written -> build -> CURRENT
emit          the same statements as files for spark-sql
screen_on     the clue rules of a year on another engine -> the kept screening; emit_clues, take_clues: by hand
compare       the engine's roll-ups against those made here

porting       a model of the definitions as Spark SQL; rewrites: what is said otherwise there
linting       what must not stand in a model that both engines read; asked before an engine is
statements    what is done for one batch
engines       Spark and Sail; places: where batches lie; words: what both say when they fail, as a sentence
"""

from pipelines.scale.comparing import compare
from pipelines.scale.emitting import emit
from pipelines.scale.emitting_clues import emit_clues
from pipelines.scale.engines import ENGINES
from pipelines.scale.running import Asked, Done, scale, take_staged
from pipelines.scale.screening import screen_on, take_clues

__all__ = [
    "ENGINES",
    "Asked",
    "Done",
    "compare",
    "emit",
    "emit_clues",
    "scale",
    "screen_on",
    "take_clues",
    "take_staged",
]
