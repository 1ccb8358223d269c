"""Charts of an edition: each answers a question, and its title is what it finds."""

from reports import charts, words
from reports.document import Chart
from reports.quoting import Quote
from reports.tables.asking import SCHEMES

MOST = 3  # names in a title; the others are counted


def progress(rows, expected, expected_name: str, title: str, note: str) -> Chart | None:
    """rows: (name, Quote, behind or not), those without a value left out; a bar each against one tick, if any."""
    rows = [row for row in rows if row[1] is not None and row[1].value is not None]
    if not rows:
        return None
    bars = [(words.plain(name), quote.value, quote.text, late) for name, quote, late in rows]
    chart = charts.progress(bars, expected, expected_name, height=70 + 34 * len(rows))
    return Chart(chart, title, note, said(title, rows))


def ranked(rows, unit: str, digits: int, title: str, note: str, warned=()) -> Chart | None:
    """rows: (name, Quote); a bar each, the longest on top."""
    rows = [(words.plain(name), quote) for name, quote in rows if quote is not None and quote.value]
    if not rows:
        return None
    bars = [(name, quote.value, "") for name, quote in rows]
    chart = charts.ranked_bars(bars, unit, digits, height=50 + 28 * len(rows), warned=warned)
    return Chart(chart, title, note, said(title, sorted(rows, key=lambda row: -row[1].value)))


def two_years(figure, title: str, note: str, running: bool = False, zero: bool = True) -> Chart | None:
    """A figure with its trend, month by month (running: added up from January), this year over last year."""
    kpi = figure.kpi
    now, last = (scaled(kpi, values) for values in words.two_years(figure.months))
    now, last = (running_sum(now), running_sum(last)) if running else (now, last)
    if charts.last_known(now) is None:
        return None
    digits = 0 if kpi.display_unit in ("万元", "元") else words.digits(kpi)
    chart = charts.year_over_year(charts.MONTHS, now, last, kpi.display_unit, digits, zero=zero, height=230)
    end = charts.last_known(now)
    month = charts.MONTHS[end] if not running else f"1月至{charts.MONTHS[end]}"
    alt = f"{kpi.name_zh}折线图：{month} {words.with_unit(now[end], kpi.display_unit)}"
    before = "" if last[end] is None else f"，上年{month} {words.with_unit(last[end], kpi.display_unit)}"
    return Chart(chart, title, note, f"{alt}{before}。{title}")


def scaled(kpi, values) -> list:
    return [words.shown(kpi, value) for value in values]


def running_sum(values) -> list:
    """Added up from the first month on; unknown from the first unknown month on."""
    found, whole = [], 0
    for value in values:
        whole = None if whole is None or value is None else whole + value
        found.append(whole)
    return found


def versus(rows, digits: int, title: str, note: str, target=None) -> Chart | None:
    """rows: (name, Quote, stressed); a dot for this year and one for last year."""
    rows = [row for row in rows if row[1] is not None and row[1].value is not None]
    if not rows:
        return None
    dots = [(words.plain(n), q.value, words.shown(q.kpi, q.figure.year_ago), "", warned) for n, q, warned in rows]
    return Chart(charts.versus(dots, digits, target=target), title, note, said(title, rows))


def said(title: str, rows) -> str:
    """The chart in words: each mark with its value, then what they come to."""
    return "；".join([*(f"{row[0]} {row[1].text}" for row in rows), title])


def everyone(found: list[str], what: str = "") -> str:
    """各险种都, of the schemes that are shown; where one has no data, only their names are true: 居民、职工都."""
    named = "各险种" if len(found) == len(SCHEMES) else "、".join(found)
    return f"{named}{what}{'都' if len(found) > 1 else ''}"


def names(found: list[str]) -> str:
    """甲、乙、丙等 5 家."""
    return "、".join(found[:MOST]) + (f"等 {len(found)} 家" if len(found) > MOST else "")


def change_of(quote: Quote, less: str = "减少", more: str = "增加") -> str:
    """比上年同期增加 4.04%, or '' without last year."""
    told = words.changed(quote.figure, less, more)
    return f"比上年同期{told}" if told and told != "持平" else "与上年同期持平" if told else ""
