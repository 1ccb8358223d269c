"""Any grouping adds up to the county, any filter is its group, last year is last year, and rows add up to figures."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipelines import Period, QuestionError, ask, kpis
from pipelines.answers.rows import rows
from pipelines.periods import months_between
from pipelines.registry import measures

MONTHS = months_between("2024-07", "2026-06")
FORMULAS = [kpi for kpi in kpis().values() if not kpi.typed]
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def adds_up(kpi) -> bool:
    """A numerator of sums and row counts: no distinct counts, no maximum, no quotient."""
    parts = [measures()[m] for m in kpi.measures]
    return "/" not in kpi.numerator and all(m.sql.startswith(("sum(", "count(*)")) for m in parts)


def by_month(kpi) -> bool:
    return all(measures()[m].kind == "sum" and "last_day" not in measures()[m].sql for m in kpi.measures)


def ignored(kpi) -> set[str]:
    return {dim for m in kpi.measures for dim in measures()[m].ignores}


ADDITIVE = [kpi for kpi in FORMULAS if kpi.levels and adds_up(kpi)]


@pytest.fixture(scope="session")
def codes(sample_county) -> dict[str, list[str]]:
    """Codes that occur for each dimension."""
    found: dict[str, list[str]] = {}
    for kpi_id in (
        "fund_expenditure",
        "insured_persons",
        "fund_collected",
        "managed_institutions",
        "violation_cases",
        "audit_coverage",
    ):
        for dim in set(kpis()[kpi_id].levels) - {"month"} - set(found):
            figures = ask(sample_county, [kpi_id], Period("2026-01", "2026-06"), [dim])
            found[dim] = sorted({f.dims[dim] for f in figures} - {None})
    return found


@st.composite
def periods(draw):
    first, last = sorted((draw(st.sampled_from(MONTHS)), draw(st.sampled_from(MONTHS))))
    return Period(first, last)


@st.composite
def questions(draw, kpi, codes):
    """A period, one or two dimensions to group by, and up to two to filter by."""
    dims = draw(st.lists(st.sampled_from(sorted(set(kpi.levels))), min_size=1, max_size=2, unique=True))
    others = sorted(set(kpi.levels) - {"month"} - ignored(kpi) & set(codes))
    filtered = draw(st.lists(st.sampled_from(others), max_size=2, unique=True)) if others else []
    where = {dim: draw(st.lists(st.sampled_from(codes[dim]), min_size=1, max_size=3, unique=True)) for dim in filtered}
    return draw(periods()), dims, where


@given(st.data())
@QUICK
def test_groups_add_up_to_the_county(sample_county, codes, data):
    kpi = data.draw(st.sampled_from(ADDITIVE))
    period, dims, where = data.draw(questions(kpi, codes))
    assume("month" not in dims or by_month(kpi))
    (whole,) = ask(sample_county, [kpi.id], period, where=where)
    parts = ask(sample_county, [kpi.id], period, dims, where)
    assume(not any(f.missing.startswith("未填") for f in [whole, *parts]))
    if whole.numerator is None:  # a month of the period was not uploaded; others may have been
        assert "month" in dims or all(f.numerator is None for f in parts)
        return
    assert sum(f.numerator for f in parts) == whole.numerator
    if kpi.denominator and not set(dims) & ignored(kpi):
        assert sum(f.denominator for f in parts) == whole.denominator


@given(st.data())
@QUICK
def test_groups_of_a_share_have_one_denominator_and_add_up_to_a_hundred(sample_county, data):
    kpi_id, dim = data.draw(
        st.sampled_from(
            [("category_mix", "category"), ("income_structure", "source"), ("expenditure_structure", "care")]
        )
    )
    month = data.draw(st.sampled_from(MONTHS[6:]))
    figures = ask(sample_county, [kpi_id], Period(month, month), [dim], {"scheme": "resident"})
    (whole,) = ask(sample_county, [kpi_id], Period(month, month), where={"scheme": "resident"})
    assert {f.denominator for f in figures} == {whole.denominator}
    assert abs(sum(f.exact for f in figures) - 100) < Decimal("1e-20")


@given(st.data())
@QUICK
def test_a_group_is_what_its_filter_gives(sample_county, codes, data):
    kpi = data.draw(st.sampled_from([kpi for kpi in FORMULAS if set(kpi.levels) - {"month"}]))
    period, dims, where = data.draw(questions(kpi, codes))
    dims = [dim for dim in dims if dim != "month"]
    assume(dims and not set(dims) & (set(where) | ignored(kpi)))
    groups = [f for f in ask(sample_county, [kpi.id], period, dims, where) if None not in f.dims.values()]
    assume(groups)
    group = data.draw(st.sampled_from(groups))
    (filtered,) = ask(sample_county, [kpi.id], period, where=where | group.dims)
    assert (filtered.value, filtered.exact, filtered.missing) == (group.value, group.exact, group.missing)
    assert (filtered.numerator, filtered.denominator) == (group.numerator, group.denominator)


@given(st.data())
@QUICK
def test_last_year_is_what_asking_for_last_year_gives(sample_county, codes, data):
    kpi = data.draw(st.sampled_from(FORMULAS))
    period = data.draw(periods())
    dims = (
        data.draw(st.lists(st.sampled_from(sorted(set(kpi.levels) - {"month"})), max_size=1))
        if set(kpi.levels) - {"month"}
        else []
    )
    now = ask(sample_county, [kpi.id], period, dims)
    before = {tuple(f.dims.items()): f for f in ask(sample_county, [kpi.id], period.year_ago(), dims)}
    for figure in now:
        other = before.get(tuple(figure.dims.items()))
        if other is not None:
            assert (figure.year_ago, figure.exact_year_ago) == (other.value, other.exact)


@given(st.data())
@QUICK
def test_a_trend_is_what_asking_for_each_month_gives(sample_county, data):
    kpi = data.draw(st.sampled_from([kpi for kpi in FORMULAS if "month" in kpi.levels]))
    period = data.draw(periods())
    (figure,) = ask(sample_county, [kpi.id], period, trend=3)
    months = months_between("2024-01", period.last)[-3:]
    assert figure.months == tuple((m, ask(sample_county, [kpi.id], Period(m, m))[0].value) for m in months)


def test_months_stand_side_by_side_as_if_each_were_asked(sample_county):
    by_month = ask(
        sample_county, ["cost_per_case", "insured_persons"], Period("2026-01", "2026-06"), ["month", "scheme"]
    )
    for figure in by_month:
        month = figure.dims["month"]
        scheme = {"scheme": figure.dims["scheme"]}
        (alone,) = ask(sample_county, [figure.kpi.id], Period(month, month), where=scheme)
        assert (alone.value, alone.year_ago) == (figure.value, figure.year_ago)


# ---------------------------------------------------------------- rows

FILTERS = [
    {},
    {"scheme": "resident"},
    {"institution": "H99010100001"},
    {"place": "out_of_county"},
    {"scheme": ["resident", "employee"], "kind": ["county_hospital", "outside_hospital"]},
]


@pytest.mark.parametrize("kpi", FORMULAS, ids=lambda kpi: kpi.id)
def test_rows_add_up_to_the_figure(sample_county, kpi):
    june = Period("2025-06", "2025-06")
    fitting = [where for where in FILTERS if set(where) <= set(kpi.levels)]
    for where in ({}, fitting[FORMULAS.index(kpi) % len(fitting)]):
        (figure,) = ask(sample_county, [kpi.id], june, where=where)
        found = rows(sample_county, kpi.id, june, where, limit=1)
        assert [(r.measure.id, r.summed, r.figure) for r in found if not r.agrees] == []
        sums = {r.measure.id: r.figure for r in found}
        if kpi.numerator in sums:
            assert figure.numerator is None or sums[kpi.numerator] == figure.numerator


def test_rows_come_in_pages_that_add_up_to_all_of_them(sample_county):
    june = Period("2026-06", "2026-06")
    where = {"institution": "H99010100012"}
    (whole, *_) = rows(sample_county, "inpatient_total_fee", june, where, limit=None)
    pages = [rows(sample_county, "inpatient_total_fee", june, where, 20, at)[0] for at in range(0, whole.total, 20)]
    assert [row for page in pages for row in page.rows] == whole.rows
    assert len(whole.rows) == whole.total
    cost = whole.columns.index("total_cost_yuan")
    assert sum(row[cost] for row in whole.rows) == whole.figure


@pytest.mark.parametrize(
    ("kpi_id", "where", "told"),
    [
        ("no_such_kpi", {}, "没有指标“no_such_kpi”"),
        ("cost_per_case", {"colour": "red"}, "没有维度“colour”"),
        ("cost_per_case", {"source": "personal"}, "“次均住院费用”不能按 source 分"),
        ("cost_per_case", {"scheme": "residnet"}, "scheme 没有“residnet”"),
        ("cost_per_case", {"scheme": ["resident", "居民医保"]}, "scheme 没有“居民医保”"),
        ("cost_per_case", {"institution": "H00000000000"}, "institution 没有“H00000000000”"),
        ("cost_per_case", {"scheme": "resident' or '1'='1"}, "scheme 没有"),
        ("cost_per_case'; drop table fct_staff; --", {}, "没有指标"),
    ],
)
def test_what_the_definitions_do_not_know_is_named(sample_county, kpi_id, where, told):
    for question in (ask, rows):
        with pytest.raises(QuestionError, match=told):
            question(sample_county, kpi_id if question is rows else [kpi_id], Period("2026-06", "2026-06"), where=where)


def test_a_group_that_the_definitions_do_not_know_is_named(sample_county):
    with pytest.raises(QuestionError, match="没有维度“colour”"):
        ask(sample_county, ["cost_per_case"], Period("2026-06", "2026-06"), ["colour"])
    with pytest.raises(QuestionError, match="不能按 source 分"):
        ask(sample_county, ["cost_per_case"], Period("2026-06", "2026-06"), ["source"])
