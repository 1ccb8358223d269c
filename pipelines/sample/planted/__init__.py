"""Known odd cases in the sample county, for every clue rule, and the record of where they are.

schedule.py holds the patterns of institutions, stays.py and visits.py plant the events of persons, truth.py tells
which settlements and which institution-months a rule should find.
"""

from .truth import Case, planted

__all__ = ["Case", "planted"]
