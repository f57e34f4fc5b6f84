"""The one entry: the command line, and `create_app()` for a server of your own.

    python app.py --help
    uvicorn --factory app:create_app

Nothing heavy is imported until a command needs it, so that `--help` answers at once.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.failing import Told

if TYPE_CHECKING:
    from fastapi import FastAPI

app = typer.Typer(
    name="pairwell",
    cls=Told,
    help="Pairwell, a self-hosted shopping assistant: it finds products, composes bundles that fit, "
    "explains them, and hands over to a person.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)
customer_app = typer.Typer(help="What is kept about a customer: export, erase.", no_args_is_help=True)
keys_app = typer.Typer(help="API keys: create, list, revoke.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
accounts_app = typer.Typer(help="Accounts of the support desk.", no_args_is_help=True)
app.add_typer(accounts_app, name="accounts")
app.add_typer(customer_app, name="customer")

Feed = Annotated[
    str, typer.Argument(help="A feed file or its address, or a folder with products and side files.")
]
FeedFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="native, shopify, woocommerce, google, acp, schema.org or mapped; guessed where not given.",
    ),
]
Encoding = Annotated[str | None, typer.Option(help="Of a file that is not Unicode: cp1252, shift_jis, ...")]
Taxonomy = Annotated[
    Path | None, typer.Option(help="Google's taxonomy-with-ids file, to name its categories.")
]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]


def create_app() -> "FastAPI":
    """The whole application, wired from the environment's settings."""
    from settings import Settings
    from web import logs
    from wiring import build_app

    logs.install()
    return build_app(Settings())


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve the shop in the database: the API, the chat page and the support page."""
    from commands.serve import serve_shop

    serve_shop(host, port)


@app.command()
def demo(
    port: Port = 8000,
    catalogue: Annotated[
        Path | None, typer.Option(help="Serve this feed (or folder) in place of the demo shop.")
    ] = None,
    mapping: Annotated[
        str | None, typer.Option(help="A mapping file, or the name of one that ships, for --catalogue.")
    ] = None,
) -> None:
    """Build and serve the demo shop on this machine, with a key and a customer made for the occasion."""
    from commands.demo import run_demo

    run_demo(port, catalogue, mapping)


@app.command()
def ingest(
    feed: Feed,
    mapping: Annotated[
        str | None,
        typer.Option(help="A mapping file, or the name of one that ships, for a plain CSV or JSONL."),
    ] = None,
    feed_format: FeedFormat = None,
    currency: Annotated[str | None, typer.Option(help="ISO 4217 code for prices that name none.")] = None,
    encoding: Encoding = None,
    taxonomy: Taxonomy = None,
    max_errors: Annotated[
        int, typer.Option(help="Give up, changing nothing, above this many bad rows.")
    ] = 100,
    prune: Annotated[bool, typer.Option(help="Remove products that the feed no longer has.")] = False,
    force: Annotated[bool, typer.Option(help="Remove them even where they are many.")] = False,
    index: Annotated[bool, typer.Option(help="Bring the search index up to date afterwards.")] = True,
    look: Annotated[
        bool, typer.Option("--inspect", help="Import nothing: show the guess, and write a mapping file.")
    ] = False,
    watch: Annotated[bool, typer.Option(help="Stay, and import every change.")] = False,
    every: Annotated[float | None, typer.Option(min=0.1, help="Seconds between two looks.")] = None,
    allow_private: Annotated[bool, typer.Option(help="Fetch from addresses of this network too.")] = False,
) -> None:
    """Import a feed (Shopify, WooCommerce, Google, ACP, CSV, JSONL, ...; file or address) or a folder."""
    from commands.ingest import Ingest, run_ingest, run_inspect, run_watch
    from shop.feeds import Options

    options = Options(mapping, feed_format, currency, max_errors, prune, encoding, taxonomy, force)
    wanted = Ingest(feed, options, index, allow_private)
    if look:
        run_inspect(wanted)
    elif watch:
        run_watch(wanted, every)
    else:
        run_ingest(wanted)


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="What to look for.")],
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many products.")] = 10,
    max_price: Annotated[str | None, typer.Option(help="In the shop's currency, such as 49.99.")] = None,
    category: Annotated[
        str | None, typer.Option(help="A category path of the shop, or its last part.")
    ] = None,
    brand: Annotated[str | None, typer.Option(help="A brand of the shop.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each stage made of it.")] = False,
) -> None:
    """Search the shop's products and show why each was found."""
    from commands.search import run_search

    run_search(words, limit, max_price, category, brand, explained=explain)


