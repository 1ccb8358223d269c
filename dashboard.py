"""The server: `streamlit run dashboard.py`. What it shows begins in views/entry.py; dropped files go to disk."""

from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

from pipelines.access import identify_by
from views.giving import Giving
from views.patience import be_patient
from views.place import warehouse
from views.receiving import Receiving
from views.server import Guard, identify, refuse_to_start, secrets_of
from views.watching import Watching

refuse_to_start(warehouse())
identify_by(identify)
be_patient()
app = App(
    Path(__file__).with_name("views") / "entry.py",
    middleware=[Middleware(Watching), Middleware(Guard), Middleware(Receiving), Middleware(Giving)],
    secrets=secrets_of(warehouse()),
)
