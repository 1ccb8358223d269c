"""The desk of an upload: its files, its dry run, what became of it. It outlives reruns, reloads and closed tabs.

A desk stands in the address (u=...), so that a page that was lost finds it again while the server runs.
"""

import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from pipelines import trial
from pipelines.uploads.mapping import Mapping
from views import inbox
from views.jobs import Job
from views.place import warehouse

DAY_SECONDS = 24 * 3600
DESKS: dict[str, "Desk"] = {}
GUARD = threading.Lock()
IDENTITY = re.compile(r"[0-9a-f]{16}")


@dataclass
class Dropped:
    """A file as it was dropped: its name, and where it lies, or why it does not."""

    name: str
    path: Path | None
    why: str


@dataclass
class Desk:
    """files: by Streamlit's id; mappings: upload name -> headers matched by hand; trying, loading: work under way or
    done; told: the page was drawn anew since the loading; effects: what loading files would change, by their names;
    used: when its page was last drawn with files on it, in seconds."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    used: float = field(default_factory=time.time)
    files: dict[str, Dropped] = field(default_factory=dict)
    mappings: dict[str, Mapping] = field(default_factory=dict)
    trying: Job | None = None
    loading: Job | None = None
    told: bool = False
    effects: dict[frozenset, Job] = field(default_factory=dict)

    @property
    def trial(self):
        """The finished dry run, None while there is none."""
        return self.trying.result if self.trying and self.trying.ended.is_set() else None

    def take(self, dropped: dict[str, Dropped], gone: set[str]) -> None:
        """Files came or went: read what lies here now."""
        for each in gone & self.files.keys():
            self.forget(self.files.pop(each))
        self.files |= dropped
        self.try_out()

    def forget(self, dropped: Dropped) -> None:
        token = inbox.token_of(dropped.path) if dropped.path else None
        if token:
            inbox.remove(token)

    def try_out(self) -> None:
        """Read all files anew; what was read before is given away."""
        self.stop()
        paths, mappings, place = [f.path for f in self.files.values() if f.path], dict(self.mappings), warehouse()
        if paths:
            self.trying = Job(lambda tell: trial.try_out(place, paths, tell, mappings), unwanted=trial.discard)

    def map(self, name: str, mapping: Mapping) -> None:
        """Read the file of this name with its headers matched so."""
        self.mappings[name] = mapping
        self.try_out()

    def try_again(self) -> None:
        """Back from a loading that came to nothing: what stands may be another than when the files were read."""
        self.loading = None
        self.try_out()

    def stop(self) -> None:
        for job in (self.trying, *self.effects.values()):
            if job:
                job.stop()
        self.trying, self.effects = None, {}

    def effect_of(self, chosen: frozenset) -> Job:
        """What loading the chosen files would change: worked out once, the newest choice only."""
        if chosen not in self.effects:
            for job in self.effects.values():
                job.stop()
            read = self.trial
            self.effects = {chosen: Job(lambda tell: trial.effects(read, chosen, tell))}
        return self.effects[chosen]

    def load(self, chosen: frozenset, by: str, restating: str = "") -> None:
        """Load the chosen files; the dry run and the dropped files go when it has worked. restating: why locked months
        may be changed."""
        if self.loading:  # somebody with the same address was quicker
            return
        read = self.trial
        for job in self.effects.values():
            job.stop()
        self.effects, self.told = {}, False
        self.loading = Job(lambda tell: self.loaded(trial.accept(read, chosen, by, tell, restating)))

    def loaded(self, receipts: list) -> list:
        self.clear()
        return receipts

    def clear(self) -> None:
        """Remove what lies on the desk; what was loaded stays loaded."""
        self.stop()
        for each in self.files.values():
            self.forget(each)
        self.files.clear()


def current() -> Desk:
    """The desk of this page: that of the address, else a new one, which enters the address with its first file."""
    asked = st.query_params.get("u", "")
    if asked in DESKS:
        st.session_state["desk"] = DESKS[asked]
    elif asked and IDENTITY.fullmatch(asked):
        st.session_state["lost"] = True
    return st.session_state.setdefault("desk", Desk())


def keep(desk: Desk) -> None:
    """Make a desk findable, and remove those that nobody came back to for a day."""
    desk.used = time.time()
    with GUARD:
        for old in [d for d in DESKS.values() if time.time() - d.used > DAY_SECONDS and d is not desk]:
            del DESKS[old.id]
            old.clear()
        DESKS[desk.id] = desk
    st.query_params["u"] = desk.id


def leave() -> None:
    """A clean desk and an empty uploader."""
    st.session_state.pop("desk", None)
    st.session_state["uploader"] = st.session_state.get("uploader", 0) + 1
    st.session_state["in_uploader"] = set()
    if "u" in st.query_params:
        del st.query_params["u"]
