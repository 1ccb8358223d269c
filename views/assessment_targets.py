"""目标与办法: the year's targets beside three years' figures; one changed, or next year's drafted and taken over."""

from dataclasses import replace
from decimal import Decimal

import streamlit as st

import pipelines
from pipelines import assessment, contracts
from views import ledger, look, shared, who
from views.jobs import Job, followed
from views.place import warehouse

ALIGNED = {
    head: st.column_config.NumberColumn(format="%,.2f") for head in ("前三年", "前两年", "前一年", "拟定", "目标")
}
NUMBERS = ("target", "step", "points", "most", "yuan")
WORDS = {"target": "目标", "step": "每档幅度", "points": "每档扣分", "most": "最多扣分", "yuan": "每分金额（元）"}


def of_institutions(year: int) -> list:
    """The year's targets of single institutions."""
    return [t for t in read(shared.county(), shared.county().key, year) if t.institution]


def show(year: int) -> None:
    working()
    found = of_institutions(year)
    note = "控制性指标由前三年均值拟定，政策性指标由中心下达；改目标和办法都记入操作记录"
    look.section(f"{year}年目标与办法", note)
    if not found:
        look.empty("目标都是按类别定的", "没有单家机构的目标；上传考核指标时填机构编码。")
        return
    table = table_of(shared.county(), shared.county().key, year)
    shown = {head: look.plain_numbers(values) for head, values in table.items() if head != "编码"}
    look.dataframe(shown, ALIGNED, 10, "考核目标")
    if who.acts("assess"):
        change(found, year)
        drafting(year + 1)


def begin(year: int) -> None:
    """A year without targets: what became of a draft, and drafting them from the year before."""
    working()
    if who.acts("assess"):
        drafting(year)


@st.cache_resource(max_entries=20, show_spinner=False)
def read(_county, key: str, year: int) -> list:
    return assessment.targets_of(_county, year)


@st.cache_resource(max_entries=20, show_spinner=False)
def table_of(_county, key: str, year: int) -> dict[str, list]:
    return targets_table(of_institutions(year))


def targets_table(found: list) -> dict[str, list]:
    """{head: values}, one row for each target."""
    records = [record(target) for target in found]
    return {head: [each[head] for each in records] for head in records[0]}


def record(target) -> dict:
    kpi, (last, before, third) = pipelines.kpis()[target.indicator], target.bases
    return {
        "机构": shared.named("institution", target.institution),
        "编码": target.institution,
        "指标": kpi.name_zh,
        "险种": shared.named("scheme", target.scheme) if target.scheme else "不分险种",
        "性质": contracts.zh("indicator_kind", target.nature),
        "前三年": third,
        "前两年": before,
        "前一年": last,
        "拟定": assessment.proposed(target) if target.nature == "control" else None,
        "判定": "≤" if target.operator == "<=" else "≥",
        "目标": target.value,
        "扣减办法": target.terms.told(target.operator, kpi.unit),
    }


def change(found: list, year: int) -> None:
    """Another target or rule for one institution and indicator, or for all of its kind."""
    with st.expander("改目标或办法", icon=":material/edit:"):
        where, what, _ = st.columns([4, 3, 5])
        names = {target.institution: shared.named("institution", target.institution) for target in found}
        code = where.selectbox("机构", list(names), format_func=names.get, key="aim-institution")
        theirs = [target for target in found if target.institution == code]
        words = dict(enumerate(map(kpi_words, theirs)))
        place = what.selectbox("指标", list(words), format_func=words.get, key="aim-indicator")
        form(theirs[place], like(theirs[place], found), f"aim-{year}-{code}-{place}")


def like(target, found: list) -> list:
    """The targets of the same indicator and scheme at institutions of the same kind, this one among them."""
    kind = kinds(shared.county(), shared.county().key)
    same = kind.get(target.institution)
    asked = (target.indicator, target.scheme)
    return [t for t in found if (t.indicator, t.scheme) == asked and kind.get(t.institution) == same]


@st.cache_resource(max_entries=20, show_spinner=False)
def kinds(_county, key: str) -> dict[str, str]:
    """{institution: its kind}, of the county's roster."""
    return {code: place.kind for code, place in ledger.roster().items()}


