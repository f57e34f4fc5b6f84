"""`demo`: a shop on this machine in one command, the demo shop or any feed at hand."""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import jwt
import typer
from pydantic import SecretStr
from rich.panel import Panel

from commands.accounts import demo_account
from commands.console import console, errors, progress
from commands.demo_orders import freshen
from commands.ingest import build_index, summary
from commands.reading import read_settings
from commands.serve import listen
from settings import SECRET_BYTES, Settings
from shop.customers import Customers
from shop.feeds import FeedError, ImportReport, import_shop
from shop.profile import DEFAULT_NAME, Profile
from shop.values import Customer, Order
from storage import Database
from wiring import build_app, now, open_database

HOST = "127.0.0.1"
CUSTOMER_TOKEN_LIFE = timedelta(minutes=10)
SOURCES = Path("demo")
DEMO_NAME = "Pairwell General Store"


@dataclass(frozen=True, slots=True)
class Access:
    """What a start of the demo hands out: valid for this process only."""

    key: str
    customer: Customer | None = None
    customer_token: str | None = None
    orders: tuple[Order, ...] = ()


def run_demo(port: int, catalogue: Path | None, mapping: str | None) -> None:
    """Builds the shop where it changed, then serves it on loopback."""
    settings = read_settings()
    if settings.env == "production":
        errors.print("the demo hands out keys: it does not run with PAIRWELL_ENV=production")
        raise typer.Exit(2)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    name = catalogue.name.split(".")[0] if catalogue else "demo"
    settings = settings.model_copy(
        update={
            "data_dir": settings.data_dir / name,
            "customer_secrets": (SecretStr(secret), *settings.customer_secrets[:1]),
        }
    )
    database = open_database(settings)
    _fill(database, settings, catalogue or _demo_shop(settings.data_dir / "shop"), mapping)
    _name(database, name.replace("_", " ").title() if catalogue else DEMO_NAME)
    access = _access(database, secret)
    _print_access(port, access, *demo_account(database))
    database.dispose()
    if catalogue is None:
        settings = settings.model_copy(update={"policies_dir": settings.data_dir / "shop" / "policies"})
    listen(build_app(settings, demo_key=access.key), HOST, port)


def _demo_shop(out: Path) -> Path:
    """The demo shop's files, built anew where its sources changed."""
    from demo.build import build

    digest = _digest(SOURCES)
    stamp = out / ".sources"
    if not stamp.is_file() or stamp.read_text() != digest:
        build(out)
        stamp.write_text(digest)
    return out


def _fill(database: Database, settings: Settings, source: Path, mapping: str | None) -> None:
    """Imports and indexes; a source that is unchanged since the last start costs nothing."""
    digest = f"{_digest(source)} {mapping}"
    stamp = settings.data_dir / ".imported"
    if stamp.is_file() and stamp.read_text() == digest:
        return
    try:
        with progress(f"reading {source.name}") as advance:
            report: ImportReport = import_shop(
                database, source, mapping=mapping, prune=True, progress=advance, media_dir=settings.media
            )
    except FeedError as error:
        errors.print(str(error))
        raise typer.Exit(1) from error
    console.print(summary(report))
    build_index(settings, database)
    stamp.write_text(digest)


def _name(database: Database, name: str) -> None:
    """Gives the shop a name to show, where it has brought none."""
    with database.begin() as work:
        profile = Profile(work).get()
        if profile is not None and profile.name == DEFAULT_NAME:
            Profile(work).put(replace(profile, name=name))


def _digest(path: Path) -> str:
    """Of one file, or of all files below a folder."""
    total = sha256()
    files = [path] if path.is_file() else sorted(each for each in path.rglob("*") if _counts(each))
    for each in files:
        total.update(each.name.encode())
        total.update(sha256(each.read_bytes()).digest())
    return total.hexdigest()


def _counts(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")


def _access(database: Database, secret: str) -> Access:
    with database.read() as work:
        customer = next(iter(Customers(work).all()), None)
    key = f"pw_key_{secrets.token_urlsafe(32)}"
    if customer is None:
        return Access(key)
    issued = now()
    claims = {
        "sub": customer.id,
        "aud": "pairwell",
        "iat": issued,
        "exp": issued + CUSTOMER_TOKEN_LIFE,
        "jti": secrets.token_urlsafe(16),
    }
    token = jwt.encode(claims, secret, algorithm="HS256")
    return Access(key, customer, token, freshen(database, customer.id, issued))


def _print_access(port: int, access: Access, login: str, password: str) -> None:
    base = f"http://{HOST}:{port}"
    lines = [
        f"shop      [link]{base}/[/link]",
        f"support   [link]{base}/support[/link]  as [bold]{login}[/bold], password [bold]{password}[/bold]",
        f"mails     [link]{base}/mails[/link]  (nothing is sent: the demo shows its mails there)",
        f"API       [link]{base}/docs[/link]",
        f"key       [bold]{access.key}[/bold]",
    ]
    if access.customer:
        lines.append(f"customer  {access.customer.id}, {access.customer.email}")
    if access.orders:
        lines.append(f"orders    {', '.join(f'{each.id} ({each.status})' for each in access.orders)}")
    lines.append("Key and token hold for this process and this machine only. Ctrl+C stops it.")
    console.print(Panel("\n".join(lines), title="Pairwell", expand=False))
    if access.customer_token:
        # Outside the frame, which would cut it: this is for copying.
        console.print(f"customer token  {access.customer_token}", soft_wrap=True)
