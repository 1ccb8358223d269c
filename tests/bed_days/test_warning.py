"""What 本月要办 says of payment by the bed day."""

import shutil

from tests.views.app import healthy, opened, words


def test_a_pilot_that_loses_much_by_the_day_is_told_of_with_the_way_to_both_settlements(
    small_county, tmp_path, monkeypatch
):
    target = shutil.copytree(small_county.warehouse, tmp_path / "warehouse")
    app = opened(target, monkeypatch, "overview", m="2026-06..2026-06", s="all")
    assert healthy(app)
    assert "试点H99010100001按床日结算超支 474.71%" in words(app)
    assert "超支 0.17 万元" in words(app)
