"""What stands around Streamlit's server: the guard, the log-in pages, and how a page knows who looks at it."""

from views.server.guard import Guard
from views.server.oidc import secrets_of
from views.server.page import identify, log_out
from views.server.starting import refuse_to_start

__all__ = ["Guard", "identify", "log_out", "refuse_to_start", "secrets_of"]
