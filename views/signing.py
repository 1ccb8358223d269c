"""封账: which months are closed, which sums don't agree and why, what was restated; whether documents are official."""

import streamlit as st

from pipelines import events, signing
from pipelines.contracts import contracts
from pipelines.signing import Breached, Month, Signing
from pipelines.wording import upload_name
from reports.register import Restatement, restatements, unreadable
from views import annotations, look, noting, shared, signing_acts, signing_words, upload_words
from views.place import warehouse

HISTORY = 30
ACTIONS = ("lock", "unlock", "explain")
RESTATED = {
    "数字": st.column_config.TextColumn(width=320),
    "原来印的": st.column_config.TextColumn(width=130, alignment="right"),
    "现在的": st.column_config.TextColumn(width=130, alignment="right"),
    "更正原因": st.column_config.TextColumn(width=300),
    "印在": st.column_config.TextColumn(width=250),
}


def page() -> None:
    found = signing.state(shared.county(), shared.period())
    with look.header("封账"):
        look.scope("各险种合在一起", shared.period().label, f"数据截至 {look.month_end(shared.county().last_month)}")
    noting.told()
    again = restated()
    look.answer(answer(found, again))
    months(found)
    breaches(found)
    corrections(again)
    remarks()
    history(found)


def restated() -> list[Restatement]:
    county = shared.county()
    return restated_of(county, county.key, noting.stamp(), documents_stamp(), shared.period())


@st.cache_data(max_entries=16, show_spinner="正在核对已出的正式文件…")
def restated_of(_county, build: str, stamp: tuple, documents: tuple, _period) -> list[Restatement]:
    return restatements(_county, _period)


def documents_stamp() -> tuple:
    """What changes when a document is registered, with the months asked for."""
    folder = warehouse() / "documents"
    told = folder.stat() if folder.exists() else None
    period = shared.period()
    return (told.st_mtime_ns if told else 0, period.first, period.last)


def answer(found: Signing, again: list) -> str:
    months = shared.period().label
    if found.official:
        explained = f"，{len(found.explained)} 处不符已署名说明" if found.explained else "，勾稽关系各月相符"
        said = f"{months}**可以出正式文件**：{len(found.months)} 个月都已封账{explained}"
    else:
        said = f"{months}**只能出草稿**：{lacking(found)}"
    return said + (f"；已出的正式文件里 **{len(again)} 个数字**后来更正过" if again else "") + "。"


def lacking(found: Signing) -> str:
    """6 个月没有封账，2 处勾稽不符没有说明."""
    unlocked = sum(month.locked is None for month in found.months)
    unexplained = sum(len(month.open) for month in found.months)
    told = [f"**{unlocked} 个月**没有封账"] if unlocked else []
    told += [f"**{unexplained} 处**勾稽不符没有说明"] if unexplained else []
    return "，".join(told) or "，".join(map(look.safe, found.why_draft))


# ---------------------------------------------------------------- months
def months(found: Signing) -> None:
    look.section("各月", "封账后要改动，须写明更正原因；正式文件要求期间内各月都封账，勾稽相符或已说明")
    heads = ("月份", "月度表", "勾稽关系", "正式文件", "封账")
    with st.container(key="wrapped-months"):
        look.markdown(look.grid(heads, "lllll", map(month_row, found.months)))
    signing_acts.bar(found)


def month_row(month: Month) -> tuple[str, ...]:
    return (
        upload_words.period_name(month.month),
        uploads_of(month),
        identities_of(month),
        ":blue-badge[可以出]" if month.official else ":gray[只能出草稿]",
        f"{look.safe(month.locked.by)}，{month.locked.at[:10]}：{look.safe(month.locked.why)}"
        if month.locked
        else ":gray[没有封账]",
    )


def uploads_of(month: Month) -> str:
    if not month.loaded:
        return ":orange-badge[没有数据]"
    return f":orange-badge[缺] {'、'.join(map(look.safe, month.missing))}" if month.missing else "齐全"


def identities_of(month: Month) -> str:
    """相符 12/12; or how many don't, and how many of these were explained."""
    total, broken = len(month.checked), len(month.breaches)
    if not broken:
        return f"相符 {total}/{total}" if total else "没有可核对的"
    state = f":orange-badge[{len(month.open)} 处没有说明]" if month.open else ":blue-badge[已说明]"
    return f"不符 {broken}/{total} {state}"


