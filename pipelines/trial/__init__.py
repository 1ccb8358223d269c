"""A dry run: what files are and what loading them would change. Then all of them at once, or nothing.

try_out   files -> what each is, its control totals beside what stands, what it replaces, who is new
effects   the chosen files loaded into a shadow of the warehouse -> the headline KPIs before and after
accept    the chosen files, as they were read -> one commit
discard   nothing of it stays
"""

from pipelines.trial.controls import Control, Replaced
from pipelines.trial.effects import Effect, effects
from pipelines.trial.roster import Roster
from pipelines.trial.running import accept, discard, try_out
from pipelines.trial.tried import Trial, Tried

__all__ = ["Control", "Effect", "Replaced", "Roster", "Trial", "Tried", "accept", "discard", "effects", "try_out"]
