"""Where the warehouse lies. Apart from the rest of views/, so that the server may ask before it runs a page."""

import os
from pathlib import Path


def warehouse() -> Path:
    """The folder all numbers come from: FUND_WAREHOUSE, else data/warehouse beside the program."""
    return Path(os.environ.get("FUND_WAREHOUSE", "data/warehouse"))
