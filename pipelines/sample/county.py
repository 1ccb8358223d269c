"""Making the sample county's uploads: settlements half-year by half-year, then the tables that agree with them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from . import assessment, funds, penalties, progress, supervision, targets
from .bills import complete
from .block import Block, join
from .people import RESIDENTS, People, draw_without_repeats, make_people, register_by_town
from .places import SEED, Roster, institution_rows, make_roster
from .planted.cover import cover_end_rows, seen_in
from .planted.draft import Scene
from .planted.visits import plant_after_cover
from .printed import Half, read_halves
from .refunds import with_refunds
from .stays import make_stays
from .summary import Summary, summarise
from .visits import make_visits, number_episodes
from .write import write_settlements, write_table, write_years


def write_county(folder: Path, progress: Callable[[float, str], None] = lambda share, text: None) -> list[Path]:
    """Write the uploads of 24 months into `folder` (made if missing) and return the files.

    `progress` is told a share from 0 to 1 and a Chinese line. The same files, byte for byte, on every run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    register = register_by_town()
    people, roster = make_people(register), make_roster(register.sum(axis=1))
    halves, summaries, jobs = read_halves(), {}, []
    with ThreadPoolExecutor(1) as writer:
        for number, half in enumerate(halves):
            progress(number / len(halves), f"生成{half.months[0]}至{half.months[-1]}的结算明细")
            block = settlements(half, people, roster)
            summaries[half.key] = summarise(half, block, roster)
            jobs.append(writer.submit(write_settlements, folder, half, block, people, roster))
        small = _write_small_tables(folder, halves, register, people, roster, summaries)
    progress(1.0, "示例数据已生成")
    return small + [path for job in jobs for path in job.result()]


def settlements(half: Half, people: People, roster: Roster) -> Block:
    """All settlement rows of a half-year, with refunds and void rows."""
    rng = np.random.default_rng([SEED, 100 + half.number])
    scene = Scene(rng, half, people, roster, _active(half, people))
    stays = make_stays(scene, _seen_before(half, people))
    block = number_episodes(join([stays, make_visits(scene, stays)]))
    plant_after_cover(scene, block)
    return with_refunds(rng, half, complete(rng, block, half, people, roster))


def _active(half: Half, people: People) -> np.ndarray:
    """The residents who are seen in the half-year, row numbers in People."""
    rng = np.random.default_rng([SEED, 600 + half.number])
    return draw_without_repeats(rng, seen_in(half, people.illness[:RESIDENTS] ** 0.5), half.persons)


def _seen_before(half: Half, people: People) -> np.ndarray:
    """The residents who were seen in the half-year before; nobody for the first."""
    return _active(read_halves()[half.number - 1], people) if half.number else np.array([], np.int64)


def _write_small_tables(
    folder: Path, halves, register, people, roster: Roster, summaries: dict[str, Summary]
) -> list[Path]:
    """Everything but the settlements: once, or one file per year."""
    misses = assessment.missed(halves, roster, summaries)
    cases = penalties.penalties(halves, roster, assessment.deducted(misses))
    steps = progress.moved_on(cases, halves)
    once = {
        "institutions": institution_rows(roster),
        "opening_balance": funds.opening_balance(summaries),
        "budgets": targets.budgets(roster, summaries, register),
        "cover_ends": cover_end_rows(people),
        "bed_day_rates": targets.bed_day_rates(),
        "disease_classes": targets.disease_classes(),
        "assessment_indicators": assessment.assessment_indicators(roster, summaries, misses),
        "kpi_history": targets.kpi_history(),
    }
    yearly = {
        "enrolment": ("stat_month", funds.enrolment(register)),
        "fund_collection": ("stat_month", funds.fund_collection(penalties.recovered_by_month(cases, steps))),
        "staff": ("stat_month", funds.staff()),
        "audit_work": ("audit_month", supervision.audit_work(halves, summaries)),
        "penalties": ("found_date", cases),
        "case_progress": ("moved_on", steps),
    }
    paths = [write_table(folder / f"{table}.csv", table, rows) for table, rows in once.items()]
    return paths + [path for table, (date, rows) in yearly.items() for path in write_years(folder, table, date, rows)]
