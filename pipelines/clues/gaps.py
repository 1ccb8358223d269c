"""What a rule needs and does not have: said, so that no clue is never taken for nothing to see."""

from collections.abc import Iterable

from pipelines.answers.county import County
from pipelines.answers.covered import CLEARED, Covered
from pipelines.answers.gaps import cleared_words, not_uploaded, said
from pipelines.clues.rules import LAST_YEAR, Rule, rules
from pipelines.contracts import contracts
from pipelines.periods import shifted


def gaps(county: County, year: str) -> dict[str, str]:
    """Rule -> why it can't run over the year, or over which months it can't; rules that can see all are not in it."""
    found = {id: "；".join(gaps_of(county, rule, year)) for id, rule in rules().items()}
    return {id: text for id, text in found.items() if text}


def runs(county: County, rule: Rule, year: str) -> bool:
    """Whether a rule has what it needs for any month of the year."""
    months = loaded(county, year)
    columns = settlement_columns(rule)
    usable = [c for c in months.values() if c.layout == "record" and columns <= c.columns]
    comparable = LAST_YEAR not in rule.needs or any(has_records(county, m) for m in before(months))
    return bool(usable) and comparable and not other_uploads(county, rule)


def gaps_of(county: County, rule: Rule, year: str) -> list[str]:
    """Each thing that a rule lacks in the year, as a Chinese sentence without its full stop."""
    months = loaded(county, year)
    if not months:
        return [f"未上传：结算明细 {year}年"]
    cleared = [m for m, c in months.items() if c.layout == CLEARED]
    grouped = [m for m, c in months.items() if c.layout not in ("record", CLEARED)]
    absent = not_uploaded(county, "settlements", list(months))
    told = [absent] if absent else []
    told += [f"{said(grouped).strip()}是汇总数据，没有人员编号，不能逐笔筛查"] if grouped else []
    told += [f"{cleared_words(cleared)}，不能逐笔筛查"] if cleared else []
    for column in sorted(settlement_columns(rule)):
        lacking = [m for m, c in months.items() if c.layout == "record" and column not in c.columns]
        if lacking:
            header = contracts()["settlements"].columns[column].header
            told.append(f"未上传：结算明细的“{header}”列{said(lacking)}")
    return told + other_gaps(county, rule, year)


def other_gaps(county: County, rule: Rule, year: str) -> list[str]:
    """What a rule lacks beside this year's settlements."""
    months = before(loaded(county, year)) if LAST_YEAR in rule.needs else []
    absent = [month for month in months if not has_records(county, month)]
    told = [f"未上传：结算明细{said(absent)}，与之对应的月份无从与上年相比"] if absent else []
    return told + other_uploads(county, rule)


def other_uploads(county: County, rule: Rule) -> list[str]:
    """The other uploads that a rule lacks, or their columns."""
    pairs = [need.partition(".")[::2] for need in rule.needs if need != LAST_YEAR]
    return [text for upload, column in pairs if upload != "settlements" for text in lacking(county, upload, column)]


def before(months: Iterable[str]) -> list[str]:
    """The months of the year before that these are set against."""
    return [shifted(month, -12) for month in sorted(months)]


def has_records(county: County, month: str) -> bool:
    covered = county.coverage.get(("settlements", month))
    return covered is not None and covered.layout == "record"


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
