"""One clue, by a link that can be mailed: why, on which grounds, the settlement rows behind it, what was decided."""

import re
from decimal import Decimal

import streamlit as st

from pipelines.cases import violation
from pipelines.clues import (
    HIDDEN,
    ROW_COLUMNS,
    VERDICTS,
    Hit,
    Standing,
    hit_rows,
    looked_at,
    parameters,
    rules,
    years_of,
)
from pipelines.store.decisions import Decision, decisions
from views import clues_acts, clues_desk, clues_words, columns, look, shared, upload_words, who
from views.place import warehouse

IN_QUESTION = "存疑"
MONEY_FIRST = "total_cost_yuan fund_paid_yuan"  # right after what a row is: it must not be scrolled to
OTHERS_SHOWN = 8
ROWS_SHOWN = 500
ARROW = {"icon": ":material/arrow_forward:", "icon_position": "right"}
NOT_THEIRS = "到人的线索只在清单里列出，明细由稽核人员看。"
GONE = "编号可能写错了；也可能数据或规则参数改了，现在筛不出它。"


def page(key: str) -> None:
    years = years_to_search(key)
    known = clues_desk.ready(years)
    each = found(key, years) if known else None
    with look.header("疑点线索"):
        shared.page_link("clues", label="全部线索", icon=":material/list:", query_params=shared.carry())
        look.scope(*scope(each))
        rows = rows_of(shared.county(), shared.county().key, key, each.hit) if each and who.may("persons") else []
        if rows:
            looked_at(shared.county(), [each.hit])
            heads, told = columns.whole(ROW_COLUMNS, rows)
            file = look.File(f"疑点线索 {each.hit.key.replace('/', ' ')}", heads, lambda: told)
            look.takeaway({f"结算行 {len(rows):,} 行": file})
    if not known:
        if clues_desk.waited(years):
            st.rerun()
    elif each is None:
        gone = GONE if who.may("persons") else f"{GONE}{NOT_THEIRS}"
        look.empty(f"没有线索 {look.safe(key)}", gone, "clues", "看全部线索", shared.carry())
        history(key)
    elif HIDDEN in key:
        look.empty("这条线索涉及到人的明细", NOT_THEIRS, "clues", "看全部线索", shared.carry())
    else:
        draw(each, rows)


def years_to_search(key: str) -> list[str]:
    """The years that the month's clues come from, and those that the key names, as far as they are loaded."""
    named = {part[:4] for part in key.split("/")[1:] if re.fullmatch(r"(19|20)\d\d(-\d\d){0,2}", part)}
    later = {str(int(year) + 1) for year in named}
    loaded = {month[:4] for month in shared.county().months("settlements")}
    return sorted(set(years_of(shared.period().last)) | ((named | later) & loaded))


def found(key: str, years: list[str]) -> Standing | None:
    """The clue as it stands in the month; one of another month has no state there."""
    listed = (each for each in clues_desk.standings(shared.period().last) if each.hit.key == key)
    hit = clues_desk.hit_of(key, years)
    made = decisions(warehouse(), "clue")
    last = next((each for each in reversed(made) if each.subject == key), None)
    case_no = last.values.get("case_no") if last else None
    return next(listed, None) or (Standing(hit, "", last, case_no) if hit else None)


def scope(each: Standing | None) -> tuple[str, ...]:
    if each is None:
        return ()
    rule = clues_words.rule_of(each.hit)
    return look.safe(rule.title), f"严重度{rule.severity_zh}", clues_words.state(each, shared.period().last)


@st.cache_data(max_entries=20, show_spinner="正在取结算行…")
def rows_of(_county, county: str, key: str, _hit: Hit) -> list[tuple]:
    return hit_rows(_county, _hit)[1]


def draw(each: Standing, rows: list[tuple]) -> None:
    clues_acts.told()
    look.answer(answer(each))
    why(each)
    acts(each)
    behind(each.hit, rows)
    others(each)


