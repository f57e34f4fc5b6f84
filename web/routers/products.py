"""Search and products: what needs neither chat nor model."""

import time
from typing import Annotated, cast

from fastapi import Path, Response
from fastapi.responses import JSONResponse

from assistant.cards import product_card
from retrieval.values import Exclusion, Filters, Query, SearchResult
from shop.catalogue import Catalogue
from shop.events import RankedItem, Rankings
from shop.serialise import Json, to_json
from shop.values import Product
from storage import UnitOfWork
from web.auth import Caller
from web.context import Web
from web.deps import CatalogueCaller, OnceDep, WebDep
from web.errors import not_found
from web.idempotency import Answer
from web.money import in_shop_currency
from web.routers.documented import errors, writes
from web.routing import router as new_router
from web.schemas.base import Id
from web.schemas.search import FiltersIn, SearchAnswer, SearchRequest
from web.schemas.search import Product as ProductSchema

router = new_router("/v1", "Catalogue")


@router.post("/search", response_model=SearchAnswer, responses=writes())
async def search(body: SearchRequest, web: WebDep, caller: CatalogueCaller, once: OnceDep) -> Response:
    """Finds products by words and facts. `relaxed` says which facts had to be given up."""
    return await once.do(lambda _: _search(web, caller, body))


@router.get("/products/{product_id:path}", response_model=ProductSchema, responses=errors(404))
async def product(
    product_id: Annotated[Id, Path(description="Any text; it may hold slashes.")],
    web: WebDep,
    _caller: CatalogueCaller,
) -> Response:
    """A product's whole record, with today's prices and stock."""

    def found() -> Product | None:
        with web.database.read() as work:
            return Catalogue(work).product(product_id)

    record = await web.run(found)
    if record is None:
        raise not_found("unknown_product", "The shop has no such product.", "product_id")
    return JSONResponse(record_json(record))


def _search(web: Web, caller: Caller, asked: SearchRequest) -> Answer:
    began = time.perf_counter()
    query = Query(asked.query, filters_of(web, asked.filters), asked.limit)
    result = web.services.finder.search(query)
    with web.database.begin() as work:
        products = Catalogue(work).products([hit.product_id for hit in result.hits])
        ranking_id = _ranked(work, web, caller, result, asked.query)
    shown: list[Json] = []
    for hit in result.hits:
        if (record := products.get(hit.product_id)) is not None:
            card = to_json(product_card(record, record.variant(hit.variant_id), hit.reasons))
            shown.append({**cast("dict[str, Json]", card), "score": hit.score})
    answer: dict[str, Json] = {"products": shown, "ranking_id": ranking_id}
    if result.relaxed:
        answer["relaxed"] = list(result.relaxed)
    return Answer(200, answer | {"took_ms": round((time.perf_counter() - began) * 1000, 1)})


def _ranked(work: UnitOfWork, web: Web, caller: Caller, result: SearchResult, query: str) -> str:
    items = [RankedItem(hit.product_id, hit.score) for hit in result.hits]
    return Rankings(work).record(caller.owner, items, strategy=result.strategy, at=web.now(), query=query)


def filters_of(web: Web, asked: FiltersIn | None) -> Filters:
    if asked is None:
        return Filters()
    price = asked.price
    return Filters(
        categories=tuple(asked.categories),
        brand=asked.brand,
        min_price=in_shop_currency(web, price.min if price else None, "filters.price.min"),
        max_price=in_shop_currency(web, price.max if price else None, "filters.price.max"),
        available=asked.available,
        min_rating=asked.min_rating,
        attributes=asked.attributes,
        exclude=tuple(Exclusion(each.field, each.value) for each in asked.exclude),
    )


def record_json(record: Product) -> Json:
    """The record, with `available` beside each variant's status."""
    written = cast("dict[str, Json]", to_json(record))
    variants = []
    for variant in record.variants:
        shown = cast("dict[str, Json]", to_json(variant))
        availability = cast("dict[str, Json]", shown["availability"])
        variants.append(
            {**shown, "availability": {"available": variant.availability.available, **availability}}
        )
    return {**written, "variants": cast("list[Json]", variants)}
