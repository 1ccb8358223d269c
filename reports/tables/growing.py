"""Why hospital costs grew: every scheme, place and level with what each factor made of its change, to the fen."""

from pipelines import County, Period
from pipelines.answers.by_county import county_name
from pipelines.attribution import COST, FEN, FUND, NAMES, Growth, Line, NotTold, asked, lines
from pipelines.attribution.wording import MONEY, group_name, scheme_name
from pipelines.methods import methods
from reports.document import Column, Table

GROUPS = ("区县", "险种", "就医地", "机构级别")
YEARS = ("上年同期（元）", "本期（元）", "增减（元）")


def cost_growth(county: County, period: Period) -> Table:
    return growth(county, period, COST)


def fund_growth(county: County, period: Period) -> Table:
    return growth(county, period, FUND)


def growth(county: County, period: Period, of: str) -> Table:
    """One row a group; none where it can't be told, and then the note says why."""
    title = f"{MONEY[of]}增长归因"
    try:
        found = asked(county, period, of)
    except NotTold as why:
        return Table(title, tuple(map(Column, (*GROUPS, *YEARS))), (), str(why), title)
    money = [*YEARS, *(f"{NAMES[factor]}（元）" for factor in found.factors)]
    columns = (*map(Column, GROUPS), *(Column(head, 2, total=True, signed=head not in YEARS[:2]) for head in money))
    return Table(title, columns, tuple(row(county, line) for line in lines(found, FEN)), note(found), title)


def row(county: County, line: Line) -> tuple:
    named = county_name(county, line.pool[0]) if line.pool[0] in county.counties else ""
    amounts = (line.before_yuan, line.after_yuan, line.change_yuan, *line.parts.values())
    return (named, scheme_name(line.pool[1]), *group_name(line.group), *amounts)


def note(found: Growth) -> str:
    why = f"没有参保人数（{found.uninsured}），以住院人次代替；" if found.uninsured else ""
    return why + methods()["attribution"].brief
