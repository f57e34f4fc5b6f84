"""Pages for merchants: a title, bullets and a description from the records alone, as a draft to accept."""

from fastapi import Response

from assistant.telling import Tone
from assistant.writer import WrittenCopy
from shop.catalogue import Catalogue
from shop.serialise import Json
from web.auth import Caller
from web.context import Web
from web.deps import MerchantCaller, OnceDep, WebDep
from web.errors import not_found
from web.idempotency import Answer
from web.routers.documented import writes
from web.routing import router as new_router
from web.schemas.copy import CopyDraft, CopyRequest

router = new_router("/v1", "Catalogue")


@router.post("/copy", response_model=CopyDraft, responses=writes(404))
async def draft(body: CopyRequest, web: WebDep, caller: MerchantCaller, once: OnceDep) -> Response:
    """Writes a page for a product or a bundle. For API keys with the scope `catalogue`.

    Every sentence is held against the record; what the model says beyond it is replaced by the record's own
    words. No price and no stock: they change. Nothing is stored.
    """
    return await once.do(lambda _: _page(_written(web, caller, body), body.tone))


def _page(written: WrittenCopy, tone: Tone) -> Answer:
    page: dict[str, Json] = {
        "title": written.copy.title,
        "bullets": list(written.copy.bullets),
        "description": written.copy.description,
        "tone": tone,
        "sources": {"model": written.model, "template": written.template},
    }
    return Answer(200, page)


def _written(web: Web, caller: Caller, asked: CopyRequest) -> WrittenCopy:
    writer = web.services.writer
    if asked.product_id is not None:
        with web.database.read() as work:
            product = Catalogue(work).product(asked.product_id)
        if product is None:
            raise not_found("unknown_product", "The shop has no such product.", "product_id")
        return writer.product_copy(product, asked.tone)
    view = web.services.bundles.view(caller.owner, asked.bundle_id or "")
    with web.database.read() as work:
        records = Catalogue(work).products([item.product.product_id for item in view.items])
    return writer.bundle_copy(view, records, asked.tone)
