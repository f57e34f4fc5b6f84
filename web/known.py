"""What the packages below raise, as answers of the API: the one border where it is translated."""

from collections.abc import Callable, Mapping
from typing import cast

from assistant.bundles import BundleChanged
from assistant.bundling.errors import (
    BadEdit,
    BadRequest,
    IncompatibleChoice,
    UnknownBundle,
    UnknownProduct,
    UnknownSlot,
)
from assistant.confirmations import UnknownConfirmation
from assistant.conversations import ConversationBusy, UnknownConversation, UnknownMessage
from shop.errors import BadQuantity, OutOfStock, UnknownLine, UnknownRanking, UnknownVariant
from shop.serialise import to_json
from storage import Conflict, StorageUnavailable
from web.errors import ApiError, Translate, not_found
from web.turns import conversation_busy, store_unavailable


def _unknown(code: str, message: str, param: str | None = None) -> Translate:
    return lambda _error: not_found(code, message, param)


def _refused(code: str, param: str | None = None) -> Translate:
    """The error's own sentence says what to do."""
    return lambda error: ApiError(422, code, f"{str(error)[:1].upper()}{str(error)[1:]}.", param=param)


def _out_of_stock(error: Exception) -> ApiError:
    left = cast(OutOfStock, error).available
    message = f"Only {left} can be bought." if left else "It is sold out."
    return ApiError(409, "out_of_stock", message, param="quantity", extra={"available": left})


def _changed(error: Exception) -> ApiError:
    current = cast(BundleChanged, error).current
    message = f"The bundle was edited since: it is at revision {current.revision}."
    return ApiError(409, "bundle_changed", message, param="revision", extra={"bundle": to_json(current)})


def _incompatible(error: Exception) -> ApiError:
    fact = cast(IncompatibleChoice, error).fact
    return ApiError(422, "incompatible", f"{error}.", param="product_id", extra={"fact": to_json(fact)})


KNOWN: Mapping[type[Exception], Callable[[Exception], ApiError]] = {
    UnknownConversation: _unknown("unknown_conversation", "There is no such conversation."),
    UnknownMessage: _unknown("unknown_message", "There is no such message of the assistant."),
    ConversationBusy: lambda _error: conversation_busy(),
    UnknownConfirmation: _unknown(
        "unknown_confirmation", "There is no such confirmation, or it is over. Ask the assistant again."
    ),
    UnknownBundle: _unknown("unknown_bundle", "There is no such bundle, or it has expired."),
    UnknownProduct: _unknown("unknown_product", "The shop has no such product.", "product_id"),
    UnknownVariant: _unknown("unknown_variant", "The product has no such variant.", "variant_id"),
    UnknownLine: _unknown("unknown_line", "There is no such line in the cart."),
    UnknownRanking: _unknown("unknown_ranking", "This product was not shown to you in that list.", "ranking"),
    UnknownSlot: _refused("unknown_slot", "slot"),
    BadEdit: _refused("bad_edit"),
    BadRequest: _refused("bad_request"),
    BadQuantity: _refused("bad_quantity", "quantity"),
    OutOfStock: _out_of_stock,
    BundleChanged: _changed,
    IncompatibleChoice: _incompatible,
    Conflict: lambda _error: ApiError(409, "conflict", "Another request was first. Ask again."),
    StorageUnavailable: lambda _error: store_unavailable(),
}
