"""拟定下一年限额: a total shared out by weights that can be changed, beside what is in force; as an upload."""

from decimal import Decimal

import streamlit as st

from pipelines import consultation
from pipelines.consultation import FACTORS, WEIGHTS, ConsultationError, Proposal
from views import look, shared

COLUMNS = {
    "乡镇": st.column_config.TextColumn(width=110),
    "人均门诊人次": st.column_config.NumberColumn(format="%.2f"),
    "增减（%）": st.column_config.NumberColumn(format="%+.2f"),
    "增减（元）": st.column_config.NumberColumn(format="%+,.2f"),
}
COLUMNS |= {head: st.column_config.NumberColumn(format="%,d") for head in ("参保人数", "机构门诊人次", "机构就诊人数")}
COLUMNS["拟定（元）"] = st.column_config.NumberColumn(format="%,.2f")
TOTAL = "limit-total"


def show(year: int) -> None:
    look.section(
        f"拟定{year}年限额",
        "总额按四项依据的权重分到乡镇，合计到分相等；改一格，下面就是新结果，可上传的草稿在右上角下载",
    )
    made, why = asked(year)
    fields(year, made)
    if made is None:
        look.empty(f"{year}年的限额拟定不出", look.safe(why))
        return
    weights = "、".join(f"{FACTORS[name]} {float(weight):.10g}" for name, weight in made.weights.items())
    more = sum(made.limits[town] > made.in_force.get(town, 0) for town in made.limits)
    less = sum(made.limits[town] < made.in_force.get(town, 0) for town in made.limits)
    look.subheader(f"比{year - 1}年：{more} 个乡镇增，{less} 个减；合计 {look.number(made.total_yuan)} 元")
    left = f"；看不到或没有数而不计：{'、'.join(FACTORS[name] for name in made.left_out)}" if made.left_out else ""
    look.caption(f"依据 {made.period.label}；权重 {weights}{left}")
    shown = {head: look.plain_numbers(values) for head, values in table(made).items()}
    before = {f"{year - 1}年限额（元）": COLUMNS["拟定（元）"]}
    look.dataframe(shown, COLUMNS | before, 12, f"{year}年一般诊疗费限额拟定")


def fields(year: int, made: Proposal | None) -> None:
    """The total and the weights, to be typed."""
    total, *places = st.columns([4, 3, 3, 3, 3, 4])[: 1 + len(FACTORS)]
    usual = float(made.total_yuan) if made else None
    total.number_input(f"{year}年总额（元）", 0.01, value=usual, step=100_000.0, format="%.2f", key=f"{TOTAL}-{year}")
    for place, (name, words) in zip(places, FACTORS.items(), strict=True):
        place.number_input(
            f"权重：{words}", 0.0, value=float(WEIGHTS[name]), step=5.0, format="%.10g", key=weight_key(name)
        )


def weight_key(name: str) -> str:
    return f"limit-weight-{name}"


def asked(year: int) -> tuple[Proposal | None, str]:
    """The proposal by what stands in the fields, or why there is none."""
    total = st.session_state.get(f"{TOTAL}-{year}")
    told = {name: st.session_state.get(weight_key(name), float(weight)) for name, weight in WEIGHTS.items()}
    weights = tuple((name, exact(value or 0, 4)) for name, value in told.items())
    county = shared.told()
    return proposal(county, county.key, year, None if total is None else exact(total, 2), weights)


def exact(value: float, digits: int) -> Decimal:
    return Decimal(str(round(value, digits)))


@st.cache_resource(max_entries=20, show_spinner=False)
def proposal(_county, key: str, year: int, total: Decimal | None, weights: tuple) -> tuple[Proposal | None, str]:
    try:
        return consultation.proposed(_county, year, total, dict(weights)), ""
    except ConsultationError as problem:
        return None, str(problem)


def table(made: Proposal) -> dict[str, list]:
    records = [record(made, town) for town in made.limits]
    return {head: [each[head] for each in records] for head in records[0]}


def record(made: Proposal, town: str) -> dict:
    base, now, new = made.bases[town], made.in_force.get(town), made.limits[town]
    return {
        "乡镇": town,
        "参保人数": base.insured,
        "人均门诊人次": None if base.rate is None else float(base.rate),
        "机构门诊人次": None if base.apart else base.visits,
        "机构就诊人数": None if base.apart else base.persons,
        f"{made.year - 1}年限额（元）": now,
        "拟定（元）": new,
        "增减（元）": None if now is None else new - now,
        "增减（%）": float(100 * (new - now) / now) if now else None,
    }


def files(year: int) -> dict[str, dict[str, list]]:
    """The proposal as an upload, under the contract's own headers, and with what it follows from."""
    made, _ = asked(year)
    if made is None:
        return {}
    heads, rows = consultation.as_file(shared.told(), year, made.limits)
    upload = dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True))
    return {f"{year}年预算与总额草稿（可上传）": upload, f"{year}年一般诊疗费限额拟定依据": table(made)}
