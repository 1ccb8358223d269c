"""稽核抽样: which files to read, what was found in them, and what may be said of those that nobody read."""

import streamlit as st

import pipelines
from pipelines import sampling
from views import look, noting, sampling_draft, sampling_results, shared, who
from views.place import warehouse

DISPUTED = ("records_reviewed", "records_problematic")
NEW = "new"
COUNTS = ("总体（份）", "随机臂", "风险臂", "已查")
COLUMNS = {head: st.column_config.NumberColumn(format="%,d") for head in COUNTS}


def page() -> None:
    made = standing_plans()
    with look.header("稽核抽样"):
        chosen = pick(made)
        look.scope("随机臂推断总体，风险臂只说它自己", f"数据截至 {look.month_end(shared.county().last_month)}")
        downloads(chosen, made)
    noting.told()
    if chosen is None:
        look.answer(first_words(made))
        if who.acts("sampling"):
            sampling_draft.show()
    else:
        one_plan(chosen, made)
    never()
    listing(made)


def standing_plans() -> list:
    """All plans, the latest first; read anew whenever the journal has grown."""
    return read_plans(str(warehouse()), noting.stamp())


@st.cache_data(max_entries=8, show_spinner=False)
def read_plans(place: str, stamp_: tuple) -> list:
    return sampling.plans(warehouse())


@st.cache_data(max_entries=32, show_spinner=False)
def read_results(place: str, stamp_: tuple, plan_id: str) -> dict:
    return sampling.results(warehouse(), sampling.plan_of(warehouse(), plan_id))


def unread(plan) -> int:
    """Files of the random arm without a result."""
    found = read_results(str(warehouse()), noting.stamp(), plan.id)
    return sum(id not in found for id in plan.drawn)


@st.cache_data(max_entries=16, show_spinner="正在取病历清单…")
def files(_county, build: str, _plan, plan_id: str) -> tuple:
    return sampling.worklist(_county, _plan)


@st.cache_data(max_entries=16, show_spinner="正在按种子重抽…")
def redrawn(_county, build: str, _plan, plan_id: str):
    return sampling.redraw(_county, _plan)


def pick(made: list):
    """The plan that is shown, None for a new one; the address carries its number."""
    names = ({NEW: "定一份新方案"} if who.acts("sampling") or not made else {}) | {
        plan.id: title(plan) for plan in made
    }
    if "made" in st.session_state:  # the plan just made
        st.session_state["plan"] = st.session_state.pop("made")
    first = next((plan.id for plan in made if not plan.withdrawn), next(iter(names)))
    if "plan" not in st.session_state and "plan" not in st.query_params:
        st.session_state["plan"] = first
    if (asked := st.query_params.get("plan", "")) and asked not in names:
        noting.wrong(f"没有抽样方案 {asked}；可能编号写错了")
    code = look.pick("方案", names, "plan", label_visibility="collapsed", width=330)
    return next((plan for plan in made if plan.id == code), None)


def title(plan) -> str:
    """6月3日 2026年1—6月 居民 住院 381 份."""
    month, day = int(plan.at[5:7]), int(plan.at[8:10])
    gone = "（作废）" if plan.withdrawn else ""
    return f"{month}月{day}日定 · {scope_words(plan.draft.scope)} · {len(plan.files)} 份{gone}"


def scope_words(scope) -> str:
    """2026年1—6月 居民 住院, and how many institutions where it is not all."""
    said = [pipelines.Period(scope.first, scope.last).label, shared.SCHEMES[scope.scheme or "all"]]
    said.append(shared.named("care", scope.care) if scope.care else "全部类别")
    if len(scope.institutions) == 1:
        said.append(shared.named("institution", scope.institutions[0]))
    elif scope.institutions:
        said.append(f"{len(scope.institutions)} 家机构")
    return " ".join(said)


def downloads(plan, made: list) -> None:
    found = {}
    if plan is not None and who.may("persons"):
        heads, rows = files(shared.county(), shared.county().key, plan, plan.id)
        filled = with_results(heads, rows, read_results(str(warehouse()), noting.stamp(), plan.id))
        found[f"病历清单（可填好再传回）{len(rows)} 份"] = look.File(f"病历清单 {plan.id}", heads, lambda: filled)
    if made:
        found["全部方案"] = look.File.of("抽样方案", table(made))
    if found:
        look.takeaway(found)


def with_results(heads, rows, found: dict) -> list[tuple]:
    """The worklist with what was found so far in its last three columns."""
    place = heads.index("结算编号")
    return [(*row[:-3], *sampling_results.typed(found.get(row[place]))) for row in rows]


def first_words(made: list) -> str:
    if not made and not who.acts("sampling"):
        return "还没有抽样方案；由稽核人员定。"
    if not made:
        return "还没有抽样方案：选好范围和精度，抽多少份、抽哪几份由公式和随机种子定，谁都能重抽一遍核对。"
    return f"已有 **{len(made)} 份**方案。新方案另抽一批，旧方案和它的结果都留着。"


def one_plan(plan, made: list) -> None:
    found = read_results(str(warehouse()), noting.stamp(), plan.id)
    said = sampling.outcome(plan, found)
    look.answer(sampling_results.answer(plan, said))
    sampling_results.estimate(plan, said)
    basis(plan, found, sampling.drawn_before(made, plan))
    if who.may("persons"):
        sampling.looked_at(shared.county(), plan)
        heads, rows = files(shared.county(), shared.county().key, plan, plan.id)
        sampling_results.entry(plan, heads, rows, found)
    withdrawing(plan)


