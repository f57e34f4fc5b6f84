"""The caller's own cart."""

from typing import Annotated

from fastapi import Path, Response
from fastapi.responses import JSONResponse

from assistant.cards import best_variant
from assistant.cart_view import view_cart
from shop.carts import Carts
from shop.catalogue import Catalogue
from shop.errors import UnknownVariant
from shop.serialise import Json, to_json
from storage import UnitOfWork
from web.auth import Caller
from web.context import Web
from web.deps import ChatCaller, OnceDep, WebDep
from web.errors import not_found
from web.idempotency import Answer
from web.money import shop_currency
from web.routers.documented import errors, writes
from web.routing import router as new_router
from web.schemas.base import Id
from web.schemas.cards import Cart
from web.schemas.cart import CartItemChange, NewCartItem

router = new_router("/v1/cart", "Cart")

Line = Annotated[Id, Path(examples=["line_5tqk3m7dvxw2aeyhcfbn4rzgla"])]


@router.get("", response_model=Cart, responses=errors())
async def read(web: WebDep, caller: ChatCaller) -> Response:
    """The cart with today's prices and promotions."""

    def found() -> Json:
        with web.database.read() as work:
            return cart_json(work, web, caller)

    return JSONResponse(await web.run(found))


@router.post("/items", status_code=201, response_model=Cart, responses=writes(404))
async def add(body: NewCartItem, web: WebDep, caller: ChatCaller, once: OnceDep) -> Response:
    """Puts a variant into the cart; what is there already adds up. More than there is, is 409."""

    def added(work: UnitOfWork) -> Answer:
        product_id, variant_id = _chosen(work, body)
        Carts(work).add(caller.owner, product_id, variant_id, body.quantity, body.bundle_id)
        return Answer(201, cart_json(work, web, caller))

    return await once.transact(added)


@router.patch("/items/{line}", response_model=Cart, responses=writes(404))
async def change(
    line: Line, body: CartItemChange, web: WebDep, caller: ChatCaller, once: OnceDep
) -> Response:
    """Sets how many of a line's variant are in the cart."""

    def changed(work: UnitOfWork) -> Answer:
        Carts(work).set_quantity(caller.owner, line, body.quantity)
        return Answer(200, cart_json(work, web, caller))

    return await once.transact(changed)


@router.delete("/items/{line}", response_model=Cart, responses=writes(404))
async def remove(line: Line, web: WebDep, caller: ChatCaller, once: OnceDep) -> Response:
    """Takes a line out of the cart."""

    def removed(work: UnitOfWork) -> Answer:
        Carts(work).remove(caller.owner, line)
        return Answer(200, cart_json(work, web, caller))

    return await once.transact(removed)


def cart_json(work: UnitOfWork, web: Web, caller: Caller) -> Json:
    return to_json(view_cart(work, caller.owner, shop_currency(work, web), web.now()))


def _chosen(work: UnitOfWork, asked: NewCartItem) -> tuple[str, str]:
    """The product and the variant that are meant, where only one of the two is named."""
    catalogue = Catalogue(work)
    if asked.variant_id is not None:
        found = catalogue.variant(asked.variant_id)
        if found is None or asked.product_id not in (None, found[0].id):
            raise UnknownVariant(asked.variant_id)
        return found[0].id, asked.variant_id
    product = catalogue.product(asked.product_id or "")
    if product is None:
        raise not_found("unknown_product", "The shop has no such product.", "product_id")
    return product.id, best_variant(product).id
