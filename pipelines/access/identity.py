"""From a session to the caller that figures, rows and entries are answered to."""

from functools import lru_cache

from pipelines.access.callers import Caller
from pipelines.access.matrix import roles
from pipelines.access.sessions import Session

NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=1000)
def caller_of(session: Session) -> Caller:
    """Who this session is. Until they have a password of their own they may do nothing but choose one."""
    rights = NONE if session.must_change else roles()[session.role].rights
    return Caller(session.name, session.role, rights, session.scope, session=session.short, address=session.address)
