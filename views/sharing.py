"""风险分担: who bears a year of large losses on the county's terms, what each layer is called on, and the terms."""

import streamlit as st

from pipelines import risk_sharing
from pipelines.methods import methods
from pipelines.risk_sharing import COVERS
from reports import shared_losses
from views import (
    look,
    noting,
    shared,
    sharing_form,
    sharing_money,
    sharing_own,
    sharing_paid,
    sharing_scenarios,
    sharing_versions,
    who,
)
from views.place import warehouse

VIEWS = {"paid": "谁来付", "terms": "条款", "versions": "历次版本"}
EXAMPLE = "本县没有存下这种保障的条款：下面按**示例条款**测算，示例不是本县的。"


def page() -> None:
    with look.header("风险分担"):
        cover = look.pick(
            "保障", COVERS, "cover", widget=st.segmented_control, required=True, label_visibility="collapsed"
        )
        view = look.pick("查看", VIEWS, "v", widget=st.segmented_control, required=True, label_visibility="collapsed")
        every, stands = versions(cover)
        held = f"{stands.terms.begins} 起的条款" if stands else "示例条款"
        look.scope(held, f"期末 {look.month_end(shared.period().last)}")
        spot = st.container(width="content")
    noting.told()
    if stands is None:
        look.warning(EXAMPLE)
    elif stands.terms.ends and stands.terms.ends < shared.period().last_day:
        look.warning(f"条款已于 {stands.terms.ends} 到期，没有新的；下面仍按它测算。")
    if view == "versions":
        sharing_versions.show(every, stands)
        files(spot, {"历次版本": sharing_versions.table(every, stands)})
        return
    base = sharing_form.beginning(cover, stands)
    terms = terms_view(base, stands) if view == "terms" else base
    paid_view(terms, spot, every, stands, whole=view == "paid")
    if view == "terms":
        told(terms)


def versions(cover: str) -> tuple[list, object]:
    """Every version of a cover's terms, and the one that holds at the period's end."""
    return read_versions(str(warehouse()), noting.stamp(), cover, shared.period().last_day)


@st.cache_data(max_entries=32, show_spinner=False)
def read_versions(place: str, stamp: tuple, cover: str, day) -> tuple[list, object]:
    return risk_sharing.versions(warehouse(), cover), risk_sharing.in_force(warehouse(), cover, day)


def terms_view(base, stands):
    """The form, for those who may change terms; the terms as they stand there."""
    if not who.acts("plans"):
        return base
    stamp = f"{base.covers}-{stands.number if stands else 0}"
    with st.expander("按合同改条款", expanded=True, icon=":material/edit:"):
        terms, right = sharing_form.edited(base, stamp)
        sharing_form.saving(terms, stands, right)
    if not right:
        look.warning("上面有写错的地方；下面仍按改之前的条款。")
    elif stands and terms != stands.terms:
        look.warning("下面按正在改、还没有存下的条款测算。")
    return terms


def paid_view(terms, spot, every: list, stands, whole: bool) -> None:
    """What the terms mean: who pays what; on the whole page the layers, premiums and the reserve too."""
    own, why = sharing_own.own(terms)
    answer = st.container() if whole else None
    scenarios = {sharing_paid.seen(own): own.cases, sharing_paid.RARE: own.rare} if own else {}
    scenarios |= sharing_scenarios.asked(terms)
    found = sharing_paid.outcomes(scenarios, terms)
    if whole:
        with answer:
            look.answer(finding(own, found, terms))
    if found:
        sharing_paid.paid(found, terms)
        sharing_scenarios.on_paper(scenarios)
    if whole:
        parts(own, why, found, terms)
    files(spot, tables(own, found, terms, every, stands))


def parts(own, why: str, found: dict, terms) -> None:
    """The rest of the page."""
    if own:
        sharing_paid.calls(own, terms)
    else:
        look.section("本县案例")
        look.empty("没有由本县案例推算", look.safe(why))
    sharing_paid.spent(terms)
    sharing_money.show(found, own, terms)
    sharing_paid.seats()
    look.caption(f"{methods()['sharing'].brief}{who.told('dictionary', '详见指标字典的测算方法。')}")


def finding(own, found: dict, terms) -> str:
    """What the director asks: how much, who pays, is it enough."""
    if own is None:
        if not found:
            return f"共保体年度限额 **{shared_losses.wan(terms.pool_limit_yuan)} 万元**；写下损失，就看到谁付多少。"
        name, first = next(iter(found.items()))
        paid = look.number(shared_losses.ratio(first))
        return f"{shared_losses.heaviest(name, first)}；应赔额的 **{paid}%** 有人赔付。"
    pool = next(call for call in own.calls if call.layer == "pool")
    rest = next(call for call in own.calls if call.layer == ("unpaid" if terms.called_back else "public"))
    short = (
        f"**{look.number(100 * rest.called, 1)}%** 的年份各层用尽" if rest.called else "一千个年份里没有一年各层用尽"
    )
    low, high, most = map(shared_losses.wan, (*pool.rare_range, terms.pool_limit_yuan))
    return (
        f"{own.months.label} {len(own.cases):,} 人由大病保险、大额补助赔付 "
        f"**{shared_losses.wan(found[sharing_paid.seen(own)].losses_yuan)} 万元**；共保体自己平均一年承担 "
        f"**{shared_losses.wan(pool.expected_yuan)} 万元**，百年一遇 **{shared_losses.wan(pool.rare_yuan)} 万元**"
        f"（{low}—{high}），年度限额（连同比例分保）{most} 万元；{short}。"
    )


def told(terms) -> None:
    """The terms in full."""
    look.section("条款全文")
    rows = [(look.safe(name), look.safe(text)) for name, text in risk_sharing.lines(terms).items()]
    with st.container(key="wrapped-lines"):
        look.details(("条款", "内容"), rows)


def tables(own, found: dict, terms, every: list, stands) -> dict[str, dict[str, list]]:
    """All that the page shows, for files."""
    lines = risk_sharing.lines(terms)
    reached = risk_sharing.spent_at(terms)
    return {
        "谁付多少": sharing_paid.table(found),
        "各层的平均和百年一遇": sharing_paid.call_table(own, terms),
        "各层用尽": {
            "层次": [risk_sharing.LAYERS[layer] for layer, _, _ in reached],
            "由谁承担": [payer for _, payer, _ in reached],
            "用尽于（元）": [yuan for _, _, yuan in reached],
        },
        "保费去向": sharing_money.flow_table(terms),
        "本年的专项准备金": sharing_money.table(found, terms),
        "各年末的专项准备金": sharing_money.future_table(own if terms.premium_yuan else None),
        "灾情": sharing_scenarios.table(found),
        "条款": {"条款": list(lines), "内容": list(lines.values())},
        "历次版本": sharing_versions.table(every, stands),
    }


def files(spot, made: dict) -> None:
    with spot:
        look.takeaway(shared.named_files(made))
