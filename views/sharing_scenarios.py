"""风险分担: losses to run through the layers, typed one by one, or a disaster that the items of the terms owe for."""

from decimal import Decimal, InvalidOperation

import pandas
import streamlit as st

from pipelines import WarehouseError, risk_sharing
from pipelines.risk_sharing import Damage, Loss
from views import look

TYPED, DISASTER, INDEX = "手工写的损失", "灾情", "指数"
ITEM, HOUSEHOLDS, UNITS, DEGREE = "项目", "户数（人身为人数）", "每户数量", "受灾程度（%）"
HEADS = (ITEM, HOUSEHOLDS, UNITS, DEGREE, "应赔（元）")
# a disaster to begin with: item, households, units of each, percent
BEGINNING = (("人身", 2, 1, 100), ("农房", 30, 4, 100), ("水稻·抽穗期", 800, 5, 60), ("生猪", 40, 20, 100))
MOST, FEN = Decimal(10) ** 12, Decimal("0.01")


def asked(terms) -> dict[str, list[Loss]]:
    """The fields of the scenarios; what they tell: name -> the losses of a year."""
    with st.expander("改情景：写损失、灾情或指数", icon=":material/edit:"):
        told = {TYPED: typed()}
        if terms.benefits:
            told[DISASTER] = disaster(terms)
        if terms.steps:
            told[INDEX] = index(terms)
    return {name: losses for name, losses in told.items() if losses}


def typed() -> list[Loss]:
    """One case a line."""
    text = st.text_area(
        "手工写的损失：每行一笔，元；后面可空一格写它的保险金额（溢额分保要用）",
        key="typed_losses",
        persist_state="session",
        placeholder="如：\n1200000\n350000 500000",
        height=100,
    )
    try:
        return losses_of(text or "")
    except WarehouseError as problem:
        st.error(look.safe(problem), icon=":material/error:")
        return []


def losses_of(text: str) -> list[Loss]:
    """The cases of a text, one a line: yuan, and the sum insured if told. Raises WarehouseError with the line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = line.replace(",", "").replace("，", "").split()
        if len(cells) > 2:
            raise WarehouseError(f"第 {number} 行“{line.strip()}”：应为一个金额，后面至多再写一个保险金额")
        if cells:
            found.append(Loss(*(amount(cell, number) for cell in cells)))
    return found


def amount(cell: str, number: int) -> Decimal:
    try:
        found = Decimal(cell)
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or not 0 <= found <= MOST or found % FEN:
        raise WarehouseError(f"第 {number} 行“{cell}”：应为以元计的金额，最多到分，如 1200000")
    return found


def disaster(terms) -> list[Loss]:
    """One case: all that a disaster owes."""
    labels = [name for benefit in terms.benefits for name in labels_of(terms, benefit)]
    rows = [row for row in BEGINNING if row[0] in labels] or [(labels[0], 1, 1, 100)]
    st.caption("灾情：每行一类受灾相同的户；开头几行是示例")
    edited = st.data_editor(
        pandas.DataFrame(rows, columns=[ITEM, HOUSEHOLDS, UNITS, DEGREE]),
        column_config={
            ITEM: st.column_config.SelectboxColumn(options=labels, required=True, width=160),
            HOUSEHOLDS: st.column_config.NumberColumn(min_value=0, step=1, format="%,d"),
            UNITS: st.column_config.NumberColumn(min_value=0, format="%,.2f"),
            DEGREE: st.column_config.NumberColumn(min_value=0, max_value=100, format="%.0f%%"),
        },
        num_rows="dynamic",
        hide_index=True,
        key=f"disaster-{'-'.join(labels)}",
    )
    try:
        owed = [
            (told, risk_sharing.owed_for(damage_of(told), terms)) for told in edited.to_dict("records") if told[ITEM]
        ]
    except WarehouseError as problem:
        st.error(look.safe(problem), icon=":material/error:")
        return []
    st.session_state["disaster_rows"] = [(t[ITEM], t[HOUSEHOLDS], t[UNITS], t[DEGREE], yuan) for t, yuan in owed]
    whole = sum((yuan for _, yuan in owed), Decimal(0))
    st.caption(f"按赔付项目应赔 {whole:,.2f} 元")
    return [Loss(whole)] if whole else []


def labels_of(terms, benefit) -> list[str]:
    """水稻·分蘖期 and the other stages of an item; its name alone where it has none."""
    stages = [stage.name for stage in terms.stages if stage.item == benefit.name]
    return [f"{benefit.name}·{stage}" for stage in stages] or [benefit.name]


def damage_of(told: dict) -> Damage:
    """A row of the editor; what was left empty is 0, a degree 100 %."""
    item, _, stage = told[ITEM].partition("·")
    households, units, degree = (decimal(told[head]) for head in (HOUSEHOLDS, UNITS, DEGREE))
    part = Decimal(1) if degree is None else degree / 100
    return Damage(item, int(households or 0), units or Decimal(0), stage, part)


def decimal(value) -> Decimal | None:
    return None if value is None or value != value else Decimal(str(value))


def index(terms) -> list[Loss]:
    """One case: what the step that was reached pays."""
    first = float(max(step.index for step in terms.steps))
    value = st.number_input(f"指数：{terms.index_name or '测得的值'}", min_value=0.0, value=first, key=f"index-{first}")
    yuan = risk_sharing.by_index(terms.steps, Decimal(str(value)))
    st.session_state["index_value"] = value
    st.caption(f"达到的最高一档赔付 {yuan:,.2f} 元，不看损失")
    return [Loss(yuan)] if yuan else []


def table(found: dict) -> dict[str, list]:
    """What the disaster is made of, for a file."""
    rows = st.session_state.get("disaster_rows", ()) if DISASTER in found else ()
    return {head: [row[place] for row in rows] for place, head in enumerate(HEADS)}


def on_paper(scenarios: dict) -> None:
    """Under the chart that the fields are filled with examples at first; in the document what they say."""
    if DISASTER in scenarios or INDEX in scenarios:
        look.caption("灾情、指数按“改情景”里所写；没有改过时是示例。")
    if DISASTER in scenarios:
        for item, households, units, degree, yuan in st.session_state.get("disaster_rows", ()):
            cells = (look.safe(item), *(f"{decimal(n) or 0:,}" for n in (households, units, degree)), f"{yuan:,.2f}")
            look.row_on_paper(HEADS, *cells)
    if INDEX in scenarios:
        look.on_paper(f"指数取 {st.session_state['index_value']:,.2f}。")
    if TYPED in scenarios:
        losses = scenarios[TYPED]
        look.on_paper(f"手工写的损失 {len(losses)} 笔，合计 {sum(loss.yuan for loss in losses):,.2f} 元。")
