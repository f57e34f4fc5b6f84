"""Amounts that callers send: all of a shop's prices are in one currency."""

from shop.money import Money
from shop.profile import Profile
from storage import UnitOfWork
from web.context import Web
from web.errors import ApiError
from web.schemas.base import MoneyIn


def shop_currency(work: UnitOfWork, web: Web) -> str:
    """The shop's currency; where nobody has said it, the one that its products have."""
    profile = Profile(work).get()
    return profile.currency if profile else web.services.finder.vocabulary().currency


def in_shop_currency(web: Web, amount: MoneyIn | None, param: str) -> Money | None:
    """The amount, where it is in the shop's currency."""
    if amount is None:
        return None
    with web.database.read() as work:
        currency = shop_currency(work, web)
    if amount.currency != currency:
        raise ApiError(
            422, "wrong_currency", f"This shop's prices are in {currency}.", param=f"{param}.currency"
        )
    return amount.money()
