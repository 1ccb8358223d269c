"""正在准备: who may see no persons waits while every group's persons are counted, once per build, and may stop it."""

from pipelines.answers import crowds
from views import look, shared
from views.jobs import waited_for


def waits() -> bool:
    """Whether the reader's first figure would take long."""
    return crowds.takes_long(shared.county())


def page() -> None:
    """Then the page that was asked for opens by itself."""
    with look.header("正在准备"):
        look.scope("人数不足 5 人的组不显示")
    look.answer("正在数**每一组各有多少人**，才知道哪些组不能显示。每次装入数据以后只数一次，数完自动打开这一页。")
    county = shared.county()
    waited_for(("groups", county.key), lambda tell: crowds.gathered(county, progress=tell))
