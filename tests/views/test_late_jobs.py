"""Work that ends after the calendar was read and before it is shown: the page shows what counts now."""

from pathlib import Path

import pytest

from pipelines import load
from tests.files import SETTLEMENT, rows, write
from tests.views.app import button, healthy, opened, words
from views import calendar_batch
from views.jobs import Job


class Late(Job):
    """A job that does its work when the page asks whether it has ended."""

    def __init__(self, work) -> None:
        self.work, self.result, self.problem, self.stopped = work, None, "", False
        self.ended = self

    def is_set(self) -> bool:
        if self.result is None:
            self.result = self.work(lambda share, what: None)
        return True


@pytest.fixture
def county(tmp_path) -> Path:
    write(tmp_path, rows(SETTLEMENT, {}), "六月.csv")
    load(tmp_path / "warehouse", [tmp_path / "六月.csv"], "王")
    return tmp_path / "warehouse"


def test_a_month_locked_in_the_middle_of_a_run_is_shown_locked(county, monkeypatch):
    monkeypatch.setattr(calendar_batch, "Job", Late)
    app = opened(county, monkeypatch, "calendar", cell="settlements.2026-06")
    app.text_input(key="why-锁定本月").set_value("六月已上报")
    button(app, "确认锁定本月").click().run()
    assert healthy(app)
    assert "已锁定" in words(app)
    assert "结算明细 2026年6月：锁定" in words(app)
