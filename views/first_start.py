"""首次启动: an empty warehouse; builds the sample county in front of the reader, then shows it."""

import pipelines
from pipelines.store import warehouse
from views import look, shared
from views.jobs import waited_for


def page() -> None:
    """The sample, if nothing was ever uploaded; a county's own warehouse without usable data is left as it is."""
    if warehouse.batches(shared.warehouse()):
        hollow()
        return
    with look.header("首次启动"):
        look.scope("数据仓库还是空的")
        shared.page_link("uploads", label="不要示例县，直接上传本县文件", icon=":material/upload:")
    look.answer(
        "正在生成一个**示例县**并装载：两年的月度表，地名和机构名都是虚构的。大约需要半分钟，完成后自动打开总览。"
    )
    place = shared.warehouse()
    waited_for(("sample", str(place)), lambda tell: pipelines.demo(place, tell))


def hollow() -> None:
    """Uploads were undone, so that no month is left to show."""
    with look.header("没有可看的数据"):
        look.scope(look.safe(shared.warehouse()))
    why = "上传过的批次都已撤销，或者还没有装入任何月度表。装入本县的文件后，这里就是总览。"
    look.empty("数据仓库里没有生效的月度数据", why, "uploads", "去上传")
