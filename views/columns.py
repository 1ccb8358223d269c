"""The rows behind a figure as a reader sees them: Chinese heads, names for codes, the columns that matter first."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from pipelines import Told, contracts, wording
from pipelines.registry import COUNTY
from views import run

NAMES = {
    "relation": "与线索的关系",
    "setl_id": "结算编号",
    "case_no": "案件编号",
    "progress_no": "进展编号",
    "entry": "登记",
    "entered_on": "登记日期",
    "month": "月份",
    "year": "年度",
    "settled_on": "结算日期",
    "found_on": "发现日期",
    "received_on": "到账日期",
    "received_month": "到账月份",
    "settled_month": "抵扣月份",
    "decision_date": "决定日期",
    "admitted_on": "入院日期",
    "discharged_on": "出院日期",
    "days_since_discharge": "距上次出院（天）",
    "institution": "机构编码",
    "institution_name": "机构名称",
    "name": "机构名称",
    "subject_name": "对象名称",
    "type": "机构类型",
    "kind": "机构类别",
    "level": "机构级别",
    "nature": "机构性质",
    "pilot": "试点",
    "county": "区县",
    "place": "就医地",
    "town": "乡镇",
    "scheme": "险种",
    "insutype": "险种代码",
    "category": "人员类别",
    "residence": "城乡",
    "care": "就医类别",
    "med_type": "医疗类别",
    "source": "收入来源",
    "activity": "发现途径",
    "subject_type": "对象类型",
    "violation": "违规类型",
    "description": "违规事实",
    "handling": "处理方式",
    "status": "状态",
    "item": "预算项目",
    "person": "人员代号",
    "person_no": "人员代号",
    "disease_code": "病种代码",
    "disease": "病种",
    "disease_class": "疾病分类",
    "visits": "人次",
    "stays": "住院次数",
    "readmitted_15d": "15日内再住院",
    "readmitted_30d": "30日内再住院",
    "bed_days": "床日",
    "total_cost_yuan": "医疗总费用",
    "full_self_pay_yuan": "全自费",
    "over_limit_yuan": "超限价自费",
    "pre_self_pay_yuan": "先行自付",
    "in_policy_cost_yuan": "政策范围内费用",
    "deductible_yuan": "起付线",
    "pooled_fund_yuan": "统筹基金",
    "civil_servant_fund_yuan": "公务员补助",
    "enterprise_fund_yuan": "企业补充",
    "critical_illness_fund_yuan": "大病保险",
    "large_sum_fund_yuan": "大额补助",
    "medical_aid_fund_yuan": "医疗救助",
    "other_fund_yuan": "其他基金",
    "fund_paid_yuan": "基金支付",
    "priced_visits": "有床日标准的人次",
    "priced_cost_yuan": "有床日标准的费用",
    "priced_fund_yuan": "有床日标准的基金支付",
    "package_yuan": "床日包干费用",
    "account_paid_yuan": "个人账户",
    "cash_paid_yuan": "个人现金",
    "account_mutual_yuan": "账户共济",
    "hospital_borne_yuan": "医院负担",
    "drug_cost_yuan": "药品费",
    "exam_cost_yuan": "检查检验费",
    "material_cost_yuan": "材料费",
    "insured_persons": "参保人数",
    "should_enrol_persons": "应参保人数",
    "target_persons": "扩面任务",
    "assisted_persons": "资助参保人数",
    "due_year_yuan": "当年应筹",
    "plan_year_yuan": "征收计划",
    "collected_month_yuan": "本月到账",
    "collected_ytd_yuan": "累计已筹",
    "arrears_yuan": "欠费",
    "account_part_yuan": "划入个人账户",
    "pooled_yuan": "年初统筹结余",
    "account_yuan": "年初个账结余",
    "amount_yuan": "预算金额",
    "persons": "涉及人数",
    "records": "涉及份数",
    "base_amount_yuan": "违规金额",
    "deducted_yuan": "扣减违规费用",
    "deducted_done_yuan": "已扣减违规费用",
    "assessment_done_yuan": "已考核扣减",
    "case_damages_due_yuan": "全案应收违约金",
    "assessment_deducted_yuan": "考核扣减",
    "recover_due_yuan": "应追回",
    "recover_received_yuan": "已追回",
    "damages_multiple": "违约金倍数",
    "damages_due_yuan": "应收违约金",
    "damages_received_yuan": "实收违约金",
    "fine_due_yuan": "应收罚款",
    "fine_received_yuan": "实收罚款",
    "suspend_from": "中止起",
    "suspend_to": "中止止",
    "decision_no": "决定文号",
    "review_result": "复审结果",
    "entry_status": "登记时状态",
    "document_no": "文书号",
    "note": "办理情况",
    "setl_ids": "涉及结算编号",
    "review_amount_yuan": "复审调整金额",
    "transferred_to": "移送部门",
    "universe": "应查量",
    "checked": "抽查量",
    "problem": "问题数",
    "institutions_checked": "检查机构数",
    "institutions_violating": "违规机构数",
    "inspectors": "检查人数",
    "in_post": "在岗人数",
    "payment_mode": "支付方式",
    "agreement_no": "协议编号",
    "agreement_from": "协议起",
    "agreement_to": "协议止",
    "agreement_status": "协议状态",
    "beds": "床位数",
}
ALONE: Mapping[str, str] = MappingProxyType({})  # the names of counties where one has the warehouse for itself
UNSEEN = {"row_id", "insutype", "adjusted"}
MONTHS = {"month", "received_month", "settled_month"}
CODED = {
    "kind",
    "level",
    "nature",
    "pilot",
    "place",
    "scheme",
    "category",
    "residence",
    "care",
    "med_type",
    "activity",
    "disease_class",
}
CODED |= {
    "subject_type",
    "review_result",
    "payment_mode",
    "agreement_status",
    "source",
    "status",
    "item",
    "entry_status",
}
ENTRIES = {"case": "立案", "progress": "进展"}
TYPES = {"medical": "医疗机构", "pharmacy": "药店"}


def shown(columns, rows, sql: str = "", counties: Mapping[str, str] = ALONE) -> tuple[list[str], list[tuple]]:
    """(heads, rows) for the screen and the file: columns without any value are left out, codes get their names.

    sql: the expression that was summed; what it names comes right after the row's own number or month. counties: the
    names of those that share the warehouse, by code.
    """
    keys = [(place, key) for place, key in enumerate(columns) if key not in UNSEEN and filled(rows, place)]
    summed = [pair for pair in keys[1:] if re.search(rf"\b{pair[1]}\b", sql)]
    keys = keys[:1] + summed + [pair for pair in keys[1:] if pair not in summed]
    heads = [head(key) for _, key in keys]
    return heads, [tuple(cell(key, row[place], counties) for place, key in keys) for row in rows]


def whole(columns, rows, counties: Mapping[str, str] = ALONE) -> tuple[list[str], list[tuple]]:
    """(heads, rows) with every column, filled or not: the portions of one file must have the same heads."""
    keys = [(place, key) for place, key in enumerate(columns) if key not in UNSEEN]
    told = {place: cached(key, counties) for place, key in keys}
    return [head(key) for _, key in keys], [tuple(told[place](row[place]) for place, _ in keys) for row in rows]


def told(columns, counties: Mapping[str, str] = ALONE) -> dict[str, Told]:
    """How each column stands in a file that the engine writes: as whole() has it."""
    return {
        key: Told(head(key), names_of(key, counties), several=key == "handling", days="%Y-%m" if key in MONTHS else "")
        for key in columns
        if key not in UNSEEN
    }


def names_of(key: str, counties: Mapping[str, str]) -> Mapping[str, str]:
    """Code -> name, of a column that holds codes."""
    if key == COUNTY:
        return counties
    if key in CODED or key == "handling":
        return wording.dimension_codes(key)
    return TYPES | ENTRIES if key in ("type", "entry") else {}


def cached(key: str, counties: Mapping[str, str]):
    """cell() for one column of very many rows: a code is worded once; amounts and days stay numbers and days."""
    if key.endswith("_yuan") or key in ("setl_id", "visits", "bed_days"):
        return lambda value: value
    return lru_cache(maxsize=4096)(
        lambda value: value if isinstance(value, date) and key not in MONTHS else cell(key, value, counties)
    )


def filled(rows, place: int) -> bool:
    return any(row[place] is not None for row in rows)


def head(key: str) -> str:
    """The Chinese head; money says its unit."""
    name = NAMES.get(key, key)
    return f"{name}（元）" if key.endswith("_yuan") else name


def cell(key: str, value, counties: Mapping[str, str] = ALONE):
    if value is None:
        return None
    if key == COUNTY:
        return counties.get(value, value)
    if key in MONTHS:
        return f"{value:%Y-%m}"
    if isinstance(value, date):
        return value.isoformat()
    if key in CODED:
        return contracts.zh(wording.LISTS.get(key, key), value)
    if key == "handling":
        return "、".join(contracts.zh(key, code) for code in value.split(";"))
    if key in ("type", "entry"):
        return (TYPES | ENTRIES).get(value, value)
    return str(value) if key in ("person", "person_no") else value


def widths(heads, rows, module) -> dict:
    """column_config: money with two decimals, counts without, both right-aligned. module: streamlit."""
    config = {}
    for place, name in enumerate(heads):
        sample = next((row[place] for row in rows if row[place] is not None), None)
        if isinstance(sample, Decimal):
            config[name] = module.column_config.NumberColumn(format="%,.2f")
        elif isinstance(sample, int):
            config[name] = module.column_config.NumberColumn(format="%,d")
    return config


def described(where: dict) -> list[str]:
    """乡镇：枫渚镇 for every filter."""
    return [f"{wording.DIMENSIONS[dim]}：{run.named(dim, code)}" for dim, code in where.items()]