def basis(plan, found: dict, before: int) -> None:
    """What was drawn from what, and that anybody who draws again gets the same."""
    look.section("怎样抽的", "每层把“种子/结算编号”的 SHA-256 排序，取最前的几份；同一总体和种子，谁抽都一样")
    left, right = st.columns([12, 8], gap="medium")
    with left:
        heads = ("层", "总体（份）", "基金支付（万元）", "抽取（份）", "已查", "有问题")
        look.markdown(look.grid(heads, "lrrrrr", strata_rows(plan, found)))
    with right, st.container(gap=None):
        again = redrawn(shared.county(), shared.county().key, plan, plan.id)
        draft = plan.draft
        look.markdown(
            look.grid(
                ("方案", ""),
                "ll",
                [
                    ("范围", look.safe(scope_words(draft.scope))),
                    ("随机种子", look.safe(draft.seed)),
                    ("精度", f"±{draft.margin} 个百分点，置信度 {draft.confidence}%，预计问题率 {draft.expected}%"),
                    ("分层和分配", f"{sampling.STRATA[draft.scope.strata]}；{sampling.SHARING[draft.sharing]}"),
                    ("风险臂", f"{len(plan.risk)} 份：疑点线索和大额，不用于推断"),
                    ("外推上限", f"总体基金支付的 {draft.cap}%，{look.number(plan.cap_yuan)} 元"),
                    ("定方案", look.safe(f"{plan.by} {plan.at[:16].replace('T', ' ')} {plan.why}")),
                    ("重抽核对", redraw_words(again)),
                    ("抽过几次", times_words(before)),
                ],
            )
        )


def redraw_words(again) -> str:
    if again.changed:
        gone = f"；抽出的病历有 {len(again.gone)} 份已不在总体里" if again.gone else ""
        return f":orange-badge[总体变了] {look.safe(again.changed)}{gone}。清单以当时抽出的为准"
    return "刚才重抽一遍，病历完全相同" if again.same else ":orange-badge[不同] 重抽得到的病历与方案不同，请告诉管理员"


def times_words(before: int) -> str:
    """Who draws until the sample pleases has chosen it: how often this very scope was drawn before is said."""
    return (
        f":orange-badge[第 {before + 1} 次] 同一范围此前抽过 {before} 份方案，要说明为何重抽"
        if before
        else "同一范围第一次抽取"
    )


def strata_rows(plan, found: dict) -> list[tuple]:
    rows = []
    for name, ids in plan.random.items():
        done = [found[id] for id in ids if id in found]
        bad = sum(each.outcome == "problem" for each in done)
        words = look.safe(sampling.stratum_name(plan.draft.scope.strata, name))
        rows.append(cells(words, plan.frame.sizes[name], plan.frame.funds[name], len(ids), len(done), bad))
    if len(rows) > 1:
        done = [found[id] for id in plan.drawn if id in found]
        bad = sum(each.outcome == "problem" for each in done)
        rows.append(cells("合计", plan.frame.files, plan.frame.fund_yuan, len(plan.drawn), len(done), bad))
    return rows


def cells(words: str, files_: int, fund, drawn: int, done: int, bad: int) -> tuple[str, ...]:
    return words, f"{files_:,}", look.number(fund / 10000), f"**{drawn:,}**", f"{done:,}", f"{bad:,}"


def withdrawing(plan) -> None:
    if plan.withdrawn or not who.acts("sampling"):
        return
    with st.popover("作废这份方案", icon=":material/block:", type="tertiary"):
        st.markdown("方案和结果留在操作记录里，但不再推断、不再记结果。")
        why = st.text_input("原因", key="withdraw_why", placeholder="如：范围选错了险种")
        if st.button("作废", type="primary", disabled=not why.strip()):
            noting.act(lambda by: sampling.withdraw(warehouse(), plan.id, by, why), "方案已作废")


def never() -> None:
    """Disputed records: their rate is theirs alone, and the page says so."""
    figures = shared.total(DISPUTED, scheme=None)
    read, bad = (figures[kpi].value for kpi in DISPUTED)
    if not read:
        return
    look.section("不能推断的数", "挑出来查的，比例只说它们自己")
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="never"):
        said = sampling.refusal(int(bad), int(read), f"{shared.period().label}评定的有争议病历")
        look.markdown(f"**{look.safe(said)}**。要知道全部病历的问题率，得另抽随机样本。", width="stretch")
        query = shared.rows_query("records_problem_rate", scheme="all")
        shared.page_link(
            "rows",
            label="看这些行",
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params=query,
        )


def table(made: list) -> dict[str, list]:
    """{head: values} of all plans."""
    read = [read_results(str(warehouse()), noting.stamp(), plan.id) for plan in made]
    return {
        "方案": [plan.id for plan in made],
        "范围": [scope_words(plan.draft.scope) for plan in made],
        "总体（份）": [plan.frame.files for plan in made],
        "随机臂": [len(plan.drawn) for plan in made],
        "风险臂": [len(plan.risk) for plan in made],
        "已查": [len(found) for found in read],
        "种子": [plan.draft.seed for plan in made],
        "经手": [plan.by for plan in made],
        "定于": [plan.at[:16].replace("T", " ") for plan in made],
        "用途": [plan.why for plan in made],
        "状态": [f"作废：{plan.withdrawn}" if plan.withdrawn else "有效" for plan in made],
    }


def listing(made: list) -> None:
    if not made:
        return
    look.section("全部方案", "定了不能改，只能作废；同一范围定过几份、用什么种子，都看得见；勾选一行看那一份")
    row = look.table(table(made), COLUMNS, key="plans", rows_shown=8, alt="全部抽样方案")
    if row is not None and row < len(made) and st.session_state["plan"] != made[row].id:
        st.session_state["made"] = made[row].id
        st.rerun()
