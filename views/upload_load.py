"""装入: which files, what their loading replaces, who loads them; then the receipts."""

import streamlit as st

from pipelines.store.receipts import receipt_text
from views import look, shared, upload_desk, upload_files, upload_words, who
from views.jobs import refused
from views.place import warehouse
from views.upload_desk import Desk

STATUS = {"loaded": ("已装入", "blue"), "unchanged": ("没有变化", "gray"), "refused": ("没有装入", "red")}


def choices(trial) -> frozenset:
    """The ticks: ready files are ticked, a file whose faulty rows would stay out is not until somebody says so."""
    fits = [(order, tried) for order, tried in enumerate(trial.files) if tried.loadable]
    ready = {tried.name for _, tried in fits if tried.state == "ready"}
    ticked = []
    for order, tried in fits:
        alone = not any(other in ready for _, other in tried.overlaps)
        key = f"take-{trial.folder.name}-{order}"
        if st.checkbox(label(tried), value=tried.state == "ready" and alone, key=key):
            ticked.append(tried.name)
    return frozenset(ticked)


def label(tried) -> str:
    staged = tried.staged
    what = f"{upload_words.periods_name(staged.periods)}的{upload_words.table_name(staged.table)}"
    if tried.partial:
        return f"{look.safe(tried.name)}：装入 {staged.good:,} 行（{what}），**不装有问题的 {staged.faulty:,} 行**"
    return f"{look.safe(tried.name)}：{what}，{staged.good:,} 行"


def show(desk: Desk, chosen: frozenset) -> None:
    """What must be confirmed, who loads, and the button that says what it does."""
    look.section("装入", "要么全部成功，要么什么也不改变；装入后可在数据日历里撤销")
    picked = [tried for tried in desk.trial.files if tried.name in chosen]
    sure = confirmed(desk, picked)
    needed, restating = reason(desk, picked)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        by = who.signs("装入人", key="loaded_by", width=220)
        ready = bool(picked and sure and by.strip() and (restating or not needed))
        if st.button(button(picked), type="primary", disabled=not ready, icon=":material/save:"):
            st.session_state["by"] = by.strip()
            desk.load(chosen, by.strip(), restating)
            st.rerun()
        give_up(desk)


def nothing_fits(desk: Desk) -> None:
    """None of the files can be loaded: mend them, or leave."""
    look.section("装入", "这些文件现在都不能装入；改好后再拖进来，或者放弃")
    give_up(desk)


def give_up(desk: Desk) -> None:
    if st.button("放弃这次试读", icon=":material/delete:"):
        desk.clear()
        upload_desk.leave()
        st.rerun()


def confirmed(desk: Desk, picked: list) -> bool:
    """Whether everything doubtful among the chosen files was ticked as looked at; True if there is nothing."""
    doubtful = [tried for tried in picked if upload_files.doubts(tried)]
    if not doubtful:
        return True
    for tried in doubtful:
        st.markdown(f":orange-badge[要核对] {look.safe(tried.name)}：{'；'.join(upload_files.doubts(tried))}。")
    names = "-".join(tried.name for tried in doubtful)  # another choice must be looked at anew
    return st.checkbox("已核对，数据无误", key=f"sure-{desk.trial.folder.name}-{names}")


def reason(desk: Desk, picked: list) -> tuple[bool, str]:
    """(whether a locked month would be changed, why that is to be): asked for only where it is."""
    months = {month for tried in picked for month in tried.locked}
    if not months:
        return False, ""
    st.markdown(
        f":orange-badge[更正] 会改动已锁定的 **{upload_words.periods_name(months)}**；"
        "已出的正式文件里变了的数字会列进更正清单，印在下一期。"
    )
    typed = st.text_input(
        "更正原因（必填，记入操作记录）",
        key=f"restating-{desk.trial.folder.name}",
        placeholder="如：五月漏报县外结算 12 笔",
        max_chars=200,
    )
    return True, typed.strip()


def button(picked: list) -> str:
    """装入 3 个文件，替换 2026年6月的结算明细."""
    if not picked:
        return "还没有选要装入的文件"
    replaced: dict[str, list[str]] = {}
    for tried in picked:
        periods = [each.period for each in tried.replaces]
        if periods:
            replaced.setdefault(upload_words.table_name(tried.staged.table), []).extend(periods)
    said = [f"{upload_words.periods_name(set(periods))}的{name}" for name, periods in replaced.items()]
    said = [*said[:2], f"等 {len(said)} 张表"] if len(said) > 3 else said
    return f"装入 {len(picked)} 个文件" + (f"，替换 {'、'.join(said)}" if said else "")


def loading(desk: Desk) -> None:
    """The bar while files are loaded, then what became of them."""
    if not desk.told:
        look.answer("正在装入。可以离开本页，装入会继续；要么全部成功，要么什么也不改变。")
        desk.loading.watch()
        desk.told = True
        st.rerun()  # with the figures of the new build: this run may have begun with the old one
    if desk.loading.problem:
        look.answer("没有装入，什么也没有改变。")
        refused(desk.loading)
        if st.button("重新试读", icon=":material/refresh:"):
            desk.try_again()
            st.rerun()
        return
    receipts_of(desk.loading.result)


def receipts_of(found: list) -> None:
    look.answer(done(found))
    look.section("回执", "下载或打印留存；以后在数据日历里也能再取")
    rows = [receipt_row(receipt) for receipt in found]
    st.markdown(look.grid(("文件", "结果", "回执编号"), "llr", rows))
    texts = [(r.number, receipt_text(warehouse(), r.number)) for r in found if r.number is not None]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        shared.page_link("overview", label="看总览", icon=":material/arrow_forward:", icon_position="right")
        shared.page_link("calendar", label="看数据日历", icon=":material/calendar_month:")
        if texts:
            name = "装入回执.txt" if len(texts) > 1 else f"装入回执 {texts[0][0]}.txt"
            look.downloads({"下载回执": (name, printable(*(text for _, text in texts)))})
        if st.button("再传一批文件", icon=":material/upload:"):
            upload_desk.leave()
            st.rerun()
    for number, text in texts:
        with st.expander(f"{number} 号回执", expanded=len(texts) == 1):
            st.code(text, language=None)


def printable(*texts: str) -> bytes:
    """Receipts as one file that the editor of an office PC reads: with a mark, so that it sees Chinese."""
    return ("\ufeff" + "\n\n\n".join(texts)).replace("\n", "\r\n").encode()


def done(found: list) -> str:
    """What became of the files, in one sentence."""
    loaded = [receipt.batch for receipt in found if receipt.status == "loaded"]
    if not loaded:
        return "这些文件都已经装入过，什么也没有改变。"
    what = [f"{upload_words.periods_name(b.periods)}的{upload_words.table_name(b.table)}" for b in loaded]
    named = "、".join(dict.fromkeys(what[:3])) + (f"等 {len(what)} 项" if len(what) > 3 else "")
    return f"**已装入 {len(loaded)} 个文件**：{named}；其他月份没有变。"


def receipt_row(receipt) -> tuple[str, str, str]:
    words, colour = STATUS[receipt.status]
    number = "—" if receipt.number is None else str(receipt.number)
    same = "：同样的文件已经在数据仓库里，什么也没有改变" if receipt.status == "unchanged" else ""
    return look.safe(receipt.file), f":{colour}-badge[{words}]{same}", number
