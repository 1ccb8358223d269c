"""The outlook of the fund (基金运行预测): balance, forecast with ranges, back-test, scenarios.

outlook: a county's, as of the end of a month; its projection() gives the ranges, as things are or in a scenario
save, withdraw, restore: scenarios in the journal
"""

from pipelines.outlook import wording
from pipelines.outlook.back_test import BackTest
from pipelines.outlook.history import KINDS
from pipelines.outlook.outlook import ALL, LEAST_MONTHS, SCHEMES, Outlook, Scheme, is_kept, outlook, refusal
from pipelines.outlook.projecting import Ahead, Growth, Projection, Range, RunOut
from pipelines.outlook.saved import Saved, found, restore, save, saved, standing, withdraw
from pipelines.outlook.scenarios import AS_IS, Scenario

__all__ = [
    "ALL",
    "AS_IS",
    "KINDS",
    "LEAST_MONTHS",
    "SCHEMES",
    "Ahead",
    "BackTest",
    "Growth",
    "Outlook",
    "Projection",
    "Range",
    "RunOut",
    "Saved",
    "Scenario",
    "Scheme",
    "found",
    "is_kept",
    "outlook",
    "refusal",
    "restore",
    "save",
    "saved",
    "standing",
    "withdraw",
    "wording",
]
