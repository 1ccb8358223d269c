"""How the product is run: what it is installed from."""

from pipelines.operations.wheels import LOCK, TARGETS, collect, here

__all__ = ["LOCK", "TARGETS", "collect", "here"]
