"""The command line of the measurements."""

from pathlib import Path
from typing import Annotated

import typer

from evals import blind_commands, speed_commands, strain
from evals.many import ManyFiles
from evals.speed_commands import Products

app = typer.Typer(help="Measures Pairwell from outside.", no_args_is_help=True)
app.add_typer(speed_commands.app, name="speed")
app.add_typer(blind_commands.app, name="blind")

Out = Annotated[Path, typer.Option(help="Where results.json and the chart go.")]
Seed = Annotated[int, typer.Option(help="Of the bootstrap.")]

for name, command in (("import", strain.import_speed), ("crash", strain.crash), ("load", strain.load)):
    app.command(name)(command)


@app.callback()
def main() -> None:
    """Every command prints a table and writes OUT/results.json."""


@app.command("search")
def search(
    products: Products,
    judgements: Annotated[Path, typer.Option(help='`{"query", "product_id", "grade"}` a line.')],
    out: Out = Path("docs/results/search"),
    seed: Seed = 7,
) -> None:
    """How well search finds, against graded judgements."""
    from evals.search import measure
    from evals.search_judgements import BadJudgements

    try:
        measure(products, judgements, out, seed)
    except BadJudgements as error:
        raise typer.BadParameter(str(error), param_hint="--judgements") from error


@app.command("features")
def features(
    products: Products,
    judgements: Annotated[Path, typer.Option(help='`{"query", "product_id", "grade"}` a line.')],
    out: Out = Path("docs/results/features"),
    seed: Seed = 7,
) -> None:
    """What features that the scorer does not have would add to it."""
    from evals.search_features import measure

    measure(products, judgements, out, seed)


@app.command("constraints")
def constraints(
    products: Products,
    n: Annotated[int, typer.Option(min=40, help="How many queries.")] = 2000,
    out: Out = Path("docs/results/constraints"),
    seed: Seed = 7,
    systems: Annotated[str, typer.Option(help="Which rows, with commas.")] = "random,bm25,dense,rrf,scorer",
) -> None:
    """Whether what is shown meets what was asked: queries made from the records."""
    from evals.constraints import SYSTEMS, measure

    named = systems.split(",")
    if unknown := sorted(set(named) - set(SYSTEMS)):
        raise typer.BadParameter(
            f"{', '.join(unknown)}: there are {', '.join(SYSTEMS)}", param_hint="--systems"
        )
    measure(products, out, seed, n, named)


@app.command("conversations")
def conversations(
    out: Annotated[Path, typer.Option(help="Where one file a shop goes.")] = Path("docs/conversations"),
    data: Annotated[Path, typer.Option(help="The folder of the public catalogues.")] = Path("../shared/data"),
    var: Annotated[
        Path | None, typer.Option(help="Keeps the shops and their indexes here for the next run.")
    ] = None,
    shop: Annotated[list[str] | None, typer.Option(help="Only this one; may be given again.")] = None,
) -> None:
    """Three whole conversations on each of four shops, as the API returned them, to be read."""
    from evals.conversations import record

    for line in record(out, data, var, tuple(shop or ())):
        typer.echo(line)


@app.command("tau2")
def tau2(
    data: Annotated[Path, typer.Option(help="The folder of the retail domain: db.json, tasks.jsonl, ...")],
    out: Out = Path("docs/results/tau2"),
    seed: Seed = 7,
    solve: Annotated[bool, typer.Option(help="Also let the assistant try the tasks; minutes.")] = True,
) -> None:
    """The public retail domain: every task's calls replayed exactly, and how many the assistant solves."""
    from evals.tau2.measure import NoDomain, measure

    try:
        measure(data, out, seed, solves=solve)
    except NoDomain as error:
        raise typer.BadParameter(str(error), param_hint="--data") from error


