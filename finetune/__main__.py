"""The command line of training. Each command is a module of this package with a typer `app`, imported only
when it is called: one that trains on torch costs the others nothing."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec

COMMANDS: Mapping[str, str] = {
    "dataset": "builds the training data of the adapter",
    "voice": "builds the training data of its words",
    "lora": "trains the adapter",
    "export": "writes the adapter in the form of each server",
    "fidelity": "holds the served forms of the adapter against PEFT",
    "calibrate": "fits how sure the adapter may say it is",
    "opinion": "fits the second opinion on what a message asks",
    "checkpoint": "writes the embedded model as vLLM and transformers read it",
    "scorer": "trains the scorer of search",
    "pairs": "trains the pair model of bundles",
}


def main(arguments: Sequence[str]) -> int:
    """The exit status; 2 where there is no such command."""
    known = {name: says for name, says in COMMANDS.items() if find_spec(f"{__package__}.{name}")}
    if not arguments or arguments[0] not in known:
        asked = bool(arguments) and arguments[0] in ("-h", "--help")
        print(_usage(known), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    name, *rest = arguments
    import_module(f"{__package__}.{name}").app(args=rest, prog_name=f"python -m finetune {name}")
    return 0


def _usage(known: Mapping[str, str]) -> str:
    lines = [f"  {name:<10}{says}" for name, says in known.items()]
    return "\n".join(["usage: python -m finetune COMMAND [--help]", "", *lines])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
