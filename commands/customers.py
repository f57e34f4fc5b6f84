"""`customer`: all that is kept about one customer, given out or erased."""

import json
from pathlib import Path

import typer

from commands.console import console, errors
from commands.reading import read_settings
from web.personal import erase_customer, export_customer
from wiring import now, open_database


def export(customer_id: str, out: Path | None) -> None:
    with open_database(read_settings()).read() as work:
        found = export_customer(work, customer_id)
    if not found:
        errors.print(f"nothing is kept about {customer_id!r}", markup=False)
        raise typer.Exit(1)
    text = json.dumps(found, indent=2, ensure_ascii=False)
    if out is None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    else:
        out.write_text(text + "\n", encoding="utf-8")
        console.print(f"{sum(map(len, found.values()))} rows in {out}")


def erase(customer_id: str) -> None:
    with open_database(read_settings()).begin() as work:
        removed = erase_customer(work, customer_id, now())
    console.print(f"{removed} rows erased; an import of files that still name the customer brings them back")
