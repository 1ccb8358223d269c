"""Scenarios of the outlook in words."""

from collections.abc import Mapping

from pipelines.outlook.saved import WITHDRAWN, read
from pipelines.outlook.wording import scenario_words


def decided(name: str, values: Mapping[str, str]) -> str:
    """What a line of the journal says of a scenario."""
    told = scenario_words(read(name, values))
    return f"收回：{told}" if values.get(WITHDRAWN) == "1" else told
