"""The server: `streamlit run dashboard.py`. What it shows begins in views/entry.py; dropped files go to disk."""

from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

from views.patience import be_patient
from views.receiving import Receiving
from views.watching import Watching

be_patient()
app = App(Path(__file__).with_name("views") / "entry.py", middleware=[Middleware(Watching), Middleware(Receiving)])
