"""What is typed into the forms of cases: text to exact numbers, or a sentence that says what was wanted."""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal

import streamlit as st

from views import look

NUMBER = re.compile(r"[-−]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
LARGEST = Decimal(10) ** 12


class Once:
    """Writes down once, whatever is clicked: a second click starts a second run while the first is still writing.

    That run waits here for its turn, and finds what the first has written. written: the numbers, empty until then.
    """

    def __init__(self) -> None:
        self.turn, self.written = threading.Lock(), []

    def write(self, make: Callable[[], Iterable[str]]) -> None:
        with self.turn:
            if not self.written:
                self.written.extend(make())


class Typed:
    """The values of a form as typed, kept under its name from run to run, and what is wrong with them by field."""

    def __init__(self, form: str, defaults: dict) -> None:
        self.form, self.problems = form, {}
        for name, value in ({"once": Once()} | defaults).items():
            st.session_state.setdefault(self.key(name), value)

    def key(self, name: str) -> str:
        return f"{self.form}-{name}"

    def __getitem__(self, name: str):
        """The value as typed; text without blanks around it."""
        value = st.session_state.get(self.key(name))
        return value.strip() if isinstance(value, str) else value

    def decimal(self, name: str, title: str, wanted: str = "金额（元），如 1200.00") -> Decimal | None:
        """An exact number, None for nothing typed or for what is none: then the field has its sentence."""
        text = unicodedata.normalize("NFKC", self[name] or "")
        if not text:
            return None
        value = Decimal(text.replace(",", "").replace("−", "-")) if NUMBER.fullmatch(text) else None
        if value is None or abs(value) >= LARGEST:
            self.problems[name] = f"{title}：“{self[name]}”；应为{wanted}"
            return None
        return value

    def count(self, name: str, title: str) -> int | None:
        value = self.decimal(name, title, "整数，如 3")
        if value is not None and value != int(value):
            self.problems[name] = f"{title}：“{self[name]}”；应为整数，如 3"
            return None
        return None if value is None else int(value)

    def draw(self, widget, title: str, name: str, **more):
        """The widget of a field, and under it what is wrong with it."""
        with st.container(gap="xxsmall"):
            widget(title, key=self.key(name), persist_state="session", **more)
            self.tell(name)

    def tell(self, name: str) -> None:
        """What is wrong with a field; not as a caption, which is painted too faint for an error."""
        if name in self.problems:
            st.markdown(f":red[:small[{look.safe(self.problems[name])}]]")

    @property
    def once(self) -> "Once":
        return st.session_state[self.key("once")]

    def forget(self) -> None:
        """Empty the form."""
        for key in [key for key in st.session_state if str(key).startswith(f"{self.form}-")]:
            del st.session_state[key]
