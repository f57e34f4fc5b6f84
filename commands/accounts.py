"""`accounts`: people of the support desk. A password is asked for, never an argument that a shell keeps."""

import secrets

import typer
from rich.table import Table

from commands.console import console, errors
from commands.reading import read_settings
from storage import Conflict, Database
from web.accounts import Accounts, BadAccount, UnknownAccount
from wiring import now, open_database


def create(login: str, name: str, role: str, *, generate: bool) -> None:
    password = secrets.token_urlsafe(15) if generate else _asked()
    try:
        with open_database(read_settings()).begin() as work:
            made = Accounts(work, now()).create(login, name, role, password)
    except BadAccount as error:
        errors.print(str(error))
        raise typer.Exit(2) from error
    except Conflict as error:
        errors.print(f"there is an account {login} already")
        raise typer.Exit(1) from error
    console.print(f"{made.login}, {made.role}; sign in at /support")
    if generate:
        console.print(f"password [bold]{password}[/bold]; it is shown only now", soft_wrap=True)


def show() -> None:
    table = Table("login", "name", "role", "created", "disabled")
    with open_database(read_settings()).read() as work:
        for each in Accounts(work, now()).all():
            disabled = f"{each.disabled_at:%Y-%m-%d}" if each.disabled_at else ""
            table.add_row(each.login, each.name, each.role, f"{each.created_at:%Y-%m-%d}", disabled)
    console.print(table)


def set_password(login: str) -> None:
    password = _asked()
    try:
        with open_database(read_settings()).begin() as work:
            Accounts(work, now()).set_password(login, password)
    except (BadAccount, UnknownAccount) as error:
        errors.print(_told(login, error))
        raise typer.Exit(1) from error
    console.print(f"{login} has a new password, and is signed out everywhere")


def disable(login: str) -> None:
    try:
        with open_database(read_settings()).begin() as work:
            Accounts(work, now()).disable(login)
    except UnknownAccount as error:
        errors.print(_told(login, error))
        raise typer.Exit(1) from error
    console.print(f"{login} cannot sign in any more")


def demo_account(database: Database) -> tuple[str, str]:
    """The demo's own agent, with a password that holds until the next start."""
    login, password = "demo", secrets.token_urlsafe(12)
    with database.begin() as work:
        accounts = Accounts(work, now())
        try:
            accounts.set_password(login, password)
        except UnknownAccount:
            accounts.create(login, "Demo agent", "admin", password)
    return login, password


def _asked() -> str:
    return str(typer.prompt("password", hide_input=True, confirmation_prompt=True))


def _told(login: str, error: Exception) -> str:
    if isinstance(error, UnknownAccount):
        return f"no account {login}: `python app.py accounts list` shows them"
    return str(error)