@app.command("intents")
def intents(
    cases: Annotated[list[Path], typer.Option(help="Case files; more may follow.")],
    more: Annotated[list[Path] | None, typer.Argument(help="More case files.", show_default=False)] = None,
    out: Annotated[Path | None, typer.Option(help="Unset, docs/results/intents_<set>.")] = None,
    seed: Seed = 7,
    systems: Annotated[str, typer.Option(help="Which rows, with commas.")] = "model_off,linear,base,tuned",
    limit: Annotated[int | None, typer.Option(min=1, help="Cases of each file, drawn with the seed.")] = None,
    base_limit: Annotated[int | None, typer.Option(min=1, help="Of these, for the untuned model.")] = None,
    products: Annotated[Path | None, typer.Option(help="The catalogue that all cases are read with.")] = None,
    threads: Annotated[int, typer.Option(min=1, help="Of the model.")] = 2,
    parallel: Annotated[
        int, typer.Option(min=1, help="Messages at once; more than one tells no latency.")
    ] = 1,
) -> None:
    """What messages mean: by the rules, a linear classifier, the untuned model and the tuned one."""
    from evals.intents.command import Run, run_command

    files = [*cases, *(more or [])]
    folder = out or Path("docs/results") / f"intents_{files[0].stem.removeprefix('intents_')}"
    rows = tuple(systems.split(","))
    run_command(Run(files, folder, seed, rows, limit, base_limit, products, threads, parallel))


@app.command("chat")
def chat(
    cases: Annotated[list[Path], typer.Option(help="Case files; more may follow.")],
    url: Annotated[
        str | None, typer.Option(help="Of the server; unset, one is started for each shop of the cases.")
    ] = None,
    more: Annotated[list[Path] | None, typer.Argument(help="More case files.", show_default=False)] = None,
    key: Annotated[str | None, typer.Option(help="An API key; unset, each case has a session.")] = None,
    customer_secret: Annotated[
        str | None, typer.Option(envvar="PAIRWELL_CUSTOMER_SECRET", help="Signs customer tokens.")
    ] = None,
    catalogue: Annotated[str | None, typer.Option(help="Only the cases of this shop.")] = None,
    system: Annotated[
        str, typer.Option(help="The row's name; servers that are started for model_off have no model.")
    ] = "tuned",
    resume: Annotated[bool, typer.Option(help="Go on with a run that was broken off.")] = False,
    data: Annotated[Path, typer.Option(help="Of the public catalogues, for those servers.")] = Path(
        "../shared/data"
    ),
    servers: Annotated[Path, typer.Option(help="Where those keep their data.")] = Path("var/evals/chat"),
    out: Out = Path("docs/results/chat"),
    seed: Seed = 7,
) -> None:
    """Whole conversations with a server, whatever catalogue it serves; claims are checked on its records."""
    from evals.chat.client import Access
    from evals.chat.command import Run, run_command
    from evals.chat.shops import Shops

    access = Access(url, key, customer_secret) if url else None
    shops = Shops(data, servers, model=system != "model_off")
    run_command(Run([*cases, *(more or [])], access, out, seed, system, catalogue, shops, resume))


@app.command("grounding")
def grounding(
    out: Out = Path("docs/results/grounding"),
    seed: Annotated[int, typer.Option(help="Of the sentences and of the bootstrap.")] = 7,
    sentences: Annotated[int, typer.Option(min=20, help="True ones; as many with a fact falsified.")] = 400,
    half: Annotated[str, typer.Option(help="Whose worst cases are told: all, open or held_out.")] = "all",
    wordings: Annotated[
        Path | None, typer.Option(help="Other ways to say it, in the form of grounding_wordings.txt.")
    ] = None,
) -> None:
    """True sentences over three catalogues, each also with one fact falsified: which of them are stopped."""
    from evals.grounding.measure import measure, of_name
    from evals.grounding.wordings import FILE

    measure(out, seed, sentences, of_name(half), wordings or FILE)


