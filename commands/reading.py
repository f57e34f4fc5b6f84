"""The settings for a command, or its end with what is wrong with them."""

import typer
from pydantic import ValidationError

from commands.console import errors
from settings import Settings


def read_settings() -> Settings:
    """Ends the command where the environment holds a setting that cannot be."""
    try:
        return Settings()
    except ValidationError as error:
        for wrong in error.errors():
            name = "__".join(str(part) for part in wrong["loc"]).upper()
            where = f"PAIRWELL_{name}: " if name else ""
            errors.print(f"{where}{wrong['msg'].removeprefix('Value error, ')}", soft_wrap=True, markup=False)
        raise typer.Exit(2) from error
