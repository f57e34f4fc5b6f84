"""The cart as it is shown: lines from the store, prices from the records, promotions from pricing."""

from datetime import datetime

from assistant.cards import product_card
from assistant.values import CartLineView, CartView, DiscountView
from shop.carts import Carts
from shop.catalogue import Catalogue
from shop.pricing import price_cart
from shop.promotions import Promotions
from storage import UnitOfWork


def view_cart(work: UnitOfWork, owner: str, currency: str, now: datetime) -> CartView:
    """The owner's cart with today's prices. A line whose product is gone is left out of it."""
    lines = Carts(work).lines(owner)
    products = Catalogue(work).products([line.product_id for line in lines])
    shown = []
    for line in lines:
        product = products.get(line.product_id)
        variant = product.variant(line.variant_id) if product else None
        if product is None or variant is None:
            continue
        card = product_card(product, variant)
        shown.append(CartLineView(line.id, line.quantity, card, card.price * line.quantity, line.bundle_id))
    priced = price_cart(
        [(products[each.product.product_id], each.product.variant_id, each.quantity) for each in shown],
        Promotions(work).all(),
        codes=Carts(work).codes(owner),
        now=now,
        currency=currency,
    )
    return CartView(
        tuple(shown),
        priced.subtotal,
        priced.total,
        tuple(DiscountView(each.promotion_id, each.title, each.amount) for each in priced.discounts),
    )
