"""`keys`: API keys. A key is shown once; only its digest is stored."""

import typer
from rich.table import Table

from commands.console import console, errors
from commands.reading import read_settings
from web.keys import ApiKeys, UnknownKey, UnknownScope
from wiring import now, open_database


def create(scopes: list[str], name: str) -> None:
    try:
        with open_database(read_settings()).begin() as work:
            made, token = ApiKeys(work, now()).create(name, scopes)
    except UnknownScope as error:
        errors.print(str(error))
        raise typer.Exit(2) from error
    console.print(f"[bold]{token}[/bold]", soft_wrap=True)
    console.print(f"id {made.id}, scopes {', '.join(sorted(made.scopes))}; the key is shown only now")


def show() -> None:
    table = Table("id", "name", "scopes", "created", "revoked")
    with open_database(read_settings()).read() as work:
        for key in ApiKeys(work, now()).all():
            revoked = f"{key.revoked_at:%Y-%m-%d}" if key.revoked_at else ""
            table.add_row(
                key.id, key.name, ", ".join(sorted(key.scopes)), f"{key.created_at:%Y-%m-%d}", revoked
            )
    console.print(table)


def revoke(key_id: str) -> None:
    try:
        with open_database(read_settings()).begin() as work:
            ApiKeys(work, now()).revoke(key_id)
    except UnknownKey as error:
        errors.print(f"no key {key_id}: `python app.py keys list` shows them")
        raise typer.Exit(1) from error
    console.print(f"revoked {key_id}")
