"""How much is checked against what must be (on 稽核工作); the association's own ledger (on 稽核处罚)."""

import streamlit as st

import pipelines
from reports import charts
from reports.charts.style import ACCENT, INK, WARN, WARN_TEXT, WASH
from views import look, shared

HANDLED = (
    "interviews",
    "payment_suspensions",
    "agreement_suspensions",
    "agreement_terminations",
    "case_transfers",
    "public_exposures",
)
WORK = ("records_reviewed", "records_problematic", "patients_revisited", "claims_sampled", "inpatient_records_sampled")
INTERNAL, FIELD = "internal_audit_coverage", "field_audit_coverage"


def coverage(whole: dict) -> None:
    """Coverage against its floors, a quarter and a year at a time, and the counts of work done."""
    look.section("查得够不够", "内部稽核每季度、实地稽核全年各有下限")
    left, right = st.columns([12, 7], gap="medium")
    with left:
        against_floors(floors())
    with right, st.container(gap=None):
        look.subheader("工作量")
        look.caption(shared.period().label)
        rows = (work_cells(whole[kpi]) for kpi in WORK)
        look.markdown(look.grid(("工作", "本期", "上年同期", "较上年"), "lrrr", rows))


def work_cells(figure) -> tuple[str, ...]:
    kpi = figure.kpi
    name = f"{kpi.name_zh}（{kpi.display_unit}）"
    return name, f"**{look.amount(figure)}**", look.number(figure.year_ago, 0), look.signed_change(figure)


def floors() -> list[tuple]:
    """(name, Figure, whether its time is over) of each quarter the period touches, then of the year to date."""
    months = shared.period()
    rows = [(name, ask(INTERNAL, part), int(part.last[5:]) % 3 == 0) for name, part in quarters(months)]
    ended = months.last.endswith("-12")
    return [*rows, ("实地稽核 " + ("全年" if ended else "年初至今"), ask(FIELD, months), ended)]


def ask(kpi: str, months):
    return shared.total((kpi,), months=months, scheme=None)[kpi]


def quarters(period) -> list[tuple[str, pipelines.Period]]:
    """The quarters of the period's last year that it touches, as far as the period goes; the last four at most."""
    year, last = period.last[:4], int(period.last[5:])
    first = int(period.first[5:]) if period.first[:4] == year else 1
    found = []
    for number in range((first - 1) // 3, (last - 1) // 3 + 1):
        begin, end = 3 * number + 1, min(3 * number + 3, last)
        word = f"内部稽核 第{'一二三四'[number]}季度" + ("" if end == 3 * number + 3 else f"（至{end}月）")
        found.append((word, pipelines.Period(f"{year}-{begin:02d}", f"{year}-{end:02d}")))
    return found


def against_floors(rows: list[tuple]) -> None:
    known = [row for row in rows if row[1].value is not None]
    if not known:
        look.empty("稽核覆盖面算不出来", look.safe(rows[0][1].missing) or "稽核工作量表里没有应查量。")
        return
    short = [name for name, figure, ended in known if falls_short(figure, ended)]
    title = f"{'、'.join(short)}低于下限" if short else "到期的都不低于下限"
    chart = bars(known)
    alt = "稽核覆盖面：" + "；".join(f"{name} {look.said(figure)}，下限 {figure.target}%" for name, figure, _ in known)
    look.chart(chart, title, "已查占应查，%；黑线为下限；没到期末的只看进度，不判定", alt)


def falls_short(figure, ended: bool) -> bool:
    return ended and look.met(figure) is False


def bars(rows: list[tuple]) -> dict:
    """One bar a row on its track, each with its own floor as a black tick."""
    names, figures, ended = zip(*rows, strict=True)
    values = charts.floats([figure.value for figure in figures])
    top = max(*values, *(float(figure.target or 0) for figure in figures)) * 1.15
    short = [falls_short(figure, over) for figure, over in zip(figures, ended, strict=True)]
    track = charts.bars(names, [top] * len(rows), WASH, "") | dict(hoverinfo="skip")
    filled = charts.bars(names, values, [WARN if s else ACCENT for s in short], "%{y} %{x:.2f}%")
    notes = [margin(*row) for row in zip(names, figures, short, strict=True)]
    ticks = [
        charts.rule(float(f.target), i - 0.42, float(f.target), i + 0.42, INK, 2) | dict(layer="above")
        for i, f in enumerate(figures)
        if f.target is not None
    ]
    axis = charts.HIDDEN | dict(range=[0, top])
    order = charts.CATEGORIES | dict(range=[len(rows) - 0.5, -0.6])
    height = 40 + 44 * len(rows)
    return charts.figure(
        track, filled, height=height, x=axis, y=order, notes=notes, shapes=ticks, right=150, barmode="overlay"
    )


def margin(name: str, figure, short: bool) -> dict:
    floor = "" if figure.target is None else f"（下限 {figure.target:.0f}%）"
    text = f"<b>{look.said(figure)}</b>{floor}"
    return charts.label(1, name, text, WARN_TEXT if short else INK, "left", xref="paper")


def pact(figures: list) -> None:
    """The association's ledger: insurers, not the fund's money, so it stands apart and is added to nothing."""
    if not any(figure.value for figure in figures):
        return
    look.section("行业自律（另账）", "行业协会对保险公司的违约金，不是医保基金，不并入上面各数")
    heads = [f"{figure.kpi.name_zh}（{figure.kpi.display_unit}）" for figure in figures]
    values = [look.amount(figure) for figure in figures]
    last = [look.number(look.shown(f.kpi, f.year_ago), look.digits(f.kpi)) for f in figures]
    rows = (("本期", *(f"**{value}**" for value in values)), ("上年同期", *last))
    look.markdown(look.grid(("", *heads), "l" + "r" * len(figures), rows))