def answer(each: Standing) -> str:
    hit, handled = each.hit, clues_words.handled(each)
    where, reason = look.safe(clues_words.institution(hit)), look.safe(hit.reason)
    said = [f"**{where}**：{reason}", f"涉及基金 **{look.number(hit.at_stake_yuan)} 元**"]
    if handled:
        said.append(f"已处置：**{look.safe(handled)}**")
    return "；".join([*said, "线索不是结论，须经核查"]) + "。"


def why(each: Standing) -> None:
    rule = clues_words.rule_of(each.hit)
    look.section("为什么", look.safe(rule.plain))
    left, right = st.columns([11, 9], gap="medium")
    with left:
        look.markdown(look.grid(("项", "内容"), "ll", facts(each)))
        links(each)
    with right:
        grounds(each.hit)


def facts(each: Standing) -> list[tuple[str, str]]:
    hit, rule = each.hit, clues_words.rule_of(each.hit)
    measured, bound = (clues_words.amount(value, rule.unit) for value in (hit.measured, hit.bound))
    told = [
        ("机构", clues_words.institution(hit)),
        ("人员代号", clues_words.person(hit)),
        ("日期", clues_words.days(hit)),
        ("测得 / 界限", f"{measured} / {bound}"),
        ("存疑的结算", f"{hit.cases:,} 笔，基金支付 {look.number(hit.fund_paid_yuan)} 元"),
        ("涉及基金", f"{look.number(hit.at_stake_yuan)} 元，{part(hit)}"),
        ("状态", "，".join(filter(None, (clues_words.state(each, shared.period().last), clues_words.handled(each))))),
        ("编号", hit.key),
    ]
    return [(name, look.safe(value)) for name, value in told if value]


def part(hit: Hit) -> str:
    return "这些结算的全部" if hit.at_stake_yuan == hit.fund_paid_yuan else "其中超出同类或平常的部分"


def links(each: Standing) -> None:
    hit = each.hit
    with st.container(horizontal=True, gap="medium"):
        query = shared.carry(inst=hit.institution)
        shared.page_link("institutions", label="看机构", icon=":material/local_hospital:", query_params=query)
        query = shared.carry(rule=hit.rule, list="open")
        shared.page_link("clues", label="这条规则的线索和参数", icon=":material/rule:", query_params=query)
        if each.case_no:
            query, name = shared.carry(case=each.case_no), f"案件 {look.safe(each.case_no)}"
            shared.page_link("cases", label=name, icon=":material/gavel:", query_params=query)


def grounds(hit: Hit) -> None:
    """What the check goes by: the rule's basis, the articles in force on the day, the parameters."""
    rule = clues_words.rule_of(hit)
    look.markdown(f"**核查依据**　{look.safe(rule.basis)}")
    known = violation(rule.violation)
    bases = known.basis(hit.last_day) if known else ()
    if bases:
        lines = [f"- {look.safe(each.cited)}：{look.safe(each.text)}" for each in bases]
        with st.expander(f"当日有效的条文 {len(bases)} 条"):
            look.markdown("\n".join(lines))
    if rule.parameters:
        values = parameters(warehouse())[rule.id]
        rows = [(look.safe(p.name_zh), look.safe(clues_words.amount(values[p.name], p.unit))) for p in rule.parameters]
        look.markdown(look.grid(("规则的参数", "现值"), "lr", rows))


def acts(each: Standing) -> None:
    look.section("处置", "谁、何时、为什么都记入操作记录；排除和立案后列入已了结，可以重新打开")
    clues_acts.bar([each])
    clues_acts.links([each], opens=False)
    history(each.hit.key)


def history(key: str) -> None:
    made = [each for each in decisions(warehouse(), "clue") if each.subject == key]
    if made:
        rows = [decided(each) for each in reversed(made)]
        look.markdown(look.grid(("时间", "处置", "操作人", "原因"), "llll", rows))
    else:
        look.caption("还没有处置过")


