"""One chart of every kind that the house draws, with texts of some length and values of some spread."""

from types import SimpleNamespace

from reports.charts import among_peers, house
from reports.charts.among_peers import Strip

MONTHS = house.MONTHS
NAMES = (
    "第一人民医院",
    "中医院（含康复分院）",
    "城关镇中心卫生院",
    "Ａ区 24h 药房",
    "某某大药房连锁有限公司第十二分店",
)


def peer(place: int, side: int = 0) -> SimpleNamespace:
    off = (-1) ** place * 7.5 * place
    return SimpleNamespace(
        name=NAMES[place % 5], code=f"H{place}", off=off, value=3000 + 40 * off, side=side, cases=40 * 3**place
    )


def gallery() -> dict[str, dict]:
    """{name of the function: a figure of it}."""
    peers = [peer(place, (0, 1, -1)[place % 3]) for place in range(5)]
    cases = [40, 400, 4000]
    limits = [(cases, [150, 115, 105], "99.8% 界限", "solid"), (cases, [60, 85, 95], "99.8% 界限", "dot")]
    strips = [
        Strip("次均住院费用", 120.0, 110.0, [80.0, 95.0, 101.0], "3,128 元", True),
        Strip("平均住院日", 91.0, None, [88.0, 100.0, 112.0], "7.9 天", False),
        Strip("目录外占比", 310.0, 100.0, [70.0, 99.0], "12.40%", True),
    ]
    versus = [(NAMES[0], 88.2, 91.0, "a", False), (NAMES[1], 74.0, 80.5, "b", True), (NAMES[2], None, 60.0, "c", False)]
    progress = [("居民", 52.3, "52.30%", False), ("职工", 41.0, "41.00%，慢 9.00 个百分点", True)]
    return {
        "year_over_year": house.year_over_year(MONTHS, [820, 910, 870, 1010], range(700, 1300, 50), "万元", target=950),
        "waterfall": house.waterfall([("上年", 900), ("人次", 120), ("次均", -45), ("本年", 975)], "万元"),
        "ranked_bars": house.ranked_bars(
            [(n, 12.5 * i - 8, n) for i, n in enumerate(NAMES)], "万元", warned=(NAMES[4],)
        ),
        "shares": house.shares([("基层", 23.4), ("二级", 81.9), ("三级", 5.0)]),
        "progress": house.progress(progress, 50.0, "时间进度 50%"),
        "versus": house.versus(versus, target=85),
        "in_and_out": house.in_and_out(MONTHS[:7], [30, 41, 38, 52, 47, 60, 55], [28, 33, 45, 41, 50, 52, 61], "万元"),
        "ranked": among_peers.ranking([("一级", 2500.0, peers), ("二级", 4100.0, peers[:2])], 0, "元"),
        "funnel": among_peers.funnel(peers, limits, "出院人次"),
        "strips": among_peers.strips(strips),
    }
