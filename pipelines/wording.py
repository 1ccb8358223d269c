"""The Chinese words for what definitions say in English: dimensions and codes, directions, formulas, uploads."""

import re

from pipelines.contracts import Column, code_lists, contracts
from pipelines.registry import Kpi, measures

DIMENSIONS = {
    "month": "月份",
    "county": "区县",
    "scheme": "险种",
    "care": "就医类别",
    "med_type": "医疗类别",
    "place": "就医地",
    "institution": "机构",
    "level": "机构级别",
    "kind": "机构类别",
    "type": "机构类型",
    "pilot": "试点",
    "payment_mode": "支付方式",
    "agreement_status": "协议状态",
    "town": "乡镇",
    "category": "人员类别",
    "residence": "城乡",
    "source": "收入来源",
    "activity": "发现途径",
    "subject_type": "对象",
    "violation": "违规类型",
    "disease_class": "疾病分类",
    "item": "预算项目",
}
# the code list of a dimension, where it is named otherwise
LISTS = {"source": "income_source", "item": "budget_item", "status": "case_status", "entry_status": "case_status"}
DIRECTIONS = {"up": "越高越好", "down": "越低越好", "neutral": "不判好坏"}
BUILT_IN = {"months": "月数", "ytd_months": "年初以来月数"}
TYPES = {
    "text": "文本",
    "code": "代码",
    "codes": "代码，可多项",
    "institution": "机构编码",
    "county": "医保区划",
    "person": "人员编号",
    "money": "金额",
    "count": "整数",
    "decimal": "数字",
    "multiple": "倍数",
    "date": "日期",
    "month": "年月",
    "year": "年份",
    "flag": "是否",
    "indicator": "指标",
}
GRAINS = {
    "month": "按月：再次装入同一个月，该月以后装入的为准，其他月份不变。",
    "year": "按年：再次装入同一年，该年以后装入的为准，其他年份不变。",
    "none": "整表：再次装入时整表以后装入的为准。",
}
SEVERITIES = {
    "structural": "拒收整个文件",
    "logical": "报出该行：改正，或者不要它、装入其余的行",
    "analytical": "只提醒，照常装入",
}
LAYOUTS = {"record": "明细版式", "aggregate": "按月汇总版式"}
NAME = re.compile(r"[a-z_][a-z0-9_]*")


def upload_name(table: str, layout: str) -> str:
    """What staff call an upload: 结算明细, 结算明细（按月汇总版式）."""
    return contracts()[table].name_zh + ("" if layout == "record" else f"（{LAYOUTS[layout]}）")


def dimension_codes(dim: str) -> dict[str, str]:
    """code -> Chinese name of a dimension's codes; empty where the codes are names or numbers of the county's own."""
    if dim == "type":
        return {code.maps["type"]: code.zh for code in code_lists()["fixmedins_type"].values()}
    return {code.code: code.zh for code in code_lists().get(LISTS.get(dim, dim), {}).values()}


def hand_written(lost: tuple[str, ...]) -> str:
    """What a file does to rows that were written by hand. lost: the keys of those it does not have."""
    if not lost:
        return "有手工录入或改过的行，装入后以本文件为准"
    named = "、".join(lost[:3]) + (f" 等 {len(lost)} 行" if len(lost) > 3 else "")
    return f"有手工录入的行，本文件里没有 {named}，装入后不再计入"


def measure_name(name: str) -> str:
    """The Chinese name of a measure or of a formula's built-in name."""
    return BUILT_IN.get(name) or measures()[name].name_zh


def expression(text: str) -> str:
    """A formula's text with the measures' Chinese names, × ÷ and a true minus."""
    said = NAME.sub(lambda found: measure_name(found[0]), text)
    return said.replace("*", "×").replace("/", "÷").replace(" - ", " − ")


def formula(kpi: Kpi) -> str:
    """The whole formula of a KPI in one line: 参保人数 ÷ 应参保人数."""
    if kpi.typed:
        return "手工填报"
    above = expression(kpi.numerator)
    return f"{bracketed(above)} ÷ {bracketed(expression(kpi.denominator))}" if kpi.denominator else above


def bracketed(text: str) -> str:
    return f"（{text}）" if " " in text else text


def meaning(column: Column) -> str:
    """What an upload's column holds, and what stands for a cell or a column that is left out."""
    told = [column.meaning]
    if column.blank not in (None, "null"):
        told.append(f"空白按 {column.blank} 计")
    if column.stands_in:
        told.append(f"没有这一列时读“{column.stands_in}”列")
    if column.free:
        told.append("不得含个人信息")
    return "；".join(told)