# ---------------------------------------------------------------- breaches
def breaches(found: Signing) -> None:
    by_identity: dict[str, list[Breached]] = {}
    for each in (breach for month in found.months for breach in month.breaches):
        by_identity.setdefault(each.identity.id, []).append(each)
    checked = {identity.id for month in found.months for identity in month.checked}
    look.section("勾稽不符", f"核对了 {len(checked)} 项关系；不符的查清原因，能改的改数据，不能改的署名说明")
    if not by_identity:
        look.caption("本期各月都相符，没有要说明的。" if checked else "本期没有可核对的勾稽关系。")
    for listed in by_identity.values():
        one(listed)


def one(listed: list[Breached]) -> None:
    """An identity with the months in which it does not hold, and the way to explain them."""
    identity = listed[0].identity
    with st.container(border=True, key=f"wrapped-breach-{identity.id}"):
        look.subheader(look.safe(identity.title))
        heads = ("月份", "左边", "右边", "差额", "说明")
        look.markdown(look.grid(heads, "lrrrl", map(breach_row, listed)))
        signing_acts.explaining(listed)


def breach_row(breach: Breached) -> tuple[str, ...]:
    sides = (number(each) for each in (breach.left, breach.right, breach.difference))
    return upload_words.period_name(breach.month), *sides, explained(breach)


def number(value) -> str:
    """Yuan with their fen, persons and cases whole."""
    return look.number(value, 0 if value == value.to_integral_value() else 2)


def explained(breach: Breached) -> str:
    if told := breach.explained:
        return f"{look.safe(told.why)}:gray[（{look.safe(told.by)}，{told.at[:10]}）]"
    lapsed = breach.lapsed
    return f":orange-badge[说明已失效] {look.safe(lapsed.why)}" if lapsed else ":orange-badge[没有说明]"


# ---------------------------------------------------------------- corrections, notes, history
def corrections(again: list[Restatement]) -> None:
    look.section("更正清单", "今年以来的正式文件里，印出后又变了的数字；下一期文件会印出这张清单")
    if lost := unreadable(warehouse()):
        look.warning(f"登记簿里有 {lost} 条记录读不出，它们印过的数字没有核对；请让管理员查看 documents 文件夹。")
    if not again:
        look.caption("没有：已出的正式文件里的数字，现在重算都一样。")
        return
    columns = {
        "数字": [each.changed.name for each in again],
        "原来印的": [each.changed.printed for each in again],
        "现在的": [each.changed.now for each in again],
        "更正原因": [each.why for each in again],
        "印在": [f"{each.kept.title}（{each.kept.at[:10]}）" for each in again],
    }
    look.dataframe(columns, RESTATED, 10, "更正清单")


def remarks() -> None:
    look.section("批注", "写在数字、机构、月份上，随文件印出；数字的批注在卡片的“口径”里写，机构的在它的页面上写")
    found = annotations.standing(shared.period())
    if found:
        rows = [(str(each.number), look.safe(signing_words.about(each)), annotations.line(each)) for each in found]
        with st.container(key="wrapped-notes"):
            look.markdown(look.grid(("号", "对象", "批注"), "rll", rows))
    signing_acts.notes(found)


def history(found: Signing) -> None:
    """What was locked, opened, explained and restated in these months, the latest first."""
    months = {month.month for month in found.months}
    told = [event for event in events(warehouse())[::-1] if concerns(event, months)]
    look.section("封账记录", "锁定、解锁、说明和更正；全部操作在“操作记录”")
    if not told:
        look.caption("这些月份还没有封账、说明或更正过。")
        return
    with st.container(key="wrapped-history"):
        look.markdown(look.grid(("时间", "操作人", "操作", "对象", "原因"), "lllll", map(event_row, told[:HISTORY])))


def concerns(event, months: set[str]) -> bool:
    if event.action == "explain":
        return event.subject.rpartition("@")[2] in months
    return bool(months & set(event.periods if event.action in ACTIONS else event.restated))


def event_row(event) -> tuple[str, ...]:
    told = (upload_words.moment(event.at), look.safe(event.by), event.action_zh)
    return *told, look.safe(object_of(event)), look.safe(event.why)


def object_of(event) -> str:
    if event.action == "explain":
        return signing_words.explained(event.subject)
    when = upload_words.periods_name(event.restated or event.periods)
    layout = "record" if event.table in contracts() else ""
    return f"{when} {upload_name(event.table, layout)}" if layout else when
