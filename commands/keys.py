"""`keys`: API keys. A key is shown once; only its hash is stored."""

from datetime import UTC, datetime

import typer
from rich.table import Table

from commands.console import console, errors
from settings import Settings
from storage import Database
from web.keys import SCOPES, create_key, list_keys, revoke_key
from wiring import open_database


def create(scopes: list[str], name: str) -> None:
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown:
        errors.print(f"unknown scope {', '.join(unknown)}: choose from {', '.join(SCOPES)}")
        raise typer.Exit(2)
    with _database().begin() as work:
        made = create_key(work, scopes=frozenset(scopes), name=name, now=datetime.now(UTC))
    console.print(f"[bold]{made.secret}[/bold]\nid {made.id}, scopes {', '.join(sorted(scopes))}; shown only now")


def show() -> None:
    table = Table("id", "name", "scopes", "created", "last used")
    with _database().read() as work:
        for key in list_keys(work):
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
            table.add_row(key.id, key.name, ", ".join(sorted(key.scopes)), f"{key.created_at:%Y-%m-%d}", used)
    console.print(table)


def revoke(key_id: str) -> None:
    with _database().begin() as work:
        revoked = revoke_key(work, key_id, now=datetime.now(UTC))
    if not revoked:
        errors.print(f"no key {key_id}: `python app.py keys list` shows them")
        raise typer.Exit(1)
    console.print(f"revoked {key_id}")


def _database() -> Database:
    return open_database(Settings())
