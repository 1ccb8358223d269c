"""What a rule needs and does not have: said, so that no clue is never taken for nothing to see."""

from pipelines.answers.county import County, Covered
from pipelines.answers.gaps import said
from pipelines.clues.rules import LAST_YEAR, Rule, rules
from pipelines.contracts import contracts


def gaps(county: County, year: str) -> dict[str, str]:
    """Rule -> why it can't run over the year, or over which months it can't; rules that can see all are not in it."""
    found = {id: "；".join(gaps_of(county, rule, year)) for id, rule in rules().items()}
    return {id: text for id, text in found.items() if text}


def runs(county: County, rule: Rule, year: str) -> bool:
    """Whether a rule has what it needs for any month of the year."""
    months = loaded(county, year)
    columns = settlement_columns(rule)
    usable = [c for c in months.values() if c.layout == "record" and columns <= c.columns]
    return bool(usable) and not other_gaps(county, rule, year)


def gaps_of(county: County, rule: Rule, year: str) -> list[str]:
    """Each thing that a rule lacks in the year, as a Chinese sentence without its full stop."""
    months = loaded(county, year)
    if not months:
        return [f"未上传：结算明细 {year}年"]
    grouped = [m for m, c in months.items() if c.layout != "record"]
    told = [f"{said(grouped).strip()}是汇总数据，没有人员编号，不能逐笔筛查"] if grouped else []
    for column in sorted(settlement_columns(rule)):
        lacking = [m for m, c in months.items() if c.layout == "record" and column not in c.columns]
        if lacking:
            header = contracts()["settlements"].columns[column].header
            told.append(f"未上传：结算明细的“{header}”列{said(lacking)}")
    return told + other_gaps(county, rule, year)


def other_gaps(county: County, rule: Rule, year: str) -> list[str]:
    """What a rule lacks beside this year's settlements."""
    told = []
    for need in rule.needs:
        upload, _, column = need.partition(".")
        if need == LAST_YEAR:
            before = loaded(county, str(int(year) - 1)).values()
            told += (
                []
                if any(c.layout == "record" for c in before)
                else [f"未上传：结算明细 {int(year) - 1}年，无从与上年相比"]
            )
        elif upload != "settlements":
            told += lacking(county, upload, column)
    return told


def lacking(county: County, upload: str, column: str) -> list[str]:
    covered = [c for (table, _), c in county.coverage.items() if table == upload]
    if not covered:
        return [f"未上传：{contracts()[upload].name_zh}"]
    if column and not any(column in c.columns for c in covered):
        return [f"未上传：{contracts()[upload].name_zh}的“{contracts()[upload].columns[column].header}”列"]
    return []


def loaded(county: County, year: str) -> dict[str, Covered]:
    """Month -> what was loaded of the year's settlements."""
    return {p: c for (table, p), c in county.coverage.items() if table == "settlements" and p[:4] == year}


def settlement_columns(rule: Rule) -> set[str]:
    return {need.partition(".")[2] for need in rule.needs if need.startswith("settlements.")}