@app.command()
def chat(
    url: Annotated[
        str | None, typer.Option(help="A running server; without it the shop is opened here.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="An API key for --url; without it a session is made.")
    ] = None,
) -> None:
    """Talk to the assistant in the terminal."""
    from commands.chat import run_chat

    run_chat(url, key)


@app.command()
def doctor(
    repair: Annotated[bool, typer.Option(help="Mend what can be mended: schema and search index.")] = False,
) -> None:
    """Say what is missing on this machine and in this shop, and what to do about it."""
    from commands.doctor import run_doctor

    raise typer.Exit(run_doctor(repair=repair))


@accounts_app.command("create")
def accounts_create(
    login: Annotated[str, typer.Argument(help="What the person signs in with.")],
    name: Annotated[str, typer.Option(help="What shoppers and colleagues read.")] = "",
    role: Annotated[str, typer.Option(help="agent, or admin.")] = "agent",
    generate: Annotated[bool, typer.Option(help="Make a password and show it once.")] = False,
) -> None:
    """Make an account of the support desk."""
    from commands.accounts import create

    create(login, name, role, generate=generate)


@accounts_app.command("list")
def accounts_list() -> None:
    """List the people of the support desk."""
    from commands.accounts import show

    show()


@accounts_app.command("password")
def accounts_password(login: Annotated[str, typer.Argument()]) -> None:
    """Give an account a new password."""
    from commands.accounts import set_password

    set_password(login)


@accounts_app.command("disable")
def accounts_disable(login: Annotated[str, typer.Argument()]) -> None:
    """Let nobody sign in with an account any more."""
    from commands.accounts import disable

    disable(login)


@app.command()
def backup(out: Annotated[Path, typer.Argument(help="The file to write: shop.zip.")]) -> None:
    """Write the whole shop into one file: records, conversations, pictures. The server may go on serving."""
    from commands.backup import run_backup

    run_backup(out)


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")]) -> None:
    """Bring a backup back into an empty database, SQLite or PostgreSQL."""
    from commands.backup import run_restore

    run_restore(source)


@customer_app.command("export")
def customer_export(
    customer_id: Annotated[str, typer.Argument(help="The customer's id.")],
    out: Annotated[Path | None, typer.Option(help="A file; unset, the terminal.")] = None,
) -> None:
    """Give out as JSON all that is kept about a customer."""
    from commands.customers import export

    export(customer_id, out)


@customer_app.command("erase")
def customer_erase(
    customer_id: Annotated[str, typer.Argument(help="The customer's id.")],
    yes: Annotated[bool, typer.Option("--yes", prompt="Erase for good?", help="Do not ask.")] = False,
) -> None:
    """Erase a customer: orders, reviews, conversations, carts, sessions. The audit log keeps stubs."""
    from commands.customers import erase

    if yes:
        erase(customer_id)


@keys_app.command("create")
def keys_create(
    scope: Annotated[list[str], typer.Option(help="chat, catalogue, support or admin; may be repeated.")],
    name: Annotated[str, typer.Option(help="What the key is for.")] = "",
) -> None:
    """Make an API key. It is shown once and stored hashed."""
    from commands.keys import create

    create(scope, name)


@keys_app.command("list")
def keys_list() -> None:
    """List the keys by id, scopes and last use."""
    from commands.keys import show

    show()


@keys_app.command("revoke")
def keys_revoke(key_id: Annotated[str, typer.Argument(help="The id that `keys list` shows.")]) -> None:
    """Revoke a key at once."""
    from commands.keys import revoke

    revoke(key_id)


if __name__ == "__main__":
    app()
