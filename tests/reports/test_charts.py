"""Names in a chart stand beside their marks and cover nothing that is written."""

from itertools import combinations
from types import SimpleNamespace

import pytest

from reports.charts import among_peers, waterfall


def outlier(code: int, cases: int, off: float):
    return SimpleNamespace(code=code, name=f"第{code}中心卫生院", cases=cases, off=off, side=1)


def test_names_of_outliers_that_stand_close_are_set_apart_or_left_out():
    points = [outlier(n, cases, off) for n, (cases, off) in enumerate([(100, 40), (104, 41), (98, 42), (300, 60)])]
    notes = among_peers.outlier_notes(points, 400, 3)
    at = [(among_peers.log10(p.cases) * 400, -p.off * 3, p.name) for p in points]
    spots = {name: (x, y) for x, y, name in at}
    boxes = [among_peers.covered(*spots[n["text"]], n["text"], n["xanchor"], n["yshift"]) for n in notes]
    assert "第3中心卫生院" in {note["text"] for note in notes}
    assert len(notes) >= 3
    assert not any(among_peers.overlap(*pair) for pair in combinations(boxes, 2))


def test_a_name_gives_way_to_what_is_written_already():
    (free,) = among_peers.outlier_notes([outlier(1, 100, 40)], 400, 3)
    (moved,) = among_peers.outlier_notes([outlier(1, 100, 40)], 400, 3, [(105, 140, "99.8%")])
    assert (free["xanchor"], moved["xanchor"]) == ("left", "right")


@pytest.mark.parametrize(
    ("steps", "texts"),
    [
        ([6848.2, 2069.86, -0.4, 1592.24, 10509.9], ["6,848", "+2,070", "+0", "+1,592", "10,510"]),
        ([66.3, 12.44, -0.48, 78.26], ["66.3", "+12.4", "−0.5", "78.3"]),
        ([2.71, -1.63, -0.004, 1.08], ["2.71", "−1.63", "+0.00", "1.08"]),
    ],
)
def test_the_steps_of_a_waterfall_have_the_decimals_that_their_size_needs(steps, texts):
    found = waterfall([(str(place), value) for place, value in enumerate(steps)], "万元")
    assert list(found["data"][0]["text"]) == texts
