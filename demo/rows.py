"""The shop's records as the JSON rows of its feeds; README.md describes them. A field without a value is
left out.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from demo.catalogue import Product, Variant
from demo.customers import Customer
from demo.orders import Line, Order
from demo.reviews import Review
from demo.sources import WrittenPromotion

CURRENCY = "USD"
SHOP_URL = "https://shop.example"

Row = dict[str, object]


def product_row(product: Product) -> Row:
    written = product.written
    return _filled(
        id=product.id,
        handle=product.handle,
        title=written.title,
        description=written.description,
        url=f"{SHOP_URL}/products/{product.handle}",
        categories=[product.family.category],
        brand=written.brand,
        tags=list(written.tags),
        media=[{"url": f"/media/{p.name}.svg", "alt": p.alt} for p in product.pictures],
        options=list(written.options),
        attributes=dict(written.attributes),
        provides=dict(written.provides),
        requires=dict(written.requires),
        rating={"value": written.rating, "count": written.ratings},
        variants=[_variant_row(variant) for variant in product.variants],
    )


def review_row(review: Review) -> Row:
    return _filled(
        id=review.id,
        product_id=review.product_id,
        rating=review.written.rating,
        text=review.written.text,
        at=_moment(review.at),
        customer_id=review.customer_id,
        verified=review.customer_id is not None,
    )


def customer_row(customer: Customer) -> Row:
    return _filled(
        id=customer.id,
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        address=_address(customer),
    )


def order_row(order: Order) -> Row:
    return _filled(
        id=order.id,
        customer_id=order.customer.id,
        placed_at=_moment(order.placed_at),
        status=order.status,
        lines=[_line_row(line) for line in order.lines],
        total=_money(order.total),
        address=_address(order.customer),
        tracking=order.tracking,
    )


def promotion_row(promotion: WrittenPromotion) -> Row:
    return _filled(
        id=promotion.id,
        title=promotion.title,
        kind=promotion.kind,
        percent=promotion.percent,
        amount=_money(promotion.amount),
        code=promotion.code,
        minimum=_money(promotion.minimum),
        starts_at=_moment(promotion.starts_at),
        ends_at=_moment(promotion.ends_at),
        categories=list(promotion.categories),
        product_ids=list(promotion.product_ids),
        set_of=list(promotion.set_of),
    )


def _variant_row(variant: Variant) -> Row:
    return _filled(
        id=variant.id,
        sku=variant.sku,
        price=_money(variant.price),
        list_price=_money(variant.list_price),
        availability=_filled(status=variant.status, quantity=variant.quantity),
        options=dict(variant.options),
        barcodes=[variant.barcode],
    )


def _line_row(line: Line) -> Row:
    return _filled(
        product_id=line.product.id,
        variant_id=line.variant.id,
        title=line.product.written.title,
        quantity=line.quantity,
        price=_money(line.price),
    )


def _address(customer: Customer) -> Mapping[str, str]:
    return {
        "name": customer.name,
        "street": customer.street,
        "city": customer.town.name,
        "postcode": customer.town.postcode,
        "country": customer.country,
    }


def _money(cents: int | None) -> Row | None:
    return None if cents is None else {"amount": cents, "currency": CURRENCY}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _filled(**fields: object) -> Row:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
