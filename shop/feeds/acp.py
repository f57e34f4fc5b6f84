"""The product feed of the Agentic Commerce Protocol: JSON lines or delimited, of today and of before.

Its rows are Google's with other names, so they are renamed and read as those. The flags that say what
another assistant may show or sell (`is_eligible_search`, once `enable_search`) say nothing about this shop.

Reference: https://developers.openai.com/commerce/specs/file-upload/products
"""

from collections.abc import Collection, Iterator, Mapping

from shop.feeds import google
from shop.feeds.reading import Draft, Reading
from shop.feeds.row import load_json
from shop.serialise import Json

#: Google's name of each field, by its name of today and those of before.
_NAMES = {
    "item_id": "id",
    "url": "link",
    "image_url": "image_link",
    "additional_image_urls": "additional_image_link",
    "group_id": "item_group_id",
    "variant_dict": "variant_options",
    "product_category": "product_type",
    "inventory_quantity": "quantity",
    "product_review_rating": "star_rating",
    "product_review_count": "review_count",
}
#: Fields that no other feed has.
_MARKS = frozenset(
    (
        "is_eligible_search",
        "is_eligible_checkout",
        "enable_search",
        "enable_checkout",
        "listing_has_variations",
    )
)
_CUSTOM = ("1", "2", "3")

Cells = Mapping[str, Json]


def is_acp(columns: Collection[str]) -> bool:
    names = {column.strip().lower() for column in columns}
    identified = bool(names & {"item_id", "id"}) and {"title", "price"} <= names
    return identified and (bool(names & _MARKS) or {"item_id", "image_url", "availability"} <= names)


def read(reading: Reading) -> Iterator[Draft]:
    return google.read_renamed(reading, _renamed)


def _renamed(cells: Cells) -> Cells:
    lowered = {column.strip().lower(): cell for column, cell in cells.items()}
    # What is named as today comes first where a feed has both.
    renamed = {name: cell for name, cell in lowered.items() if name not in _NAMES}
    renamed |= {
        _NAMES[name]: cell for name, cell in lowered.items() if name in _NAMES and cell not in (None, "")
    }
    for column in ("price", "sale_price"):
        renamed[column] = _amount(renamed.get(column))
    options = _options(renamed)
    if options is not None:
        renamed["variant_options"] = options
    else:
        renamed.pop("variant_options", None)
    return renamed


def _amount(price: Json) -> Json:
    """`{"amount": "19.99", "currency": "USD"}` as `19.99 USD`."""
    if isinstance(price, dict) and isinstance(price.get("amount"), str | int | float):
        return f"{price['amount']} {price.get('currency') or ''}".strip()
    return price


def _options(cells: Cells) -> dict[str, Json] | None:
    """What tells a variant apart: a mapping (as text in a table), or the numbered pairs of before."""
    said = cells.get("variant_options")
    if isinstance(said, str) and said.lstrip().startswith("{"):
        try:
            said = load_json(said)
        except (ValueError, RecursionError):
            said = None
    if isinstance(said, dict):
        return said
    pairs = {
        str(cells[f"custom_variant{number}_category"]): cells.get(f"custom_variant{number}_option")
        for number in _CUSTOM
        if cells.get(f"custom_variant{number}_category")
    }
    if not pairs:
        return None
    return {**{name: cells[name] for name in ("color", "size") if cells.get(name)}, **pairs}
