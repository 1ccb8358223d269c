"""The insured of the sample county: who lives in which town, how old, how often ill."""

from dataclasses import dataclass

import numpy as np

from .money import spread
from .places import CENTRAL, SEED, TOWNS
from .printed import printed

REGISTER = printed()["register"]["residents"]
EMPLOYEES = printed()["register"]["employees"]
POOR = {"城乡低保对象", "残疾人", "农村五保对象"}
RESIDENTS = sum(row[2] for row in REGISTER)
AGES = [("1402", 0.07), ("1403", 0.15), ("15", 0.55), ("16", 0.23)]  # psn_type, share of the residents
PSN_TYPES = [code for code, _ in AGES] + ["11", "12"]
MINORS, ELDERLY, RETIRED = (0, 1), 3, 5
ILLNESS = np.array([1.25, 0.6, 0.75, 2.1, 0.8, 2.2])  # by psn_type: how often a person of that kind is ill


@dataclass(frozen=True)
class People:
    """All insured: residents in order of town first, then employees."""

    town: np.ndarray
    psn_type: np.ndarray  # index into PSN_TYPES
    poor: np.ndarray
    illness: np.ndarray
    number: np.ndarray  # the digits of the personal number

    @property
    def employees(self) -> np.ndarray:
        """Row numbers of the employees."""
        return np.arange(RESIDENTS, RESIDENTS + EMPLOYEES)


def register_by_town() -> np.ndarray:
    """Insured residents at the end of June 2026, towns x rows of REGISTER; each column sums to the printed figure."""
    rng = np.random.default_rng([SEED, 2])
    size = np.concatenate([[46000], np.full(len(CENTRAL) - 1, 21000), np.full(len(TOWNS) - len(CENTRAL), 11000)])
    rural = size * np.exp(rng.standard_normal(len(TOWNS)) * 0.22)
    rural[0] *= 0.5
    urban = np.where(np.arange(len(TOWNS)) < len(CENTRAL), size * 0.08, size * 0.025)
    urban[0] = 21000
    rows = [(rural if row[0] == "农村" else urban) * rng.uniform(0.85, 1.15, len(TOWNS)) for row in REGISTER]
    return np.stack([spread(weights, row[2]) for weights, row in zip(rows, REGISTER, strict=True)], axis=1)


def make_people(register: np.ndarray) -> People:
    """Everybody who is insured at the end of June 2026, as rows that agree with the register."""
    rng = np.random.default_rng([SEED, 3])
    cells = np.repeat(np.arange(register.size), register.ravel())
    poor = np.array([row[1] in POOR for row in REGISTER])[cells % len(REGISTER)]
    ages = rng.choice(len(AGES), RESIDENTS, p=[share for _, share in AGES])
    town_weights = np.where(np.arange(len(TOWNS)) == 0, 14.0, 1.0) * register.sum(axis=1)
    everyone = RESIDENTS + EMPLOYEES
    psn_type = np.concatenate([ages, np.where(rng.random(EMPLOYEES) < 0.33, RETIRED, RETIRED - 1)]).astype(np.int8)
    return People(
        town=np.concatenate([cells // len(REGISTER), employee_towns(town_weights)]).astype(np.int8),
        psn_type=psn_type,
        poor=np.concatenate([poor, np.zeros(EMPLOYEES, bool)]),
        illness=ILLNESS[psn_type] * np.exp(rng.standard_normal(everyone) * 0.8),
        number=(np.arange(everyone, dtype=np.int64) * 76543211 + 271828) % 99999989,
    )


def employee_towns(weights: np.ndarray) -> np.ndarray:
    """The town of each employee; most work in the county seat."""
    return np.repeat(np.arange(len(TOWNS)), spread(weights, EMPLOYEES))


def draw_without_repeats(rng: np.random.Generator, weights: np.ndarray, size: int) -> np.ndarray:
    """Row numbers drawn without replacement, the heavier the likelier; in ascending order."""
    keys = rng.standard_exponential(len(weights)) / weights
    return np.sort(np.argpartition(keys, size - 1)[:size])
