"""调剂试算: money moved between townships' limits, the total unchanged; nothing is written."""

from decimal import Decimal

import streamlit as st

from pipelines import consultation
from pipelines.consultation import ConsultationError, Move
from views import look, shared

WAYS = {"auto": "有余的调给不够的", "own": "自己写从哪里调多少"}
ROWS, LISTED = 4, 10


def show(found) -> None:
    across = "；先选一个区县，就只在它之内调" if shared.several() and shared.picked_county() == shared.ALL else ""
    look.section("调剂试算", f"只试算，不写入；总额不变。够不够按几种推法里最多的一种{across}")
    way = look.pick("办法", WAYS, "mv", widget=st.segmented_control, required=True, label_visibility="collapsed")
    try:
        after = consultation.balanced(found) if way == "auto" else typed(found)
    except ConsultationError as problem:
        look.empty("这样调不成", look.safe(problem))
        return
    result(consultation.compared(found, after))


def typed(found) -> dict[str, Decimal]:
    """The limits after the moves in the fields. Raises ConsultationError for one that can't be."""
    towns = [each.town for each in found.townships]
    moves = [move for move in (line(towns, number) for number in range(ROWS)) if move]
    for giver, taker, yuan in moves:
        look.on_paper(f"从{look.safe(giver)}调给{look.safe(taker)} {look.number(yuan)} 元")
    return consultation.moved(found.ledger.limits, moves)


def line(towns: list[str], number: int) -> Move | None:
    """A row of fields; None until all three are filled."""
    giver, taker, amount, _ = st.columns([3, 3, 3, 5])
    shown = "visible" if number == 0 else "collapsed"
    more = dict(index=None, placeholder="选乡镇", label_visibility=shown)
    left = giver.selectbox("从", towns, key=f"limit-giver-{number}", **more)
    right = taker.selectbox("调给", towns, key=f"limit-taker-{number}", **more)
    yuan = amount.number_input(
        "金额（元）", 0.0, value=None, step=1000.0, format="%.2f", key=f"limit-yuan-{number}", label_visibility=shown
    )
    return Move(left, right, Decimal(str(round(yuan, 2)))) if left and right and yuan else None


def result(rows: list) -> None:
    gaining, giving = [row for row in rows if row.change_yuan > 0], [row for row in rows if row.change_yuan < 0]
    short = [row for row in rows if row.short_after_yuan]
    moved = sum(row.change_yuan for row in gaining)
    before = sum(1 for row in rows if row.short_before_yuan)
    if gaining:
        title = f"{len(giving)} 个乡镇拿出 {look.number(moved)} 元，{len(gaining)} 个得到"
    else:
        title = "没有要调的" if not before else "还没有写调剂"
    look.subheader(f"{title}；可能不够的由 {before} 个变为 {len(short)} 个")
    left, right = st.columns(2, gap="medium")
    with left:
        half("得到的", gaining, rows)
    with right:
        half("拿出的", list(reversed(giving)), rows)
    if short:
        named = "、".join(f"{look.safe(row.town)} {look.number(row.short_after_yuan)} 元" for row in short[:6])
        look.caption(f"还缺：{named}{'……' if len(short) > 6 else ''}")
    file = look.File.of(f"一般诊疗费限额调剂试算 {shared.period().label}", table(rows))
    look.downloads({f"全部 {len(rows)} 个乡镇": (f"{file.name}.csv", file.csv)})


def half(name: str, listed: list, rows: list) -> None:
    few = f"，最多的 {LISTED} 个" if len(listed) > LISTED else ""
    look.caption(f"{name}，元{few}")
    if listed:
        heads = ("乡镇", "原限额", "调剂", "调剂后", "原至多缺", "还缺")
        look.markdown(look.grid(heads, "lrrrrr", map(cells, listed[:LISTED])))


def cells(row) -> tuple[str, ...]:
    told = (row.before_yuan, row.after_yuan, row.short_before_yuan, row.short_after_yuan)
    before, after, lacked, lacks = map(look.number, told)
    return look.safe(row.town), before, f"**{look.signed(row.change_yuan)}**", after, lacked, lacks


def table(rows: list) -> dict[str, list]:
    return {
        "乡镇": [row.town for row in rows],
        "原限额（元）": [row.before_yuan for row in rows],
        "调剂（元）": [row.change_yuan for row in rows],
        "调剂后（元）": [row.after_yuan for row in rows],
        "原至多缺（元）": [row.short_before_yuan for row in rows],
        "还缺（元）": [row.short_after_yuan for row in rows],
    }
