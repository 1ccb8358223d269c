"""疑点线索: what the screening rules point at, what is new this month, and what became of it. Leads, never findings."""

import streamlit as st

from pipelines.clues import STATES, Standing, gaps, rules, years_of
from views import clues_acts, clues_desk, clues_files, clues_list, clues_one, clues_rules, clues_words, look, shared


def page() -> None:
    if key := st.query_params.get("clue", ""):
        clues_one.page(key)
    else:
        listing(shared.period().last)


def listing(month: str) -> None:
    county, known = shared.county(), clues_desk.ready(years_of(month))
    every = clues_desk.standings(month) if known else []
    lacking = gaps(county, month[:4])
    with look.header("疑点线索"):
        look.scope("不分险种", f"{shared.dotted(month)}和此前 11 个月", f"数据截至 {look.month_end(county.last_month)}")
        if every:
            look.takeaway(clues_files.of_all(county, every, month))
    if not known:
        if clues_desk.waited(years_of(month)):
            st.rerun()
    elif not every and len(lacking) == len(rules()):
        shared.not_uploaded("没有可筛查的结算明细", look.safe(next(iter(lacking.values()))))
    else:
        draw(every, lacking, month)


def draw(every: list[Standing], lacking: dict[str, str], month: str) -> None:
    clues_acts.told()
    look.answer(answer(every, month))
    clues_rules.overview(every, lacking, month)
    clues_rules.chosen(month)
    clues_list.show(every)


def answer(every: list[Standing], month: str) -> str:
    """How many are new, continue, are resolved; the yuan at stake; once and for all that they are no findings."""
    counts = {code: sum(each.state == code for each in every) for code in STATES}
    open_ = [each for each in every if clues_words.is_open(each)]
    if not every:
        return f"{shared.dotted(month)}没有疑点线索。"
    said = [
        f"{shared.dotted(month)}新增线索 **{counts['new']:,} 条**，持续 **{counts['continuing']:,} 条**，"
        f"已了结 **{counts['resolved']:,} 条**"
    ]
    if open_:
        high = sum(clues_words.rule_of(each.hit).severity == "high" for each in open_)
        said.append(
            f"未了结的涉及基金 **{look.number(clues_words.yuan(open_) / 10000)} 万元**，严重度高的 **{high:,} 条**"
        )
    return "；".join([*said, clues_words.CAUTION]) + "。"
