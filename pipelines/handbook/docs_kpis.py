"""docs/dictionary.md: every KPI, the sums it is made of, and the dimensions it can be asked by."""

from pipelines.answers.gaps import UPLOAD_OF
from pipelines.answers.identities import identities
from pipelines.contracts import contracts
from pipelines.handbook.docs_markdown import code, note, page, table
from pipelines.registry import Kpi, Measure, kpis, measures, themes
from pipelines.wording import DIMENSIONS, DIRECTIONS, dimension_codes, formula

TARGETS = {"floor": "不低于 {}", "ceiling": "不高于 {}", "time": "全年 {}，按时间进度看"}
KINDS = {
    "sum": "期间合计",
    "stock": "期末存量",
    "ytd": "年初至期末累计",
    "year": "当年",
    "snapshot": "当前名册",
    "persons": "期间去重人数",
}
OWN_CODES = {
    "month": "年月，如 2026-01",
    "institution": "12 位机构编码",
    "county": "区县名录里的 6 位医保区划，如 330102",
    "town": "乡镇名称",
    "violation": "违规类型代码，如 A02",
}


def dictionary() -> str:
    found = kpis().values()
    by_theme = {theme: [kpi for kpi in found if kpi.theme == theme] for theme in themes()}
    return page(
        "# 指标字典",
        note("`pipelines/definitions/3_kpis/`"),
        f"共 {len(kpis())} 个指标，{len(themes())} 个主题。比率一律先分别求和再相除，最后四舍五入；"
        "期间可以是任意几个月，与上年同期相比。缺数据的指标写“未上传”，不写 0。",
        contents(by_theme),
        *(block for theme, members in by_theme.items() for block in theme_part(theme, members)),
        "## 指标所用的数",
        "公式里的每一个数怎样取得：从哪张上传表，取哪段时间，按什么条件求和。",
        measure_table(),
        "## 勾稽关系",
        "逐月核对下列各式两边；缺所需上传表或列的月份不核对。",
        identity_table(),
        "## 维度和代码",
        "命令行的 `--by 维度` 和 `--where 维度=代码` 用这里的写法；每个指标能按哪些维度分组，见各指标的“可分组”。",
        by_county(),
        dimension_table(),
    )


def contents(by_theme: dict[str, list[Kpi]]) -> str:
    rows = [
        (themes()[theme], len(members), "、".join(k.name_zh for k in members)) for theme, members in by_theme.items()
    ]
    return table(("主题", "个数", "指标"), rows)


def theme_part(theme: str, members: list[Kpi]) -> list[str]:
    return [f"## {themes()[theme]}", *(kpi_part(kpi) for kpi in members)]


def kpi_part(kpi: Kpi) -> str:
    head = [code(kpi.id), f"单位：{unit(kpi)}", DIRECTIONS[kpi.direction], target(kpi)]
    lines = {
        "公式": formula(kpi) + (" × 100%" if kpi.unit == "%" and not kpi.typed else ""),
        "口径": kpi.definition,
        "可分组": "、".join(DIMENSIONS[level] for level in kpi.levels) or "不分组",
        "又名": "、".join(kpi.aliases),
        "来源": kpi.source,
    }
    listed = "\n".join(f"- {name}：{text}" for name, text in lines.items() if text)
    return page(f"### {kpi.name_zh} · {kpi.name_en}", " · ".join(filter(None, head)), listed).rstrip()


def unit(kpi: Kpi) -> str:
    return kpi.unit if kpi.display_unit == kpi.unit else f"{kpi.unit}（显示为{kpi.display_unit}）"


def target(kpi: Kpi) -> str:
    if kpi.target is None:
        return ""
    return "目标：" + TARGETS[kpi.target_kind].format(f"{kpi.display(kpi.target)} {kpi.display_unit}")


def measure_table() -> str:
    used = {name for kpi in kpis().values() for name in kpi.measures}
    rows = [measure_row(measure) for measure in measures().values() if measure.id in used]
    return table(("名称", "编号", "单位", "上传表", "取数", "算法"), rows)


def measure_row(measure: Measure) -> tuple[str, ...]:
    when = KINDS[measure.kind] + ("（上年同期）" if measure.shift else "")
    how = measure.sql if measure.where == "true" else f"{measure.sql} where {measure.where}"
    upload = contracts()[UPLOAD_OF[measure.fact]].name_zh
    return measure.name_zh, code(measure.id), measure.unit, upload, when, code(how)


def identity_table() -> str:
    rows = [
        (identity.title, "、".join(contracts()[upload].name_zh for upload in identity.uploads), str(identity.tolerance))
        for identity in identities().values()
    ]
    return table(("应当相等的两边", "所需上传表", "允许相差"), rows)


def by_county() -> str:
    """Which KPIs have no county where several share the warehouse: all others have."""
    apart = "、".join(kpi.name_zh for kpi in kpis().values() if not kpi.of_counties)
    return (
        "区县只在几个区县合用的数据仓库（装有区县名录）里可用。结算、参保、征缴、年初结余按参保地，机构和处罚按机构所在地；"
        f"`--by county` 最后一行是全市自己的值，由全部行算出，不由各区县相加。只有全市一个数的指标：{apart}。"
    )


def dimension_table() -> str:
    rows = [(name, code(dim), OWN_CODES.get(dim) or codes_of(dim)) for dim, name in DIMENSIONS.items()]
    return table(("维度", "写法", "代码"), rows)


def codes_of(dim: str) -> str:
    return "，".join(f"`{key}` {zh}" for key, zh in dimension_codes(dim).items())
