"""docs/uploads.md and docs/templates: what each upload may look like, and a file to start from."""

from pipelines.contracts import Code, Column, Contract, Layout, Rule, code_lists, common, contracts
from pipelines.handbook.docs_markdown import code, note, page, table
from pipelines.handbook.templates import COLUMN_HEADS, file_name
from pipelines.uploads import values
from pipelines.wording import GRAINS, LAYOUTS, SEVERITIES, TYPES, meaning


def uploads() -> str:
    return page(
        "# 上传表",
        note("`pipelines/definitions/1_uploads/` 和 `pipelines/definitions/codes.toml`"),
        "每张表存成一个或几个文件（CSV、xlsx、xls，或它们的 zip），列的顺序不限。"
        "表头写“列名”“标准代码”或“也可写作”中的任何一种；"
        "模板在 [templates](templates/) 文件夹：xlsx 的第一张工作表填数，后面的逐列说明、列出代码；csv 带一行示例。",
        overview(),
        *general(),
        *(block for contract in contracts().values() for block in contract_part(contract)),
        "## 代码表",
        "单元格里写代码、名称或其他写法都可以。县里另有写法的，加到 `pipelines/definitions/codes.toml`。",
        *(list_part(name, header) for name, header in lists_used().items()),
    )


def overview() -> str:
    rows = [
        (
            f"[{c.name_zh}](#{anchor(c)})",
            code(c.table),
            c.what,
            "、".join(f"[{n}.{k}](templates/{n}.{k})" for n in files(c) for k in ("xlsx", "csv")),
        )
        for c in contracts().values()
    ]
    return table(("表", "标识", "内容", "模板"), rows)


def anchor(contract: Contract) -> str:
    return f"{contract.name_zh}-{contract.table}"


def general() -> list[str]:
    """What holds for every upload: encodings, formats, what is refused, dropped and read over."""
    told = common()
    formats = [(TYPES[kind], text.removeprefix("应为").strip()) for kind, text in values.WANTED.items()]
    lines = [
        f"文件：CSV 或 txt、xlsx、xls，或装有它们的 zip；每个不超过 {told.largest_file_mb} MB。"
        "是什么文件看内容，不看文件名。",
        "工作簿：每张可见的工作表是一张表，行号与 Excel 一致；隐藏的、不是上传表的工作表跳过并说明。",
        "工作簿里的公式错误、16 位以上的数字、以万或千显示的数字、跨数据行合并的单元格会报出，不会读成别的数。",
        "CSV 的编码：UTF-8（带不带 BOM 都可以）、UTF-16、GB18030/GBK；分隔符：逗号、制表符、分号或竖线。",
        "金额的表头可注明单位，如“总费用(万元)”，装入时换算成元；百分数的表头可注明(%)或(小数)。",
        "千分位逗号、全角数字、￥ 都能读；读不懂的单元格逐个报出，不会悄悄改成空白或 0。",
        f"个人信息列不保存，装入时去掉并在回执里写明：{'、'.join(told.dropped_headers)}。",
        f"文字列里不得含{told.forbidden_text_meaning}，含有的逐行报出。",
        f"第一格为 {'、'.join(told.total_words)} 的行是合计行：不计入，其中合计、总计与各行之和核对。",
        f"第一格以 {'、'.join(told.note_words)} 开头的行，和“第 3 页”一类的行，是表下说明，不计入。",
        "表头上方的标题行、空行、每页重复的表头、没有内容的空列都不计入；跳过的每一行在试读里列出。表头可以占两行。",
        "没有列名却有内容的列不读入，并给出提醒。",
        "结构问题（缺列、列数不符、引号不配对、合计对不上）拒收整个文件；只有个别行有问题的，可以选择装入其余各行。",
        "被 Excel 改成科学计数的编号（如 5.11E+17）逐行报出：原来的号码已经丢失。",
        "不认识的列名可以手工对应到模板的列，或选择不读入；同一来源的文件下次自动照此读入。",
        f"全国平台导出中用不到的列可以留着，不读：{'、'.join(told.ignored_headers)}。",
        "其他不认识的列会报出，不会悄悄略过。",
    ]
    return ["## 通用规则", "\n".join(f"- {line}" for line in lines), table(("类型", "写法"), formats)]


def contract_part(contract: Contract) -> list[str]:
    parts = [f"## {contract.name_zh} {contract.table}", contract.what, GRAINS[contract.grain]]
    for layout in contract.layouts:
        parts += layout_part(contract, layout)
    if contract.rules:
        parts.append(table(("规则", "列", "要求", "不合时"), [rule_row(contract, rule) for rule in contract.rules]))
    return parts


def layout_part(contract: Contract, layout: Layout) -> list[str]:
    unique = "、".join(layout.columns[key].header for key in layout.unique)
    title = f"### {contract.name_zh}：{LAYOUTS[layout.name]}" if len(contract.layouts) > 1 else ""
    rows = [column_row(column) for column in layout.columns.values()]
    return [title, table(COLUMN_HEADS, rows), f"每行唯一：{unique}。"]


def column_row(column: Column) -> tuple[str, ...]:
    kind = f"[{TYPES[column.type]}](#{column.list})" if column.list else TYPES[column.type]
    required = "必填" if column.required else ""
    return column.header, code(column.key), "、".join(column.aliases), kind, required, meaning(column), column.example


def rule_row(contract: Contract, rule: Rule) -> tuple[str, ...]:
    where = f"（{LAYOUTS[rule.layout]}）" if rule.layout else ""
    return code(rule.id), contract.columns[rule.column].header, rule.wanted + where, SEVERITIES[rule.severity]


def lists_used() -> dict[str, str]:
    """Code list -> the header of the first column that uses it."""
    every = [column for contract in contracts().values() for column in contract.columns.values() if column.list]
    return {column.list: column.header for column in reversed(every)}


def list_part(name: str, header: str) -> str:
    rows = [code_row(entry) for entry in code_lists()[name].values()]
    return page(f'<a id="{name}"></a>', f"### {header} {name}", table(("代码", "名称", "其他写法"), rows)).rstrip()


def code_row(entry: Code) -> tuple[str, ...]:
    return code(entry.code), entry.zh, "、".join(entry.aliases)


def files(contract: Contract) -> list[str]:
    """What the templates of an upload are called, without their kind."""
    return [file_name(contract, layout) for layout in contract.layouts]
