"""更新: the build is missing, or of other definitions than today's; it is made anew in front of the reader."""

import pipelines
from views import look, shared
from views.jobs import waited_for


def page() -> None:
    """Then the page that was asked for opens by itself."""
    with look.header("正在更新"):
        look.scope("现有的汇总缺失，或早于现行的口径定义")
    look.answer(
        "正在用原来上传的批次，按新的定义**重新汇总**。上传的数据没有改变，大约需要半分钟，完成后自动打开这一页。"
    )
    place = shared.warehouse()
    waited_for(("renewal", str(place)), lambda tell: pipelines.renew(place, tell))
