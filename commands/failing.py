"""What an operator is told in place of a traceback: what is wrong outside of this program."""

from typing import Any

import typer
from typer.core import TyperGroup

from commands.console import errors


class Told(TyperGroup):
    """Commands that end with one line where the database, the index or the embedding model fails them."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            told = _told(error)
            if told is None:
                raise
            errors.print(told, markup=False, soft_wrap=True)
            raise typer.Exit(1) from error


def _told(error: Exception) -> str | None:
    """None for what is a fault of this program."""
    from retrieval.chroma_index import IndexUnavailable
    from retrieval.embedding import EmbedderUnavailable
    from storage import SchemaTooNew, StorageUnavailable

    match error:
        case StorageUnavailable() | SchemaTooNew():
            return f"the database cannot be used: {error}"
        case IndexUnavailable() | EmbedderUnavailable():
            return f"search cannot be used: {error}"
    return None