def decided(each: Decision) -> tuple[str, ...]:
    words = VERDICTS.get(each.values.get("verdict", ""), "")
    what = " ".join(filter(None, (words, each.values.get("case_no", ""))))
    return tuple(look.safe(text) for text in (upload_words.moment(each.at), what, each.by, each.why or "—"))


def behind(hit: Hit, rows: list[tuple]) -> None:
    if not who.may("persons"):
        return
    look.section("结算行", agreement(hit, rows))
    if not agrees(hit, rows):
        look.warning("结算行的合计与线索不一致，请把这一页的地址告诉管理员。")
    heads, told = columns.shown(ROW_COLUMNS, rows, MONEY_FIRST)
    table = {name: look.plain_numbers([row[place] for row in told]) for place, name in enumerate(heads)}
    first = {name: values[:ROWS_SHOWN] for name, values in table.items()}
    look.dataframe(first, columns.widths(heads, told, st), 12, "线索背后的结算行", whole=lambda: table)
    if len(rows) > ROWS_SHOWN:
        look.caption(f"前 {ROWS_SHOWN} 行，共 {len(rows):,} 行；全部在下载里")


def totals(rows: list[tuple]) -> tuple[int, Decimal]:
    """How many rows are in question, and what the fund paid of them, yuan."""
    asked = [dict(zip(ROW_COLUMNS, row, strict=True)) for row in rows if row[0] == IN_QUESTION]
    return len(asked), sum((row["fund_paid_yuan"] or Decimal(0) for row in asked), Decimal(0))


def agrees(hit: Hit, rows: list[tuple]) -> bool:
    return totals(rows) == (len(hit.setl_ids), hit.fund_paid_yuan)


def agreement(hit: Hit, rows: list[tuple]) -> str:
    count, paid = totals(rows)
    beside = f"；另 {len(rows) - count:,} 行对照" if len(rows) > count else ""
    same = "与线索一致" if agrees(hit, rows) else f"线索是 {look.number(hit.fund_paid_yuan)} 元"
    return f"存疑 {count:,} 行，基金支付合计 {look.number(paid)} 元，{same}{beside}"


def others(each: Standing) -> None:
    """Other open clues of the person and of the institution."""
    hit = each.hit
    open_ = [
        one for one in clues_desk.standings(shared.period().last) if clues_words.is_open(one) and one.hit.key != hit.key
    ]
    person = [one for one in open_ if hit.person is not None and one.hit.person == hit.person]
    place = [one for one in open_ if one.hit.institution == hit.institution and one not in person]
    look.section("其他线索", f"{shared.dotted(shared.period().last)}未了结的")
    left, right = st.columns([11, 9], gap="medium")
    with left:
        of_place(place, hit.institution)
    if hit.person is not None:
        with right:
            of_person(person)


def of_person(found_: list[Standing]) -> None:
    look.subheader(f"同一人另有 {len(found_)} 条" if found_ else "同一人没有其他线索")
    for one in found_[:OTHERS_SHOWN]:
        words = f"{clues_words.rule_of(one.hit).title} · {clues_words.institution(one.hit)} · {one.hit.month}"
        query = shared.carry(clue=one.hit.key)
        shared.page_link("clues", label=look.safe(words), query_params=query, **ARROW)


def of_place(found_: list[Standing], code: str) -> None:
    look.subheader(f"同一机构另有 {len(found_)} 条" if found_ else "同一机构没有其他线索")
    counts: dict[str, list[Standing]] = {}
    for one in found_:
        counts.setdefault(one.hit.rule, []).append(one)
    rows = [
        (look.safe(rules()[id].title), f"{len(those):,}", look.number(clues_words.yuan(those)))
        for id, those in sorted(counts.items(), key=lambda item: -clues_words.yuan(item[1]))
    ]
    if rows:
        look.markdown(look.grid(("规则", "条", "涉及基金（元）"), "lrr", rows))
        query = shared.carry(at=code, rule="all", list="open")
        shared.page_link("clues", label="这家机构的全部线索", query_params=query, **ARROW)