@app.command("safety")
def safety(
    url: Annotated[
        str | None, typer.Option(help="A running server; without it only the obedient model.")
    ] = None,
    out: Out = Path("docs/results/safety"),
    seed: Seed = 7,
    system: Annotated[str, typer.Option(help="What the server's row is called.")] = "tuned",
    real: Annotated[bool, typer.Option(help="Also this installation's own model; minutes.")] = False,
    customer: Annotated[str | None, typer.Option(help="The attacker's customer id at that server.")] = None,
    customer_token: Annotated[str | None, typer.Option(help="A fresh customer token of theirs.")] = None,
    shop: Annotated[
        Path | None, typer.Option(help="The folder of the shop that is served; the demo's where not given.")
    ] = None,
) -> None:
    """Attacks against a model that obeys them, against this installation's, and a running server."""
    from evals.safety.measure import NoModel, Server, measure
    from evals.safety.shop_files import NoShopFiles

    try:
        server = Server(url, system, customer, customer_token, shop) if url else None
        measure(out, seed, server, real=real)
    except NoShopFiles as error:
        raise typer.BadParameter(str(error), param_hint="--shop") from error
    except NoModel as error:
        raise typer.BadParameter(str(error), param_hint="--real") from error


@app.command("policies")
def policies(
    messages: Annotated[Path, typer.Option(help="Bitext's messages, as JSON lines.")],
    out: Out = Path("docs/results/policies"),
    seed: Seed = 7,
    n: Annotated[int, typer.Option(min=1, help="Messages of each intent.")] = 40,
) -> None:
    """Whether questions about the shop's rules are answered by the right section of its policy pages."""
    from evals.policies import measure

    measure(messages, out, seed, n)


@app.command("api")
def api(
    url: Annotated[str | None, typer.Option(help="A running server; unset, a shop in this process.")] = None,
    key: Annotated[str | None, typer.Option(help="A key of that server that may do everything.")] = None,
    out: Out = Path("docs/results/api"),
    seed: Annotated[int, typer.Option(help="Of the requests.")] = 7,
    examples: Annotated[int, typer.Option(min=1, help="Of each kind, for each operation and caller.")] = 10,
) -> None:
    """Schemathesis over the whole OpenAPI description: what every operation answers to made-up requests."""
    from evals.api import measure

    if url and not key:
        raise typer.BadParameter("a running server needs a key that may do everything", param_hint="--key")
    measure(out, seed, url, key, examples)


@app.command("bundles", cls=ManyFiles)
def bundles(
    train: Annotated[list[Path], typer.Option(help="Session files to fit on; may be repeated.")],
    test: Annotated[list[Path] | None, typer.Option(help="Session files to test on whole.")] = None,
    out: Out = Path("docs/results/bundles"),
    seed: Seed = 7,
) -> None:
    """Groups of what a session looked at, against the bundles that people made of it."""
    from evals.bundles.measure import measure

    try:
        measure(train, test or [], out, seed)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


@app.command("completion", cls=ManyFiles)
def completion(
    data: Annotated[list[Path], typer.Option(help="Session files; may be repeated.")],
    out: Out = Path("docs/results/completion"),
    seed: Seed = 7,
) -> None:
    """The product that was left out of a bundle, found among all of its domain."""
    from evals.completion import measure

    try:
        measure(data, out, seed)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--data") from error


@app.command("complements")
def complements(
    data: Annotated[Path, typer.Option(help="Order lines in the form of Online Retail.")] = Path(
        "../shared/data/orders/online_retail.jsonl.gz"
    ),
    out: Out = Path("docs/results/complements"),
    seed: Seed = 7,
) -> None:
    """Whether two products are substitutes, complements or unrelated, against pairs read by hand."""
    from evals.complements import measure

    try:
        measure(data, out, seed)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--data") from error


@app.command("compose")
def compose(
    out: Out = Path("docs/results/compose"),
    seed: Seed = 7,
    instances: Annotated[int, typer.Option(min=5, help="Of each size.")] = 40,
) -> None:
    """How fast and how good the composer is, beside CP-SAT and trying everything."""
    from evals.compose import measure

    measure(out, seed, instances)


if __name__ == "__main__":
    app()
