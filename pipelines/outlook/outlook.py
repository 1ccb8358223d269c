"""The outlook of a county: each scheme's model from its history, kept by build; the balance it begins with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import fmean

from pipelines.answers.county import County
from pipelines.answers.gaps import OUTSIDE
from pipelines.answers.query import Figure, ask
from pipelines.errors import WarehouseError
from pipelines.outlook.back_test import NARROWEST, BackTest, income_test, payout_test
from pipelines.outlook.forecasting import Model, model_of
from pipelines.outlook.history import History, histories, missing_income
from pipelines.outlook.kept import keep, kept, path_of
from pipelines.outlook.projecting import Projection, projected
from pipelines.outlook.scenarios import AS_IS, Scenario
from pipelines.periods import Period

LEAST_MONTHS = 24  # in a row: one year tells the season, another what changed
SCHEMES = {"resident": "居民", "employee": "职工", "maternity": "生育"}
ALL = "all"
FIGURES = ("cumulative_balance", "months_payable", "months_payable_pooled")
Made = tuple[Model, BackTest | None, BackTest | None]


@dataclass(frozen=True)
class Scheme:
    """A scheme as of a month. figures: FIGURES by id; the tests: None where nothing could be tried."""

    model: Model
    figures: Mapping[str, Figure]
    payout_test: BackTest | None
    income_test: BackTest | None

    @property
    def scheme(self) -> str:
        return self.model.scheme

    @property
    def balance(self) -> float | None:
        """Yuan at the end of the month; None where it is not known."""
        value = self.figures["cumulative_balance"].exact
        return None if value is None else float(value)

    @property
    def run_rates(self) -> tuple[float, float]:
        """Mean monthly payout in yuan of the last 3 and of the last 12 months (or as many as there are)."""
        return fmean(self.model.paid[-3:]), fmean(self.model.paid[-12:])

    @property
    def on_run_rates(self) -> tuple[float, float] | None:
        """Months that the balance lasts at these payouts, without any income; None where it is not known."""
        if self.balance is None or min(self.run_rates) <= 0:
            return None
        return self.balance / self.run_rates[0], self.balance / self.run_rates[1]

    @property
    def no_forecast(self) -> str:
        """Why nothing is forecast; '' if it is."""
        if self.model.kinds:
            return ""
        count = len(self.model.months)
        if count < LEAST_MONTHS:
            return f"连续的结算只有 {count} 个月，至少要 {LEAST_MONTHS} 个月才预测；只按近期的月均支出估计"
        return "有的月份没有支出，不能预测；只按近期的月均支出估计"


@dataclass(frozen=True)
class Outlook:
    """All schemes that have settlements, as of the end of a month. missing_income: months of the year without it."""

    now: str
    schemes: Mapping[str, Scheme]
    missing_income: tuple[str, ...]

    def of(self, scheme: str) -> list[Scheme]:
        """The scheme, or all of them."""
        return [each for name, each in self.schemes.items() if scheme in (ALL, name)]

    def projection(self, scheme: str, scenario: Scenario = AS_IS) -> Projection | None:
        """The ranges of a scheme or of ALL; None where one of them has no forecast."""
        told = self.of(scheme)
        if not told or any(each.no_forecast for each in told):
            return None
        return projected([each.model for each in told], self.balance(scheme), scenario)

    def balance(self, scheme: str) -> float | None:
        """Yuan to begin with, of a scheme or of ALL; None unless balance and income of each are known."""
        told = self.of(scheme)
        known = told and not self.missing_income and all(each.model.sources for each in told)
        return sum(each.balance for each in told) if known and all(each.balance is not None for each in told) else None

    def no_balance(self, scheme: str) -> list[str]:
        """What is missing for a balance, in Chinese."""
        told = [f"{zh(each)}{why}" for each in self.of(scheme) if (why := each.figures["cumulative_balance"].missing)]
        return told + [f"{zh(each)}没有征缴" for each in self.of(scheme) if not each.model.sources]


def zh(scheme: Scheme) -> str:
    return SCHEMES[scheme.scheme]


def outlook(county: County, now: str = "") -> Outlook:
    """The outlook as of the end of a month (default: the last of all counties).

    Raises WarehouseError for whoever sees a part of a county alone (a fund is the county's), and for a month without
    settlements.
    """
    if why := refusal(county):
        raise WarehouseError(why)
    now = now or county.default_period.last
    made = kept(county, now)
    if made is None:
        made = {name: made_of(history) for name, history in histories(county, now).items()}
        keep(county, now, made)
    if not made:
        raise WarehouseError(f"{now} 没有装入全部区县的结算明细，不能从这个月往后预测")
    schemes = {name: Scheme(told[0], figures(county, now, name), *told[1:]) for name, told in made.items()}
    return Outlook(now, schemes, tuple(missing_income(county, now)))


def is_kept(county: County, now: str) -> bool:
    """Whether an outlook costs nothing: its models lie ready."""
    return not refusal(county) and path_of(county, now).exists()


def refusal(county: County) -> str:
    """Why whoever asks can't be told of a fund's outlook; '' if they can."""
    scope = county.scope
    return f"基金是全县的，只看一部分机构或乡镇不能预测：{OUTSIDE}" if scope and not scope.counties else ""


def made_of(history: History) -> Made:
    """A scheme's model with its tests; one without kinds of care where there is too little to go by."""
    told = model_of(history)
    if len(history.months) < LEAST_MONTHS or not told.kinds:
        return replace(told, kinds=()), None, None
    payout = payout_test(history)
    return replace(told, spread=payout.spread if payout else NARROWEST), payout, income_test(history)


def figures(county: County, now: str, scheme: str) -> dict[str, Figure]:
    return {figure.kpi.id: figure for figure in ask(county, FIGURES, Period(now, now), where={"scheme": scheme})}
