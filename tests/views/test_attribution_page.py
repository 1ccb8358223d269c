"""增长归因: the page answers why hospital costs grew, adds up, and leads to the rows."""

from decimal import Decimal

from pipelines import Period, ask, load
from pipelines.formulas import rounded
from tests.files import AGGREGATE, INSTITUTION, rows, write
from tests.views.app import healthy, opened, words

HALF_YEAR = Period("2026-01", "2026-06")


def number(text: str) -> Decimal:
    return Decimal(text.strip(" *").replace(",", "").replace("−", "-"))


def grid(app, head: str) -> list[list[str]]:
    """The cells of all short tables with this first head."""
    lines = [ln for each in app.markdown if each.value.startswith(f"| {head} ") for ln in each.value.splitlines()[2:]]
    return [[cell.strip(" *") for cell in line.split("|")[1:-1]] for line in lines]


def long_table(app) -> dict[str, list]:
    return {head: list(column) for head, column in app.dataframe[0].value.items()}


def test_the_growth_of_residents_is_told_with_the_printed_rates(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "attribution")
    said = words(app)
    assert "居民住院医药费用 10,509.90 万元，比上年同期增加 3,661.70 万元（+53.47%），其中**住院率**影响最大" in said
    assert "人次 **+27.4%**，次均 **+20.4%**" in said
    cases, per_case = (row for row in grid(app, "因素") if row[0].startswith(("住院人次", "次均医药费用")))
    assert cases[1:3] == ["28,003", "35,682"]
    assert number(cases[4]) + number(per_case[4]) == Decimal("3661.70")


def test_what_the_fund_paid_adds_up_by_scheme_group_and_factor(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "attribution", s="all", of="fund")
    *schemes, whole = ([number(cell) for cell in row[1:]] for row in grid(app, "险种"))
    assert [sum(column) for column in zip(*schemes, strict=True)] == whole
    for before, after, change, *parts in (*schemes, whole):
        assert sum(parts) == change == after - before
    table = long_table(app)
    amounts = {head: [Decimal(str(cell)) for cell in cells] for head, cells in table.items() if head != "组"}
    assert [sum(column) for column in amounts.values()] == whole


def test_a_period_without_a_last_year_says_so(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "attribution", m="2024-07..2024-12")
    assert healthy(app)
    assert "没有上年同期可比，2023年7—12月的住院人次算不出来：未上传：结算明细" in words(app)


def test_counties_of_a_city_add_up_and_one_can_be_picked(city_warehouse, city, monkeypatch):
    month = f"{city.last_month}..{city.last_month}"
    app = opened(city_warehouse, monkeypatch, "attribution", s="all", m=month)
    assert healthy(app)
    *counties, whole = grid(app, "区县")
    assert [row[0] for row in (*counties, whole)] == ["澄湾区", "苎溪县", "榆岭县", "合计"]
    for place in range(1, len(whole)):
        assert sum(number(row[place]) for row in counties) == number(whole[place])
    one = opened(city_warehouse, monkeypatch, "attribution", s="all", m=month, area="990203")
    assert healthy(one)
    assert not any(each.value.startswith("| 区县 ") for each in one.markdown)


def test_a_scheme_whose_fund_pays_more_by_a_higher_rate_than_it_takes_in_is_to_be_looked_at(
    sample_warehouse, sample_county, monkeypatch
):
    said = words(opened(sample_warehouse, monkeypatch, "overview"))
    for scheme, name, income in (("resident", "居民", "fund_due"), ("employee", "职工", "fund_collected")):
        paid, taken = ask(sample_county, ["fund_expenditure", income], HALF_YEAR, where={"scheme": scheme})
        assert paid.change > taken.change
        rates = [f"+{rounded(each.change, 1)}%" for each in (paid, taken)]
        assert f"{name}基金支出同比 {rates[0]}，快于{taken.kpi.name_zh} {rates[1]}" in said
    assert "住院支付增加 1,799.09 万元，住院率影响最大，占增减的 52.6%" in said
    assert "生育基金支出同比" not in said


def test_without_insured_persons_the_page_says_what_stands_in_their_place(tmp_path, monkeypatch):
    files = [write(tmp_path, [INSTITUTION], "roster.csv")]
    for month, cases in (("2025-06", "100"), ("2026-06", "150")):
        files.append(write(tmp_path, rows(AGGREGATE | {"统计年月": month, "人次": cases}, {}), f"{month}.csv"))
    load(tmp_path / "warehouse", files, "甲")
    app = opened(tmp_path / "warehouse", monkeypatch, "attribution", m="2026-06..2026-06")
    assert healthy(app)
    assert "没有参保人数（未上传：参保登记 2025年6月），以住院人次代替" in words(app)
    assert grid(app, "因素")[0][0] == "住院人次（人次）"
