"""Cards from records: what a shopper is shown of a product is read here, at the moment of showing."""

from collections.abc import Iterable, Mapping

from assistant.values import CardAvailability, CardRating, ProductCard
from retrieval.values import Hit
from shop.values import Product, Variant


def product_card(
    product: Product, variant: Variant | None = None, reasons: tuple[str, ...] = ()
) -> ProductCard:
    """The card of one variant; without one, of the cheapest that can be bought, else of the cheapest."""
    shown = variant or best_variant(product)
    rating = CardRating(round(product.rating.value, 2), product.rating.count) if product.rating else None
    return ProductCard(
        product_id=product.id,
        variant_id=shown.id,
        title=product.title,
        brand=product.brand,
        price=shown.price,
        list_price=shown.list_price if shown.list_price and shown.list_price > shown.price else None,
        availability=CardAvailability(shown.availability.available, shown.availability.status),
        rating=rating,
        url=product.url,
        image_url=_picture(product, shown),
        options=dict(shown.options),
        reasons=reasons,
    )


def _picture(product: Product, variant: Variant) -> str | None:
    """The picture whose description names an option of the variant, such as its colour; else the first.

    A feed may name a bare file that nobody serves: that is no picture.
    """
    values = [value.casefold() for value in variant.options.values()]
    served = [each for each in product.media if each.url.startswith(("https://", "http://", "/"))]
    shows = (each for each in served if any(value in each.alt.casefold() for value in values))
    chosen = next(shows, served[0] if served else None)
    return chosen.url if chosen else None


def best_variant(product: Product) -> Variant:
    """The cheapest variant that can be bought, else the cheapest."""
    return min(product.variants, key=lambda v: (not v.availability.available, v.price.amount, v.id))


def hit_cards(hits: Iterable[Hit], products: Mapping[str, Product]) -> tuple[ProductCard, ...]:
    """Cards in the order of the hits; a hit whose record is gone is not shown."""
    cards = []
    for hit in hits:
        product = products.get(hit.product_id)
        if product is not None:
            cards.append(product_card(product, product.variant(hit.variant_id), hit.reasons))
    return tuple(cards)
