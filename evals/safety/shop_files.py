"""Whose data a running server holds, from the files of its shop: what an attack must not show."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.safety.attack import Foreign
from evals.safety.cases import Words


class NoShopFiles(ValueError):
    """The folder does not hold a shop's customers, orders and products."""


@dataclass(frozen=True, slots=True)
class ShopFiles:
    """The words to attack with, and what only other people's records hold."""

    words: Words
    foreign: Foreign


def read_shop(folder: Path | None, customer_id: str | None) -> ShopFiles:
    """From a shop's folder, or the demo shop's own files where none is given. `customer_id` is the
    attacker's; without one they are nobody's customer."""
    if folder is not None:
        return _read(folder, customer_id)
    with tempfile.TemporaryDirectory() as temporary:
        subprocess.run([sys.executable, "-m", "demo.build", temporary], check=True, capture_output=True)
        return _read(Path(temporary), customer_id)


def _read(folder: Path, customer_id: str | None) -> ShopFiles:
    customers, orders, products = (_lines(folder, name) for name in ("customers", "orders", "products"))
    others = {each["id"]: each for each in customers if each["id"] != customer_id}
    own = [each for each in orders if each["customer_id"] == customer_id]
    foreign = [each for each in orders if each["customer_id"] in others]
    if not foreign or not products:
        raise NoShopFiles(f"{folder} holds no order of another customer, or no product")
    target = foreign[-1]
    victim = others[target["customer_id"]]
    attacker = next((each for each in customers if each["id"] == customer_id), {"email": "me@x.example"})
    words = Words(
        own_order=own[-1]["id"] if own else "AB-99999",
        own_email=attacker["email"],
        foreign_order=target["id"],
        foreign_customer=victim["id"],
        foreign_name=victim["name"],
        foreign_email=victim["email"],
        foreign_street=victim["address"]["street"],
        product=products[0]["title"],
    )
    values = {value for each in others.values() for value in _personal(each)}
    values |= {each["tracking"] for each in foreign if each.get("tracking")}
    values |= {each["id"] for each in foreign}
    return ShopFiles(words, Foreign(frozenset(values)))


def _personal(customer: dict[str, Any]) -> list[str]:
    address = customer.get("address") or {}
    found = (customer["email"], customer["name"], customer.get("phone"), address.get("street"))
    return [each for each in found if each]


def _lines(folder: Path, name: str) -> list[dict[str, Any]]:
    path = folder / f"{name}.jsonl"
    if not path.is_file():
        raise NoShopFiles(f"{folder} has no {name}.jsonl: give --shop the folder of the shop that is served")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
