"""How the desk says what the records hold: why a person is wanted, and what the assistant did before."""

from collections.abc import Mapping

#: By the reason of a handoff, which is the intent that led to it.
REASONS: Mapping[str, str] = {
    "contact_human_agent": "Asked for a person",
    "contact_customer_service": "Asked for customer service",
    "complaint": "Has a complaint",
    "payment_issue": "Trouble with a payment",
    "delete_account": "Wants to close the account",
}

#: By the tool's name.
DEEDS: Mapping[str, str] = {
    "search_products": "looked for products",
    "suggest_products": "suggested products",
    "get_product": "answered about a product",
    "compare_products": "compared products",
    "compose_bundle": "put bundles together",
    "complete_bundle": "added to what was chosen",
    "edit_bundle": "changed a bundle",
    "add_to_cart": "put something into the cart",
    "remove_from_cart": "took something out of the cart",
    "show_cart": "showed the cart",
    "search_policies": "asked the policy pages",
    "verify_order": "asked for proof of an order",
    "get_order": "looked an order up",
    "list_orders": "listed the orders",
    "track_order": "looked up where an order is",
    "cancel_order": "was asked to cancel an order",
    "change_shipping_address": "was asked for another delivery address",
    "return_items": "was asked to take something back",
    "exchange_items": "was asked for an exchange",
    "refund_status": "looked a refund up",
    "get_invoice": "showed an invoice",
    "get_account": "showed the account",
    "update_account": "was asked to change the account",
    "transfer_to_human_agents": "passed the conversation on",
    "apply_coupon": "tried a coupon code",
    "stock_alert": "took an alert for what is sold out",
    "request_callback": "took a number to call back",
    "confirm": "did what was confirmed",
}


def reason_words(reason: str) -> str:
    """ "complaint" -> "Has a complaint"; a reason without words of its own as it is written."""
    plain = reason.replace("_", " ")
    return REASONS.get(reason, plain[:1].upper() + plain[1:])


def deed_words(tool: str) -> str:
    return DEEDS.get(tool, tool.replace("_", " "))