def form(target, same: list, key: str) -> None:
    with st.form(key, border=False):
        values = {name: number(name, target, at) for name, at in zip(NUMBERS, st.columns(len(NUMBERS)), strict=True)}
        left, right, both = st.columns([3, 5, 4], vertical_alignment="bottom")
        by, why = who_and_why(key, left, right)
        all_of = both.checkbox(f"同类 {len(same)} 家一起改", key=f"all-{key}") if len(same) > 1 else False
        if st.form_submit_button("保存", type="primary") and signed(by, why):
            save([replaced(one, values) for one in (same if all_of else [target])], by, why)


def kpi_words(target) -> str:
    scheme = f"（{shared.named('scheme', target.scheme)}）" if target.scheme else ""
    return pipelines.kpis()[target.indicator].name_zh + scheme


def number(name: str, target, place) -> Decimal | None:
    now = target.value if name == "target" else getattr(target.terms, name)
    key = f"aim-{name}-{target.year}-{target.institution}-{target.indicator}-{target.scheme}-{now}"
    value = place.number_input(WORDS[name], value=None if now is None else float(now), format="%.10g", key=key)
    return None if value is None else Decimal(str(round(value, 4)))


def replaced(target, values: dict):
    """The target with what the form says; its rule in words goes when the rule changed, as it would say another one."""
    terms = replace(target.terms, **{name: values[name] for name in NUMBERS if name != "target"})
    text = target.rule_text if terms == target.terms else None
    value = target.value if values["target"] is None else values["target"]
    return replace(target, value=value, terms=terms, rule_text=text)


def drafting(year: int) -> None:
    """Targets of a year from those of the year before: to look at, to take away, to take over."""
    with st.expander(f"拟定{year}年目标", icon=":material/edit_calendar:"):
        try:
            drafted = draft(shared.county(), shared.county().key, year)
        except assessment.AssessmentError as problem:
            st.markdown(look.safe(problem))
            return
        standing = of_institutions(year)
        st.markdown(drafted_words(drafted, year))
        if standing:
            st.markdown(f":gray[{year}年已有目标；要重来，从右上角下载草稿，改好再上传。]")
            return
        with st.form(f"draft-{year}", border=False):
            by, why = who_and_why(f"draft-{year}", *st.columns([3, 9]))
            if st.form_submit_button(f"写入 {len(drafted)} 条目标", type="primary") and signed(by, why):
                save(drafted, by, why)


@st.cache_resource(max_entries=4, show_spinner=False)
def draft(_county, key: str, year: int) -> list:
    return assessment.draft(_county, year)


def draft_table(year: int) -> dict[str, dict[str, list]]:
    """The draft as an upload, under the contract's own headers; nothing where none can be made."""
    try:
        heads, rows = assessment.as_file(draft(shared.county(), shared.county().key, year))
    except assessment.AssessmentError:
        return {}
    return {f"{year}年考核目标草稿": dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True))} if rows else {}


def drafted_words(drafted: list, year: int) -> str:
    control = sum(target.nature == "control" for target in drafted)
    told = f"{len(drafted)} 条：控制性 {control} 条取近三年均值（{year - 1}年按已装入的月份），"
    return f"{told}政策性 {len(drafted) - control} 条沿用{year - 1}年，待中心下达。草稿在右上角的下载里。"


def who_and_why(key: str, left, right) -> tuple[str, str]:
    by = who.signs("操作人", left, key=f"by-{key}")
    return by, right.text_input("原因（必填，记入操作记录）", key=f"why-{key}").strip()


def signed(by: str, why: str) -> bool:
    if not by or not why:
        st.error("操作人和原因都要写。", icon=":material/error:")
    return bool(by and why)


def save(targets: list, by: str, why: str) -> None:
    place, rows = warehouse(), [assessment.row_of(target) for target in targets]

    def work(tell) -> str:
        receipt = pipelines.amend(place, assessment.TABLE, rows, by, why, tell)
        if receipt.status == "refused":
            raise pipelines.WarehouseError("；".join(problem.text for problem in receipt.problems))
        return f"已写入 {len(rows)} 条目标"

    st.session_state["by"], st.session_state["aim_job"] = by, Job(work)
    st.rerun()


def working() -> None:
    """A change under way, or what became of it."""
    followed("aim")
