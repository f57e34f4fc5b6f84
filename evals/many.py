"""Options that take several files: `--train a.jsonl b.jsonl` is read as `--train a.jsonl --train b.jsonl`."""

from collections.abc import Iterable, Iterator

import typer
from typer.core import TyperCommand


class ManyFiles(TyperCommand):
    """A command whose options repeat themselves for each value that follows them."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own context
        return super().parse_args(ctx, list(repeated(args, {"--train", "--test", "--data"})))


def repeated(arguments: Iterable[str], options: set[str]) -> Iterator[str]:
    """The same arguments with each of these options before each of its values."""
    option: str | None = None
    follows = False
    for argument in arguments:
        if argument.startswith("-"):
            option, follows = (argument if argument in options else None), True
        elif option is not None and not follows:
            yield option
        yield argument
        follows = argument.startswith("-")
