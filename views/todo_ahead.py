"""What 本月要办 is told by what is worked out ahead: payment by total and by the day, the outlook, shared risks."""

from collections.abc import Callable

from views import bed_day_warning, consultation_warning, growth_warning, outlook_warnings, sharing_warning, who
from views.task import Task

WARNINGS: tuple[Callable[[], list[Task]], ...] = (
    outlook_warnings.warnings,
    growth_warning.outgrown,
    sharing_warning.at_risk,
    bed_day_warning.warnings,
    consultation_warning.running_out,
)


def warnings() -> list[Task]:
    """The early warnings whose pages may be seen; empty when nothing is out of line."""
    return [task for warn in WARNINGS for task in warn() if who.opens(task.page)]
