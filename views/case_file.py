"""One penalty case: what was found on which ground, how it was handled, what is owed, and all that happened since."""

from datetime import date

import streamlit as st

from pipelines import Period
from pipelines.cases import TRACKS, Case, Handling, by_track, case, outstanding, violation
from views import case_fix, case_list, case_steps, case_trail, case_withdraw, case_words, ledger, look, shared, who
from views.case_words import day, yuan

REASON = "这个编号可能写错了，或它的装入已经撤销。"


def page(number: str) -> None:
    on = ledger.today()
    found = case(shared.county(), number, on)
    with look.header(f"案件 {look.safe(number)}"):
        shared.page_link("cases", label="全部案件", icon=":material/list:", query_params=shared.carry())
        if found:
            look.scope(f"发现 {case_words.spoken(found.found_on)}", f"款项和账龄算到 {case_words.spoken(on)}")
            files = {"处理与款项": case_list.money([found]), "办理经过": case_trail.table(found)}
            if not found.withdrawn and who.acts(
                "cases"
            ):  # before the link: a popover that takes its place would stand open
                case_withdraw.popover(found)
            case_fix.link(number)
            look.takeaway({words: look.File.of(f"{number} {words}", each) for words, each in files.items() if each})
    case_steps.told()
    if found is None:
        look.empty(f"台账里没有案件 {look.safe(number)}", REASON, "cases", "看全部案件", shared.carry())
        return
    draw(found, on)


def draw(found: Case, on: date) -> None:
    look.answer(answer(found, on))
    facts(found)
    handlings(found, on)
    if who.acts("cases"):
        case_steps.show(found, on)
    case_trail.show(found)


def answer(found: Case, on: date) -> str:
    """苎圩镇卫生院过度检查：违约金 362.81 元；未到账 …；逾期 62 天；办理中。"""
    asked = [
        f"{shared.named('handling', h.handling)} {look.number(h.due_yuan)} 元" for h in found.handlings if h.due_yuan
    ]
    fact = case_words.fact(found).rstrip("：:。；， ")
    what = "，".join(filter(None, (f"**{look.safe(case_words.subject(found))}**", look.safe(fact))))
    if found.withdrawn:
        why = f"，{look.safe(found.withdrawn_why)}" if found.withdrawn_why else ""
        return f"~~{what}~~：**已撤案**{why}；不计入任何月份的件数和金额。"
    said = [f"{what}：{'、'.join(asked) or case_words.handled(found) or '还没有处理'}"]
    if found.due_yuan:
        open_money = case_words.standing(found)
        said.append(f"**{open_money}**" if found.owed_yuan > 0 else "款项都已结清")
    if late := case_list.late_days([found], on).get(found.case_no):
        said.append(f"逾期 **{late} 天**")
    return "；".join([*said, shared.named("case_status", found.status)]) + "。"


def facts(found: Case) -> None:
    look.section("事实与依据", "依据是发现当日有效的条文；文本由本县在违规分类中维护")
    left, right = st.columns([9, 11], gap="medium")
    with left:
        with st.container(key="wrapped-facts"):
            look.markdown(look.grid(("项", "内容"), "ll", [row for row in told(found) if row[1]]))
        links(found)
    with right:
        grounds(found)


def told(found: Case) -> list[tuple[str, str]]:
    """What the ledger says of it, (name, value as safe Markdown); empty where it says nothing."""
    review = shared.named("review_result", found.review_result) if found.review_result else ""
    if review and found.review_amount_yuan is not None:
        review += f"，调整 {look.number(found.review_amount_yuan)} 元"
    suspended = f"{day(found.suspend_from)} 至 {day(found.suspend_to)}" if found.suspend_from else ""
    counts = [(found.persons, "人"), (found.records, "份")]
    return [
        ("对象", look.safe(f"{case_words.subject(found)}（{shared.named('subject_type', found.subject_type)}）")),
        ("发现", f"{day(found.found_on)}，{shared.named('activity', found.activity)}"),
        ("违规事实", look.safe(case_words.fact(found))),
        ("险种", shared.named("scheme", found.scheme) if found.scheme else ""),
        ("涉及", "，".join(f"{count:,} {unit}" for count, unit in counts if count)),
        ("违规金额", f"{look.number(found.base_amount_yuan)} 元" if found.base_amount_yuan is not None else ""),
        ("违约金算式", sum_of_damages(found)),
        ("决定", look.safe("，".join(filter(None, (found.decision_no, day(found.decision_on).strip("—")))))),
        ("中止协议", suspended),
        ("复审", review),
        ("移送", look.safe(found.transferred_to)),
        ("涉及结算", look.safe("、".join(found.setl_ids))),
        ("状态", shared.named("case_status", found.status)),
        ("撤案原因", look.safe(found.withdrawn_why)),
    ]


