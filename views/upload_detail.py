"""One file of the dry run: its control totals, what it replaces, who is new, what was read and what was skipped."""

import streamlit as st

from pipelines.contracts import contracts, jump_share
from views import look, upload_files, upload_words

WIDE = "整个文件"
FIRST = 5  # institutions named on screen


def show(tried) -> None:
    replaces(tried)
    controls(tried)
    roster(tried)
    reading(tried)


def replaces(tried) -> None:
    """What loading takes the place of, in sentences; what must be looked at first stands out."""
    for period, other in tried.overlaps:
        when = upload_words.period_name(period)
        look.warning(f"{when}在“{look.safe(other)}”里也有；两个文件只能装一个。", icon=":material/content_copy:")
    if doubts := upload_files.doubts(tried):
        look.warning(f"要核对：{'；'.join(doubts)}。", icon=":material/rule:")
    if tried.replaces:
        name = upload_words.table_name(tried.staged.table)
        when = upload_words.periods_name({each.period for each in tried.replaces})
        counties = "、".join(dict.fromkeys(each.county for each in tried.replaces if each.county))
        name = f"{look.safe(counties)}的{name}" if counties else name
        now, new = (sum(getattr(r, key) for r in tried.replaces) for key in ("rows_now", "rows_new"))
        look.markdown(
            f"将替换**{when}**的{name}：现有 {now:,} 行，换成 {new:,} 行；其他月份{'和区县' if counties else ''}不变。"
        )


def controls(tried) -> None:
    """The totals of the file beside its own 合计, beside what stands, last month and the same month last year."""
    if not tried.controls:
        return
    with st.container(gap=None):
        look.subheader("控制总数")
        look.caption("与系统导出时的合计核对；变动大的标出来，核对后再装入")
    shown = [c for c in tried.controls if not c.period] or list(tried.controls)
    if len(tried.staged.periods) > 1:
        with st.expander(f"逐月对照（{len(tried.staged.periods)} 个期间）"):
            look.markdown(table(tried, [c for c in tried.controls if c.period]))
    look.markdown(table(tried, shown))


def table(tried, controls) -> str:
    """Columns without a single value are left out: the first month of a county has no last year."""
    heads = ("期间", "项目", "本文件", "文件自带合计", "现在装着的", "上月", "较上月", "上年同月", "较上年")
    if contracts()[tried.staged.table].grain == "year":
        heads = (*heads[:7], "上年", "较上年")
    limit = jump_share(contracts()[tried.staged.table]) if tried.staged.table else None
    rows = [cells(control, limit) for control in controls]
    kept = [at for at in range(len(heads)) if at < 3 or any(row[at] != "—" for row in rows)]
    aligns = "".join("l" if at < 2 else "r" for at in kept)
    return look.grid([heads[at] for at in kept], aligns, [[row[at] for at in kept] for row in rows])


def cells(control, limit) -> tuple[str, ...]:
    unit = f"（{control.unit}）" if control.unit else ""
    number = lambda value: look.number(value, 2 if control.unit == "元" else 0)  # noqa: E731
    stated = number(control.stated)
    if control.stated is not None:
        stated += " :gray[相等]" if control.stated == control.value else " :orange-badge[不等]"
    return (
        upload_words.period_name(control.period) if control.period else WIDE,
        look.safe(control.name_zh) + unit,
        f"**{number(control.value)}**",
        stated,
        number(control.standing),
        number(control.last_month),
        jump(control.month_change, limit),
        number(control.last_year),
        jump(control.year_change, limit),
    )


def jump(ratio, limit) -> str:
    """A change in percent; a large one is marked, and a word says so too."""
    words = upload_words.change(ratio)
    return f":orange-badge[{words} 变动大]" if ratio is not None and limit and abs(ratio) > limit else words


def roster(tried) -> None:
    found = tried.roster
    lines = [
        ("名册里没有的机构", [f"{code} {name}".strip() for code, name in found.new]),
        ("上月有、这次没有的机构", [f"{name or code}" for code, name in found.missing]),
        ("名称与名册不同的机构", [f"{old} → {new}" for _, old, new in found.renamed]),
    ]
    if not any(names for _, names in lines):
        return
    look.subheader("机构")
    for words, names in lines:
        if names:
            more = f"等 {len(names)} 家" if len(names) > FIRST else f"（{len(names)} 家）"
            look.markdown(f":orange-badge[{words}] {'、'.join(map(look.safe, names[:FIRST]))}{more}")
            if len(names) > FIRST:
                with st.expander("全部列出"):
                    look.markdown("、".join(map(look.safe, names)))


def reading(tried) -> None:
    """How the file was read: encoding, header, columns; what was skipped and what is never stored."""
    staged = tried.staged
    if not staged.table:
        return
    with st.expander(f"读到 {len(staged.headers)} 列，跳过 {staged.skipped} 行；看怎样读的"):
        look.markdown(facts(staged))
        columns, skipped = st.columns([1, 1], gap="medium")
        with columns:
            look.markdown(look.grid(("文件里的列", "读作"), "ll", column_rows(staged)))
        with skipped:
            if staged.left:
                rows = [(f"{left.line}", left.kind, look.safe(left.text) or ":gray[空]") for left in staged.left]
                look.markdown(look.grid(("行", "跳过的是", "开头"), "rll", rows))
                if staged.skipped > len(staged.left):
                    look.caption(f"只列出前 {len(staged.left)} 行。")
            else:
                look.caption("没有跳过任何行。")


def facts(staged) -> str:
    said = [f"编码 {staged.encoding}", f"表头在第 {staged.header_line} 行", f"SHA-256 {staged.sha256[:16]}…"]
    if staged.mapping:
        said.append("按手工对应的列名读")
    return f":gray[{' · '.join(map(look.safe, said))}]"


def column_rows(staged) -> list[tuple[str, str]]:
    known = contracts()[staged.table].columns
    rows = [(look.safe(own), look.safe(known[key].header)) for key, own in staged.headers.items() if key in known]
    rows += [(look.safe(own), ":orange-badge[个人信息，不保存]") for own in staged.dropped]
    return rows + [(look.safe(own), ":gray[不读]") for own in staged.ignored]
