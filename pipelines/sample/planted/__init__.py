"""Known odd cases in the sample county, for every clue rule.

schedule.py holds the patterns of institutions, stays.py and visits.py plant the events of persons, cover.py the list of
those whose cover ended. Which settlements and institution-months a rule should find is told by pipelines.sample.truth.
"""
