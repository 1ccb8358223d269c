"""The clues as files: all of them, the settlement rows behind them, the rules with their parameters."""

from collections.abc import Iterator, Mapping
from itertools import islice

from pipelines.clues import ROW_COLUMNS, Standing, parameters, rows_behind, rules
from pipelines.clues.rules import SHAPES
from views import clues_words, columns, look, shared, upload_words
from views.place import warehouse

MORE = ("机构编码", "起", "止", "测得", "界限", "单位", "笔数", "这些行的基金支付（元）")
DECIDED = ("案件", "处置人", "处置时间", "处置原因", "线索编号")
PORTION = 5_000  # rows in memory at a time
RULES = ("规则", "严重度", "方式", "说明", "依据", "参数", "现值", "原定", "最低", "最高", "单位")


def of_all(county, every: list[Standing], month: str) -> dict[str, look.File]:
    """The files of the whole list, whatever is filtered on screen."""
    when, hits = shared.dotted(month), [each.hit for each in every]
    rows = sum(len(hit.setl_ids) + len(hit.beside_ids) for hit in hits)
    heads = (*clues_words.HEADS, *MORE, *DECIDED)
    listing = look.File(f"疑点线索 {when}", heads, lambda: whole(every, county.names), len(every))
    behind = look.File(f"疑点线索的结算行 {when}", row_heads(), lambda: rows_of(county, hits), rows)
    of_rows = {f"线索的结算行 {rows:,} 行": behind} if county.persons else {}
    return {
        f"全部线索 {len(every):,} 条": listing,
        **of_rows,
        "规则和参数": look.File("疑点线索规则", RULES, rule_rows),
    }


def whole(every: list[Standing], names: Mapping[str, str]) -> Iterator[tuple]:
    """Each clue with everything that is known of it."""
    for each in every:
        hit, made = each.hit, each.decision
        told = (hit.institution, hit.first_day, hit.last_day, hit.measured, hit.bound, clues_words.rule_of(hit).unit)
        decided = (made.by, upload_words.moment(made.at), made.why) if made else ("", "", "")
        more = (hit.cases, hit.fund_paid_yuan, each.case_no or "", *decided, hit.key)
        yield (*clues_words.record(each, names), *told, *more)


def row_heads() -> tuple[str, ...]:
    return ("线索编号", *columns.whole(ROW_COLUMNS, [])[0])


def rows_of(county, hits: list) -> Iterator[tuple]:
    """Clue by clue, read in portions."""
    found = rows_behind(county, hits)
    while portion := list(islice(found, PORTION)):
        _, told = columns.whole(ROW_COLUMNS, [row for _, row in portion])
        yield from ((key, *row) for (key, _), row in zip(portion, told, strict=True))


def rule_rows():
    values = parameters(warehouse())
    for rule in rules().values():
        head = (rule.title, rule.severity_zh, SHAPES[rule.shape], rule.plain, rule.basis)
        if not rule.parameters:
            yield (*head, *[""] * 6)
        for p in rule.parameters:
            yield (*head, p.name_zh, values[rule.id][p.name], p.default, p.low, p.high, p.unit)
