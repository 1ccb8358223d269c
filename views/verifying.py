"""文件验真: is a file that somebody holds one of ours, unchanged, and do its figures still stand?"""

import streamlit as st

from pipelines import WarehouseError
from reports.register import Kept, Verdict, contents, verdict
from views import inbox, look, shared, upload_words

NEXT = {
    "current": "可以照用。",
    "restated": "文件没有改动过，但引用时请用更正后的数字，或重新出一份。",
    "altered": "文件里的登记号是本系统的，内容却不是出具时的内容：可能被编辑、另存或截断过。请向出具单位要原件。",
    "not_ours": "登记簿里没有这份文件，文件里也没有本系统的登记号。打印件、扫描件和另存的文件不能验真，请用原始文件。",
}


def page() -> None:
    with look.header("文件验真"):
        look.scope("本系统出具的 PDF、Word、Excel、文本；文件只在本机核对，核对后不保留")
    file = st.file_uploader("拖入或选择要验真的文件", key="verifying", label_visibility="collapsed")
    if file is None:
        look.answer("拖入一份文件，看它是不是本系统出具的、有没有被改动、其中的数字现在还对不对。")
        return
    found = verified(file)
    if found is None:
        return
    look.answer(f"“{look.safe(file.name)}”：**{found.told}**。{advice(found)}")
    if found.kept:
        described(found)
    corrections(found)


def advice(found: Verdict) -> str:
    if found.id:
        return (
            f"文件里的登记号是 {found.id}，本机的登记簿里没有：可能由另一台电脑或另一个数据仓库出具，请向出具单位核实。"
        )
    if found.kind == "current" and found.partly:
        return "引用表格里的其他数之前，请重新出一份对照。"
    return NEXT[found.kind]


def verified(file) -> Verdict | None:
    """The verdict on what was dropped, worked out once; None, and the reason on screen, where there is none."""
    county = shared.county()
    kept, known = st.session_state.get("verified", (None, None))
    if kept == (file.file_id, county.build_id):
        return known
    path, why = inbox.received(file.name, file.getvalue)
    try:
        if path is None:
            raise WarehouseError(why)
        found = verdict(county, contents(path))
    except WarehouseError as problem:
        st.error(look.safe(str(problem)), icon=":material/error:")
        return None
    st.session_state["verified"] = ((file.file_id, county.build_id), found)
    if token := inbox.token_of(path):
        inbox.remove(token)
    return found


def described(found: Verdict) -> None:
    """What the register says of the file, or of the one that it says it is."""
    look.section("登记簿", "原件的登记" if found.kind == "altered" else "出具时的登记")
    kept = found.kept
    with st.container(key="wrapped-kept"):
        look.details(("项", "内容"), [(name, look.safe(text)) for name, text in rows(kept)])
    if found.kind == "current" and found.partly:
        look.caption("登记的数字逐个重算过；表格里其余的数按出具时的构建印出，之后装过新的数据，没有逐个重算。")


def rows(kept: Kept) -> list[tuple[str, str]]:
    state = kept.state + (f"（{'；'.join(kept.why_draft)}）" if kept.why_draft else "")
    told = [
        ("文件", f"{kept.title}（{kept.kind_zh}，{kept.suffix}）"),
        ("期间和范围", f"{kept.period.label}，{kept.scope}"),
        ("性质", state),
        ("出具", f"{kept.by}，{upload_words.moment(kept.at)}，{kept.unit}"),
        ("数据截至", kept.as_of),
        ("登记的数字", f"{len(kept.figures):,} 个"),
        ("表", f"{len(kept.tables)} 张，共 {sum(count for _, count, _ in kept.tables):,} 行"),
        ("构建", kept.build_id),
        ("登记号", kept.id),
        ("SHA-256", kept.sha256),
    ]
    return [(name, text) for name, text in told if text]


def corrections(found: Verdict) -> None:
    if not found.changed:
        return
    look.section("更正过的数字", f"{len(found.changed)} 个，共 {len(found.kept.figures):,} 个")
    columns = {
        "数字": [each.name for each in found.changed],
        "文件上印的": [each.printed for each in found.changed],
        "现在的": [each.now for each in found.changed],
    }
    config = {
        "数字": st.column_config.TextColumn(width=420),
        "文件上印的": st.column_config.TextColumn(width=160, alignment="right"),
        "现在的": st.column_config.TextColumn(width=160, alignment="right"),
    }
    look.dataframe(columns, config, 14, "更正过的数字")
