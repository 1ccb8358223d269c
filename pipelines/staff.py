"""Who sits at the keyboard, as far as the operating system knows."""

import getpass


def user() -> str:
    """The name that the operating system knows this person by; in a container it may know none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "未知"
