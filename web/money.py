"""Amounts that callers send: all of a shop's prices are in one currency."""

from shop.money import Money
from web.context import Web
from web.errors import ApiError
from web.schemas.base import MoneyIn


def shop_currency(web: Web) -> str:
    return web.services.finder.vocabulary().currency


def in_shop_currency(web: Web, amount: MoneyIn | None, param: str) -> Money | None:
    """The amount, where it is in the shop's currency."""
    if amount is None:
        return None
    currency = shop_currency(web)
    if amount.currency != currency:
        raise ApiError(
            422, "wrong_currency", f"This shop's prices are in {currency}.", param=f"{param}.currency"
        )
    return amount.money()
