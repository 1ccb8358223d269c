"""Every KPI computed a second time, in pandas from the raw CSVs of the sample county, and compared with the product."""

from functools import cache
from types import SimpleNamespace

import pytest

from pipelines import Period, ask, kpis
from pipelines.registry import measures
from tests.county_in_pandas import county, rounded
from tests.kpis_in_pandas import BY_INSTITUTION, KPIS, cut

PERIODS = {"2026年1—6月": (202601, 202606), "2025年": (202501, 202512)}
SCHEMES = ["resident", "employee", "maternity"]


@pytest.fixture(scope="module")
def raw(sample_warehouse, sample_files):
    return county(sample_files)


@pytest.fixture(scope="module")
def cuts(raw):
    """A cut of the county in pandas, made once: label of a period, scheme."""
    return cache(lambda label, scheme=None: cut(raw, *PERIODS[label], scheme))


def period(label: str) -> Period:
    first, last = (f"{month // 100}-{month % 100:02d}" for month in PERIODS[label])
    return Period(first, last)


def needs_the_roster(kpi_id: str) -> bool:
    return any(measures()[m].kind == "snapshot" for m in kpis()[kpi_id].measures)


def shown(figure) -> str | None:
    return None if figure.value is None else str(figure.value)


FORMULAS = [kpi.id for kpi in kpis().values() if not kpi.typed]


def test_every_kpi_with_a_formula_is_computed_a_second_time():
    assert set(KPIS) == set(FORMULAS)


@pytest.mark.parametrize("kpi_id", FORMULAS)
def test_the_half_year_of_the_county_is_the_same_computed_twice(sample_county, cuts, kpi_id):
    (figure,) = ask(sample_county, [kpi_id], period("2026年1—6月"))
    assert shown(figure) == rounded(KPIS[kpi_id](cuts("2026年1—6月")), kpis()[kpi_id].digits)


@pytest.mark.parametrize("kpi_id", [k for k in FORMULAS if not needs_the_roster(k) and k != "fee_growth"])
def test_the_year_before_is_the_same_computed_twice(sample_county, cuts, kpi_id):
    (figure,) = ask(sample_county, [kpi_id], period("2025年"))
    assert shown(figure) == rounded(KPIS[kpi_id](cuts("2025年")), kpis()[kpi_id].digits)


@pytest.mark.parametrize("kpi_id", [k for k in FORMULAS if "scheme" in kpis()[k].levels])
def test_each_scheme_is_the_same_computed_twice(sample_county, cuts, kpi_id):
    found = {f.dims["scheme"]: shown(f) for f in ask(sample_county, [kpi_id], period("2026年1—6月"), ["scheme"])}
    found.pop(None, None)  # ledger rows that name no scheme
    assert found == {s: rounded(KPIS[kpi_id](cuts("2026年1—6月", s)), kpis()[kpi_id].digits) for s in found}
    assert set(found) <= set(SCHEMES)


@pytest.mark.parametrize("kpi_id", BY_INSTITUTION)
def test_each_institution_is_the_same_computed_twice(sample_county, cuts, kpi_id, institutions_of_the_half_year):
    found = {
        f.dims["institution"]: shown(f) for f in ask(sample_county, [kpi_id], period("2026年1—6月"), ["institution"])
    }
    chosen = {code: one for code, one in institutions_of_the_half_year.items() if code in found}
    assert len(chosen) > 5
    assert {code: found[code] for code in chosen} == {
        code: rounded(KPIS[kpi_id](one), kpis()[kpi_id].digits) for code, one in chosen.items()
    }


@pytest.fixture(scope="module")
def institutions_of_the_half_year(cuts):
    """The half-year of every fifth institution: code -> its cut."""
    whole = cuts("2026年1—6月")
    frames = {name: getattr(whole, name) for name in ("settled", "settled_before", "seen", "stays")}
    codes = sorted(frames["settled"].institution.unique())[::5]
    groups = {name: dict(iter(frame.groupby("institution"))) for name, frame in frames.items()}
    return {c: SimpleNamespace(**{n: groups[n].get(c, frames[n][:0]) for n in frames}) for c in codes}


@pytest.mark.parametrize("by", [["scheme"], ["care"], ["institution"], ["scheme", "care"]])
@pytest.mark.parametrize("months", [("2026-06", "2026-06"), ("2026-01", "2026-06"), ("2025-03", "2026-02")])
def test_distinct_persons_are_exact_for_any_period_scheme_care_and_institution(sample_county, raw, by, months):
    cares = {"chronic": "chronic_outpatient", "child": "child_major_illness"}
    first, last = (int(m.replace("-", "")) for m in months)
    seen = raw.seen[raw.seen.month.between(first, last)]
    seen = seen.assign(care=seen.care.replace(cares))
    wanted = {k if isinstance(k, tuple) else (k,): int(n) for k, n in seen.groupby(by).person.nunique().items()}
    figures = ask(sample_county, ["beneficiary_persons"], Period(*months), by)
    assert {tuple(f.dims[d] for d in by): int(f.value) for f in figures} == wanted


@pytest.mark.parametrize("where", [{"scheme": "resident", "care": "inpatient"}, {"institution": "H99010100001"}])
def test_distinct_persons_of_a_year_are_not_the_sum_of_its_months(sample_county, raw, where):
    seen = raw.seen[raw.seen.month.between(202501, 202512)]
    for column, value in where.items():
        seen = seen[seen[column] == value]
    (year,) = ask(sample_county, ["beneficiary_persons"], Period("2025-01", "2025-12"), where=where)
    months = ask(sample_county, ["beneficiary_persons"], Period("2025-01", "2025-12"), ["month"], where)
    assert year.value == seen.person.nunique()
    assert [m.value for m in months] == list(seen.groupby("month").person.nunique())
    assert year.value < sum(m.value for m in months)
