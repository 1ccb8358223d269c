"""The screening behind the pages: begun once for all visitors, watched with a bar; afterwards it answers at once."""

import streamlit as st

from pipelines.clues import Hit, Standing, is_kept, parameters, screen, seen, seen_standings, standing, years_of
from pipelines.store.decisions import decisions
from views import look, shared
from views.jobs import Job, refused, together


def ready(years: list[str]) -> bool:
    """Whether these years were screened with the parameters in force."""
    return all(is_kept(shared.county(), year) for year in years)


def begin(years: list[str], again: bool = False) -> Job:
    """The screening of years that are not ready() beside the page, begun unless it runs already.

    again: also where a reader has stopped it; else it stays so.
    """
    county = shared.county()
    key = "screening", str(county.warehouse), county.key, tuple(years), repr(parameters(county.warehouse))
    return together(key, lambda tell: screened(county, years, tell), again)


def ahead(month: str) -> None:
    """Begin the screening for a month beside a page that doesn't wait for it."""
    if not ready(years_of(month)):
        begin(years_of(month))


def screened(county, years: list[str], tell) -> bool:
    """Screen year after year, telling the share of the whole."""
    for number, year in enumerate(years):
        screen(county, year, progress=part(tell, number, len(years), f"{year}年"))
    return True


def part(tell, number: int, count: int, name: str):
    """A progress of one of several equal parts."""
    return lambda share, what: tell((number + share) / count, f"{name}：{what}")


def waited(years: list[str], say=look.answer) -> bool:
    """Show the bar of a first screening until it has ended; False, with the sentence why, if it came to nothing."""
    say("正在筛查结算明细，第一次要十几秒；可以离开本页，筛查会继续，或者停止。")
    job = begin(years)
    job.watch()
    if job.problem:
        refused(job)
        st.button("重新筛查", icon=":material/refresh:", on_click=begin, args=(years, True))
    return not job.problem


def standings(month: str) -> list[Standing]:
    """Every clue that is open in the month or was resolved, the most yuan first. Quick once ready()."""
    county = shared.county()
    decided = len(decisions(county.warehouse, "clue"))
    known = str(county.warehouse), county.key, repr(parameters(county.warehouse)), decided
    return read(county, month, known)


@st.cache_resource(max_entries=6, show_spinner=False)
def read(_county, month: str, known: tuple) -> list[Standing]:
    """known: all that the answer follows from; the journal only grows, so a count tells what was decided."""
    return sorted(
        seen_standings(_county, standing(_county, month)), key=lambda each: (-each.hit.at_stake_yuan, each.hit.key)
    )


def hit_of(key: str, years: list[str]) -> Hit | None:
    """The clue of a key, whatever its month."""
    return next(
        (hit for year in years for hit in seen(shared.county(), screen(shared.county(), year)) if hit.key == key), None
    )
