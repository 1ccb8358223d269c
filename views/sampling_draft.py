"""A new sampling plan: from what, how precisely, by which seed; what it comes to before anything is drawn."""

from decimal import Decimal

import streamlit as st

from pipelines import clues, sampling
from views import clues_desk, look, noting, shared
from views.place import warehouse

CARES = ("inpatient", "chronic_outpatient", "outpatient", "pharmacy")
CONFIDENCE = (90, 95, 99)


def show() -> None:
    look.section("定一份新方案", "期间和险种用左侧所选；先看要抽多少份，再抽")
    left, right = st.columns([11, 9], gap="large")
    with left:
        draft = asked()
    with right:
        try:
            proposal = proposed(shared.county(), shared.county().key, repr(draft), draft)
        except sampling.FrameError as problem:
            look.empty("这样定不了方案", look.safe(problem))
            return
        comes_to(proposal)
        drawing(draft)


@st.cache_data(max_entries=64, show_spinner="正在数总体…")
def proposed(_county, build: str, key: str, _draft):
    return sampling.propose(_county, _draft)


def asked():
    """The draft that the pickers make."""
    places = {code: name for code, name in shared.county().names.items() if name}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        care = st.selectbox("就医类别", CARES, format_func=lambda c: shared.named("care", c), key="d_care", width=150)
        strata = st.selectbox("分层", list(sampling.STRATA), 1, sampling.STRATA.get, key="d_strata", width=210)
        sharing = st.selectbox("各层份数", list(sampling.SHARING), 0, sampling.SHARING.get, key="d_sharing", width=140)
    chosen = st.multiselect(
        "机构", list(places), format_func=places.get, placeholder="全部机构；要只抽几家，在这里选", key="d_inst"
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        margin = st.number_input("误差 ±（个百分点）", 0.5, 20.0, 5.0, 0.5, "%.1f", key="d_margin", width=150)
        confidence = st.selectbox("置信度（%）", CONFIDENCE, 1, key="d_confidence", width=110)
        expected = st.number_input(
            "预计问题率（%）", 1, 99, 50, key="d_expected", width=140, help="不知道就用 50，最稳妥"
        )
        cap = st.number_input(
            "外推上限（%）", 0.0, 100.0, 10.0, 0.5, "%.1f", key="d_cap", width=140, help="占总体基金支付"
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        leads = st.number_input("风险臂：疑点线索", 0, 500, 30, key="d_clues", width=150)
        amounts = st.number_input("风险臂：大额", 0, 500, 20, key="d_amounts", width=150)
        seed = st.text_input("随机种子", key="d_seed", value=fresh_seed(), width=210, help="可用抽签或摇号的数字")
    first, last = shared.period().first, shared.period().last
    scheme = "" if shared.scheme() == "all" else shared.scheme()
    scope = sampling.Scope(first, last, scheme, care, "", tuple(sorted(chosen)), strata)
    numbers = {"margin": margin, "confidence": confidence, "expected": expected, "cap": cap}
    exact = {key: Decimal(f"{value:g}") for key, value in numbers.items()}
    return sampling.Draft(scope, seed.strip(), sharing=sharing, clues=leads, amounts=amounts, **exact)


def fresh_seed() -> str:
    """One seed until a plan is made of it: a new one with every run would look like choosing."""
    return st.session_state.setdefault("fresh_seed", sampling.new_seed())


def comes_to(proposal) -> None:
    """How many files, and why."""
    frame, draft = proposal.frame, proposal.draft
    unlimited = sampling.size_for(10**12, draft.margin / 100, draft.confidence / 100, draft.expected / 100)
    with st.container(gap=None):
        look.subheader(f"总体 {frame.files:,} 份，随机抽 {proposal.size:,} 份")
        look.on_paper(terms(draft))
        look.caption(
            f"±{draft.margin} 个百分点、置信度 {draft.confidence}%；不作有限总体校正要 {unlimited:,} 份；"
            f"另有风险臂至多 {draft.clues + draft.amounts} 份，不用于推断"
        )
        rows = [stratum(frame, name, number) for name, number in proposal.shares.items()]
        look.markdown(look.grid(("层", "总体（份）", "基金支付（万元）", "抽取（份）"), "lrrr", rows))


def terms(draft) -> str:
    """What the pickers stand at."""
    scope = draft.scope
    places = "、".join(shared.named("institution", code) for code in scope.institutions) or "全部机构"
    how = f"{sampling.STRATA[scope.strata]}；{sampling.SHARING[draft.sharing]}；预计问题率 {draft.expected}%"
    risk = f"风险臂 疑点线索 {draft.clues} 份、大额 {draft.amounts} 份"
    what = f"{shared.named('care', scope.care)}，{places}；{how}；外推上限 {draft.cap}%；{risk}；随机种子 {draft.seed}"
    return look.safe(f"拟定：{what}")


def stratum(frame, name: str, number: int) -> tuple[str, ...]:
    words = look.safe(sampling.stratum_name(frame.scope.strata, name))
    return words, f"{frame.sizes[name]:,}", look.number(frame.funds[name] / 10000), f"**{number:,}**"


def drawing(draft) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        why = st.text_input("用途", key="d_why", placeholder="如：二季度住院病历随机抽查", width="stretch")
        pressed = st.button("抽取，定为方案", type="primary", key="draw")
    st.caption("定了就写进操作记录，不能改；抽错了只能作废，另定一份。")
    if pressed:
        noting.act(lambda by: draw(draft, by, why), "已抽取，清单可下载")


def draw(draft, by: str, why: str) -> None:
    county = shared.county()
    plan = sampling.make(warehouse(), county, draft, by, why, suspects(county, draft))
    st.session_state["made"] = plan.id
    st.session_state.pop("fresh_seed", None)
    st.session_state.pop("d_seed", None)


def suspects(county, draft) -> dict[str, str]:
    """Files of the frame that the screening rules point at, the gravest first."""
    if not draft.clues:
        return {}
    years = [str(year) for year in range(int(draft.scope.first[:4]), int(draft.scope.last[:4]) + 1)]
    if not clues_desk.ready(years):
        (job := clues_desk.begin(years, again=True)).watch()
        if job.problem:
            raise sampling.FrameError(job.problem)
    hits = [hit for year in years for hit in clues.screen(county, year)]
    inside = sampling.among(county, draft.scope, sorted({id for hit in hits for id in hit.setl_ids}))
    return sampling.suspected(hits, clues.rules(), inside, draft.clues)
