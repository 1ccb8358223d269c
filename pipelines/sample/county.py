"""Making the sample county's uploads, half-year by half-year."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from .bills import complete
from .block import Block, join
from .people import RESIDENTS, People, draw_without_repeats, make_people, register_by_town
from .places import SEED, Roster, make_roster
from .printed import Half, read_halves
from .refunds import with_refunds
from .stays import make_stays
from .visits import make_visits, number_episodes
from .write import write_settlements


def write_county(folder: Path, progress: Callable[[float, str], None] = lambda share, text: None) -> list[Path]:
    """Write the uploads of 24 months into `folder` (made if missing) and return the files.

    `progress` is told a share from 0 to 1 and a Chinese line. The same files, byte for byte, on every run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    register = register_by_town()
    people, roster = make_people(register), make_roster(register.sum(axis=1))
    jobs, halves = [], read_halves()
    with ThreadPoolExecutor(1) as writer:
        for number, half in enumerate(halves):
            progress(number / len(halves), f"生成{half.months[0]}至{half.months[-1]}的结算明细")
            block = settlements(half, people, roster)
            jobs.append(writer.submit(write_settlements, folder, half, block, people, roster))
    progress(1.0, "示例数据已生成")
    return [path for job in jobs for path in job.result()]


def settlements(half: Half, people: People, roster: Roster) -> Block:
    """All settlement rows of a half-year, with refunds and void rows."""
    rng = np.random.default_rng([SEED, 100 + half.number])
    active = draw_without_repeats(rng, people.illness[:RESIDENTS] ** 0.5, half.persons)
    stays = make_stays(rng, half, people, roster, active)
    visits = make_visits(rng, half, people, roster, active, stays)
    block = number_episodes(join([stays, visits]))
    return with_refunds(rng, half, complete(rng, block, half, people, roster))
