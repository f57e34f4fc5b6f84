"""Bundles without a chat: composed, shown, edited. No model is needed."""

from typing import Annotated

from fastapi import Path, Response
from fastapi.responses import JSONResponse

from assistant.bundles import BundleRequest as Request
from assistant.intent import Edit, Slot
from assistant.values import BundleView
from shop.events import RankedItem, Rankings
from shop.serialise import Json, to_json
from storage import UnitOfWork
from web.auth import Caller
from web.context import Web
from web.deps import CatalogueCaller, OnceDep, WebDep
from web.idempotency import Answer, Seal
from web.money import in_shop_currency
from web.routers.documented import errors, writes
from web.routing import router as new_router
from web.schemas import bundles as schemas
from web.schemas.base import Id
from web.schemas.cards import Bundle

router = new_router("/v1/bundles", "Bundles")

BundleId = Annotated[Id, Path(examples=["bundle_5tqk3m7dvxw2aeyhcfbn4rzgla"])]


@router.post("", response_model=schemas.BundlesAnswer, responses=writes(404))
async def compose(
    body: schemas.BundleRequest, web: WebDep, caller: CatalogueCaller, once: OnceDep
) -> Response:
    """Composes bundles that are in stock, go together and fit the budget.

    Where nothing is feasible: no bundles, and why in `infeasible`.
    """
    return await once.do(lambda _: _compose(web, caller, body))


@router.get("/{bundle_id}", response_model=Bundle, responses=errors(404))
async def read(bundle_id: BundleId, web: WebDep, caller: CatalogueCaller) -> Response:
    """A bundle with today's prices. The header `X-Ranking-Id` names what was shown, for `/v1/events`."""

    def shown() -> tuple[Json, str]:
        view = web.services.bundles.view(caller.owner, bundle_id)
        return to_json(view), _ranked(web, caller, (view,), None)

    view, ranking_id = await web.run(shown)
    return JSONResponse(view, headers={"X-Ranking-Id": ranking_id})


@router.post(
    "/{bundle_id}/edit",
    response_model=schemas.EditAnswer,
    responses={
        **writes(404),
        409: {"model": schemas.ChangedBody, "description": "`bundle_changed`, with the current bundle."},
        422: {"model": schemas.IncompatibleBody, "description": "Something is wrong, or `incompatible`."},
    },
)
async def edit(
    bundle_id: BundleId,
    body: schemas.EditRequest,
    web: WebDep,
    caller: CatalogueCaller,
    once: OnceDep,
) -> Response:
    """Locks, swaps, removes, adds, changes the budget, undoes.

    A stale `revision` is 409 with the current bundle. Where nothing feasible is left: the unchanged bundle,
    and why in `infeasible`.
    """
    return await once.do(lambda seal: _edit(web, caller, bundle_id, body, seal))


def _compose(web: Web, caller: Caller, asked: schemas.BundleRequest) -> Answer:
    composed = web.services.bundles.compose(
        Request(
            owner=caller.owner,
            need=asked.need,
            slots=tuple(Slot(each.name, each.query, each.quantity, each.required) for each in asked.slots),
            anchor_product_ids=tuple(asked.anchor_product_ids),
            budget=in_shop_currency(web, asked.budget, "budget"),
            exclude_product_ids=frozenset(asked.exclude_product_ids),
            count=asked.count,
        )
    )
    answer: dict[str, Json] = {"bundles": [to_json(view) for view in composed.bundles]}
    if composed.bundles:
        answer["ranking_id"] = _ranked(web, caller, composed.bundles, asked.need)
    if composed.infeasible is not None:
        answer["infeasible"] = to_json(composed.infeasible)
    return Answer(200, answer)


def _edit(web: Web, caller: Caller, bundle_id: str, asked: schemas.EditRequest, seal: Seal) -> Answer:
    answer: dict[str, Json] = {}

    def kept(work: UnitOfWork, view: BundleView) -> None:
        answer["ranking_id"] = _rank(work, web, caller, (view,), None)
        seal.put(work, Answer(200, {"bundle": to_json(view)} | answer))

    product_id = getattr(asked, "product_id", None)
    edited = web.services.bundles.edit(
        caller.owner, bundle_id, asked.revision, _wanted(web, asked), product_id, kept=kept
    )
    if edited.infeasible is not None:
        answer["infeasible"] = to_json(edited.infeasible)
    return Answer(200, {"bundle": to_json(edited.bundle)} | answer)


def _wanted(web: Web, asked: schemas.EditRequest) -> Edit:
    match asked:
        case schemas.SwapEdit():
            prefer = asked.prefer or schemas.Prefer()
            return Edit(
                "swap",
                slot=asked.slot,
                query=asked.query,
                cheaper=prefer.cheaper,
                attributes=prefer.attributes or {},
                quantity=asked.quantity,
            )
        case schemas.AddEdit():
            return Edit("add", slot=asked.slot, query=asked.query, quantity=asked.quantity)
        case schemas.BudgetEdit():
            return Edit("set_budget", budget=in_shop_currency(web, asked.budget, "budget"))
        case schemas.LockEdit() | schemas.RemoveEdit():
            return Edit(asked.op, slot=asked.slot)
        case schemas.StepEdit():
            return Edit(asked.op)


def _ranked(web: Web, caller: Caller, shown: tuple[BundleView, ...], need: str | None) -> str:
    with web.database.begin() as work:
        return _rank(work, web, caller, shown, need)


def _rank(work: UnitOfWork, web: Web, caller: Caller, shown: tuple[BundleView, ...], need: str | None) -> str:
    """One ranking for what is shown: the products of the bundles, bundle by bundle."""
    items = [RankedItem(item.product.product_id, view.score) for view in shown for item in view.items]
    return Rankings(work).record(caller.owner, items, strategy="bundle", at=web.now(), query=need or None)
