"""Who asks, what they may see and do: the one gateway of every figure, row, document and entry of the journal."""

from pipelines.access.callers import OPEN, Caller, acting, caller, guarded, identify_by, need, reading, seen_as, whole
from pipelines.access.matrix import Role, named, needed, rights, roles
from pipelines.access.scopes import Scope

__all__ = [
    "OPEN",
    "Caller",
    "Role",
    "Scope",
    "acting",
    "caller",
    "guarded",
    "identify_by",
    "named",
    "need",
    "needed",
    "reading",
    "rights",
    "roles",
    "seen_as",
    "whole",
]
