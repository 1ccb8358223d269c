"""The outlook in words, for screens, documents and the command line alike."""

from pipelines.outlook.outlook import ALL, SCHEMES, Outlook, Scheme
from pipelines.outlook.projecting import Projection, Range, RunOut
from pipelines.outlook.scenarios import AS_IS, Scenario

WAN = 10_000
LEAST_SHARE = 0.025  # of the paths: below it, running out lies outside the range of 95 %


def scheme_name(scheme: str) -> str:
    return "全部险种" if scheme == ALL else SCHEMES[scheme]


def whole_name(found: Outlook, scheme: str) -> str:
    """The scheme, or what ALL adds up to: schemes that have settlements, named where not all three have."""
    if scheme != ALL or len(found.schemes) == len(SCHEMES):
        return scheme_name(scheme)
    return f"{'、'.join(SCHEMES[each] for each in found.schemes)}合计"


def month_name(month: str) -> str:
    """2026-06 -> 2026年6月."""
    return f"{month[:4]}年{int(month[5:])}月"


def wan(yuan: float, digits: int = 0) -> str:
    return f"{yuan / WAN:,.{digits}f}".replace("-", "−")


def between(told: Range, wide: bool = False) -> str:
    """80 % (wide: 95 %) of the paths, in 万元: 1,234 至 2,345."""
    low, high = (told.low95, told.high95) if wide else (told.low80, told.high80)
    return f"{wan(low)} 至 {wan(high)}"


def lasts(found: Outlook, scheme: str) -> float | None:
    """可支付月数 of a scheme or of ALL, at the mean payout since January."""
    told = found.of(scheme)
    figures = [each.figures["months_payable"] for each in told]
    if not told or any(figure.exact is None or not figure.denominator for figure in figures):
        return None
    return float(sum(figure.numerator for figure in figures) / sum(figure.denominator for figure in figures))


def balance(found: Outlook, scheme: str) -> float | None:
    """Yuan at the end of the month, of a scheme or of ALL."""
    told = [each.balance for each in found.of(scheme)]
    return None if not told or None in told else sum(told)


def findings(found: Outlook, scheme: str, told: Projection | None) -> list[str]:
    """What is left and how long it lasts; where it will be at the end of next year; when it may run out."""
    left, months = balance(found, scheme), lasts(found, scheme)
    said = []
    if left is not None:
        rest = "" if months is None else f"，可支付 **{months:.2f} 个月**（按年初以来月均支出）"
        said.append(f"{whole_name(found, scheme)}{month_name(found.now)}末累计结余 **{wan(left, 2)} 万元**{rest}")
    if told is not None and told.end.balance is not None:
        end = told.end.balance
        said.append(
            f"到 {month_name(told.end.month)}末，八成可能在 **{between(end)} 万元**，中间值 {wan(end.middle)} 万元"
        )
    elif told is not None:
        year = max(told.years)
        said.append(f"{year}年支出八成可能在 **{between(told.years[year][1])} 万元**")
    if told is not None and told.run_out is not None:
        said.append(running_out(told.run_out, told.end.month))
    return said


def running_out(told: RunOut, end: str) -> str:
    """Earliest and likely month of running out, or that it does not by the end."""
    if told.share < LEAST_SHARE:
        return f"到 {month_name(end)}末用完的可能不到 {100 * LEAST_SHARE:.1f}%"
    likely = f"最可能 **{month_name(told.likely)}**" if told.likely else f"过半的走势到 {month_name(end)}末还没有用完"
    return f"有 **{100 * told.share:.0f}%** 的走势会用完，最早 **{month_name(told.earliest)}**，{likely}"


def run_rate(told: Scheme) -> str:
    """What is said where nothing is forecast: months at the payout of the last 3 and the last 12 months."""
    rates = f"月均支出近 3 个月 {wan(told.run_rates[0], 2)} 万元、近 12 个月 {wan(told.run_rates[1], 2)} 万元"
    if told.on_run_rates is None:
        return f"{SCHEMES[told.scheme]}{rates}"
    low, high = sorted(told.on_run_rates)
    return f"{SCHEMES[told.scheme]}{rates}，不计收入结余可支付 {low:.1f} 至 {high:.1f} 个月"


def backlog(told: Range) -> str:
    """What is left of discharges up to now that are not settled yet."""
    if told.high95 <= 0:
        return "住院都在出院当月结算，看不出还没有结算的费用"
    about = f"已出院、还没有结算的费用约 **{wan(told.middle)} 万元**"
    return f"{about}（95% 区间 {between(told, wide=True)} 万元），已计入今后几个月的支出"


def scenario_words(scenario: Scenario) -> str:
    """What a scenario changes: 2026年11月起，住院报销比例 +5 个百分点，参保人数 −2%."""
    parts = []
    if scenario.ratio_points:
        parts.append(f"住院报销比例 {scenario.ratio_points:+g} 个百分点")
    for value, what in (
        (scenario.insured_percent, "参保人数"),
        (scenario.cost_percent, "次均费用"),
        (scenario.collected_percent, "收入"),
    ):
        if value:
            parts.append(f"{what} {value:+g}%")
    if scenario.collected_later:
        parts.append(f"收入推迟 {scenario.collected_later} 个月")
    if parts and scenario.begins:
        parts[0] = f"{month_name(scenario.begins)}起{parts[0]}"
    if scenario.flu_percent:
        parts.append(f"{month_name(scenario.flu_month)}就诊 {scenario.flu_percent:+g}%")
    whose = f"只对{SCHEMES[scenario.scheme]}：" if scenario.scheme else ""
    told = "，".join(parts).replace("-", "−")
    return whose + told if told else "没有改变" if scenario != AS_IS else "参数不变"
