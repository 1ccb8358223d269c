"""Who works in the office of the load test: an account for each, already logged in."""

from pathlib import Path

from pipelines import open_county
from pipelines.access import Scope, accounts, entering

PASSWORD = "load test, not a secret"
ROLES = ("director", "auditor", "operations", "auditor", "operations", "institution", "town")


def logged_in(warehouse: Path, users: int) -> list[str]:
    """The tokens of that many sessions in the roles of an office, and of one more who hands in.

    Made beside the login page: forty log-ins a minute from one address are what it refuses.
    """
    county = open_county(warehouse)
    code = next(iter(county.names))
    ((town,),) = county.fetch("select min(town) from dim_institution where town is not null")
    accounts.add(warehouse, "boss", "admin", PASSWORD, "load", must_change=False)
    scopes = {"institution": Scope(institutions=(code,)), "town": Scope(towns=(town,))}
    tokens = []
    for number, role in enumerate([*(ROLES[n % len(ROLES)] for n in range(users)), "operations"]):
        name = f"user{number}"
        accounts.add(warehouse, name, role, PASSWORD, "load", scopes.get(role), must_change=False)
        tokens.append(entering.log_in(warehouse, name, PASSWORD, kind="web", address="127.0.0.1")[0])
    return tokens
