"""协议: what the roster says of one institution, and where roster, agreement and settlement disagree about it."""

from pipelines.agreements import FINDINGS, STATES
from pipelines.profiles import Profile
from views import look

NOTE = "名册、协议、结算三方核对；不一致的要查明原因，不是结论"


def section(found: Profile) -> None:
    look.section("协议", NOTE)
    if found.place is None:
        look.empty("不在机构名册", "名册里没有这个编码，没有协议可核对。", "uploads", "去上传名册")
        return
    rows = [*known(found), *disagreements(found)]
    look.details(("核对", "结果"), rows)


def known(found: Profile) -> list[tuple[str, str]]:
    """What the roster says of its agreement; it is on the roster."""
    return [("协议状态", state(found)), ("编号和期限", term(found.place))]


def state(found: Profile) -> str:
    if found.state is None:
        return "县外机构，不由本县签协议"
    word = STATES[found.state]
    return f":gray-badge[{word}]" if found.state in ("in_force", "later") else f":orange-badge[{word}]"


def term(place) -> str:
    """XY2026-001，2026-01-01 至 2026-12-31."""
    if place.begins is None:
        return "名册没有写"
    number = f"{look.safe(place.agreement_no)}，" if place.agreement_no else ""
    return f"{number}{place.begins} 至 {place.ends or '未写截止日期'}"


def disagreements(found: Profile) -> list[tuple[str, str]]:
    if not found.findings:
        return [("三方核对", "没有不一致")]
    return [(FINDINGS[each.kind], told(each)) for each in found.findings]


def told(each) -> str:
    money = f"；{look.number(each.visits, 0)} 人次，基金支付 {look.number(each.fund_yuan)} 元" if each.visits else ""
    return look.safe(each.why) + money