def sum_of_damages(found: Case) -> str:
    """2,453.20 × 10 = 24,532.00 元; empty without base or multiple."""
    if found.base_amount_yuan is None or found.multiple is None:
        return ""
    return case_words.product(found.base_amount_yuan, found.multiple)


def links(found: Case) -> None:
    """To the institution, and to the rows of the ledger behind it."""
    with st.container(horizontal=True, gap="medium"):
        if found.institution:
            query = shared.carry(inst=found.institution)
            shared.page_link("institutions", label="看机构", icon=":material/local_hospital:", query_params=query)
        if found.withdrawn:
            return  # its rows count in no figure, and stand behind none
        shared.page_link("rows", label="台账原始行", icon=":material/table_rows:", query_params=rows_query(found))


def rows_query(found: Case) -> dict[str, str]:
    """The rows of the month it was found in, of its institution."""
    month = f"{found.found_on:%Y-%m}"
    where = {"institution": found.institution} if found.institution else {"activity": found.activity}
    return shared.rows_query("penalty_total", scheme="all", **where) | {"m": f"{Period(month, month).first}..{month}"}


def grounds(found: Case) -> None:
    """The violation of the taxonomy, its grounds on the day, and what the law makes follow from it."""
    known = violation(found.violation)
    if known is None:
        code = found.violation or "没有填"
        look.empty("违规类型不在分类里", f"台账写的是“{look.safe(code)}”；请核对代码，或在违规分类中补上。")
        return
    look.subheader(look.safe(f"{known.code} {known.name}（{known.kind_name}）"))
    for head, bases in (("依据", known.basis(found.found_on)), ("处理规定", known.consequence(found.found_on))):
        own = [b for b in bases if b.binds(found.subject_type)]
        lines = [f"- {look.safe(b.cited)}（{look.safe(b.number)}）：{look.safe(b.text)}" for b in own]
        look.markdown(f"**{head}**\n\n" + ("\n".join(lines) or f"{day(found.found_on)} 没有有效的条文"))


def handlings(found: Case, on: date) -> None:
    look.section("处理与款项", "元；协议处理、行政罚款、考核扣减分开计，扣减类从结算款中抵扣")
    if not found.handlings:
        look.empty("还没有处理", "在下面“办理进展”里记决定。")
        return
    heads = ("处理", "性质", "应收应扣", "已扣减", "已到账", "未到账", "起算", "最近到账", "抵扣月份", "到期")
    late = {owed.handling.handling: owed for owed in outstanding([found], on)}
    rows = [cells(h, late.get(h.handling)) for h in found.handlings]
    tracks = [track for track in by_track([found]).values() if track.due_yuan]
    if len(found.handlings) > 1:
        rows += [track_cells(track) for track in tracks] if len(tracks) > 1 else []
        whole = (found.due_yuan, found.deducted_yuan, found.received_yuan, found.owed_yuan)
        rows.append(("**合计**", "", *(f"**{look.number(value)}**" for value in whole), "", "", "", ""))
    look.markdown(look.grid(heads, "llrrrrllll", rows))


def cells(handling: Handling, owed) -> tuple[str, ...]:
    money = (handling.due_yuan, handling.deducted_yuan, handling.received_yuan, handling.owed_yuan)
    months = "、".join(f"{shared.dotted(month)} {look.number(value)}" for month, value in handling.withheld)
    due_on = day(handling.due_on) if handling.due_yuan else ":gray[—]"
    told = (due_on, day(handling.last_received_on), months or ":gray[—]", lateness(owed))
    name, track = shared.named("handling", handling.handling), TRACKS.get(handling.track, ":gray[无金额]")
    return name, track, *map(yuan, money), *told


def lateness(owed) -> str:
    """逾期 62 天, or within which it should come; a dash where nothing is owed."""
    if owed is None:
        return ":gray[—]"
    if owed.late_days:
        return f":orange-badge[逾期 {owed.late_days} 天]"
    return f":gray[还有 {owed.term_days - owed.days} 天到期]"


def track_cells(track) -> tuple[str, ...]:
    money = (track.due_yuan, track.deducted_yuan, track.received_yuan, track.owed_yuan)
    return f":gray[其中{track.name_zh}]", "", *map(yuan, money), "", "", "", ""
