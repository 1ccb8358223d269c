"""How the product is run: what it is installed from, what it logs, whether it is well."""

from pipelines.operations.health import Check, health
from pipelines.operations.wheels import LOCK, TARGETS, collect, here

__all__ = ["LOCK", "TARGETS", "Check", "collect", "health", "here"]
