"""From an intent to the tools that serve it: the act of a turn, as one table.

Each service intent ends somewhere: at the customer's own records, at a policy passage, or at a person.
"""

from collections.abc import Callable

import prompts
from assistant import evidence
from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.reading import is_thanks, is_vague
from assistant.tools.account import close_account, is_of_the_account, update_account
from assistant.tools.bundles import complete_bundle, compose_bundle, edit_bundle
from assistant.tools.cart import checkout, touch_cart
from assistant.tools.context import Found, ToolContext
from assistant.tools.handoff import transfer_to_human_agents
from assistant.tools.most import which_is_most
from assistant.tools.offers import apply_coupon, stock_alert, wants_alert, wants_coupon
from assistant.tools.order_changes import (
    cancel_order,
    change_order,
    change_shipping_address,
    return_items,
    return_or_policy,
    wants_return,
)
from assistant.tools.orders import get_invoice, refund_status, track_or_how_long
from assistant.tools.policies import further_policy, is_answered, search_policies
from assistant.tools.products import (
    compare_products,
    get_product,
    goods_named,
    search_products,
    suggest_products,
)
from assistant.tools.standing import numbers
from assistant.tools.totals import what_it_comes_to
from assistant.values import Evidence, Question

Tool = Callable[[ToolContext, Intent], Found]

TOOLS: dict[str, Tool] = {
    "find_product": search_products,
    "refine": search_products,
    "find_bundle": compose_bundle,
    "complete_bundle": complete_bundle,
    "edit_bundle": edit_bundle,
    "compare": compare_products,
    "product_question": get_product,
    "cart": touch_cart,
    "place_order": checkout,
    "contact_human_agent": transfer_to_human_agents,
    "contact_customer_service": transfer_to_human_agents,
    "complaint": transfer_to_human_agents,
    "payment_issue": transfer_to_human_agents,
    "cancel_order": cancel_order,
    "change_order": change_order,
    "change_shipping_address": change_shipping_address,
    "set_up_shipping_address": update_account,
    "track_order": track_or_how_long,
    "get_refund": return_items,
    "track_refund": refund_status,
    "check_invoice": get_invoice,
    "get_invoice": get_invoice,
    "edit_account": update_account,
    "delete_account": close_account,
    "switch_account": search_policies,
    "check_cancellation_fee": search_policies,
    "check_payment_methods": search_policies,
    "check_refund_policy": return_or_policy,
    "delivery_options": search_policies,
    "delivery_period": search_policies,
    "newsletter_subscription": search_policies,
    "create_account": search_policies,
    "recover_password": search_policies,
    "registration_problems": search_policies,
    "review": search_policies,
}

#: How many departments a question offers.
CHOICES = 4

#: Below this calibrated probability of the intent what was done is shown, and asked about.
DOUBTFUL = 0.5

#: What is done with a customer's own orders.
OF_ORDERS: frozenset[Tool] = frozenset(
    (cancel_order, change_order, change_shipping_address, return_items, refund_status, get_invoice)
)

#: What changes an order or an account, or tells of an order: not done for who asks what the rule is.
DOING: frozenset[Tool] = frozenset(
    (
        cancel_order,
        change_order,
        change_shipping_address,
        return_items,
        track_or_how_long,
        update_account,
        close_account,
    )
)

#: Readings of a message that names a coupon code, or waits for stock: no intent is about these.
OFFERS_MAY_BE_IN = (
    "cart",
    "find_product",
    "refine",
    "product_question",
    "place_order",
    "other",
    "out_of_scope",
)

#: Readings of a message that sends an order's goods back in words that are no service matter by themselves.
RETURNS_MAY_BE_IN = (*OFFERS_MAY_BE_IN, "find_bundle")

#: What is answered with words alone.
WORDS_ONLY = ("out_of_scope", "other")


def act(context: ToolContext, intent: Intent) -> Found | Evidence:
    """Runs the intent's tool; words alone need only evidence of the situation."""
    if context.language not in ("en", "zh"):
        return evidence.other_language()
    if intent.name == "greet":
        return evidence.plain("thanks") if is_thanks(context.turn.text) else evidence.greeting()
    if intent.name in OFFERS_MAY_BE_IN and wants_coupon(context):
        return apply_coupon(context, intent)
    if intent.name in OFFERS_MAY_BE_IN and wants_alert(context):
        return stock_alert(context, intent)
    if intent.name in RETURNS_MAY_BE_IN and wants_return(context):
        return return_items(context, intent)
    if intent.name == "change_shipping_address" and is_of_the_account(context):
        return update_account(context, intent)
    if (other := _in_its_place(context, intent)) is not None:
        return other
    if intent.name in WORDS_ONLY:
        return further_policy(context, intent) or evidence.plain(intent.name)
    if _says_nothing(intent) and intent.name in ("find_product", "find_bundle", "refine"):
        if context.shown.question is None:
            return evidence.ask_need(_departments(context))
        # Asked already: what the shop's customers like best is more of an answer than the same question.
        return suggest_products(context, intent)
    if intent.name == "find_product" and _is_vague(intent):
        return suggest_products(context, intent)
    return TOOLS[intent.name](context, intent)


def _in_its_place(context: ToolContext, intent: Intent) -> Found | None:
    """What is done whatever the intent: the total of a set, the lightest of what was shown; or in place of a
    doubtful one."""
    leading = what_it_comes_to(context, intent) or which_is_most(context, intent)
    leading = leading or _rule_asked_for(context, intent)
    return leading or (_second_look(context, intent) if intent.confidence < DOUBTFUL else None)


def _rule_asked_for(context: ToolContext, intent: Intent) -> Found | None:
    """The rule that a message asks for that was read as something to do, or as nothing: "how long do I have
    to cancel?" cancels nothing."""
    words, text = lexicon(context.language), context.turn.text.lower()
    tool = TOOLS.get(intent.name)
    if tool in DOING:
        asks = words.starts("rule_question", text) and not numbers(context, intent)
        asks = asks and not (tool is track_or_how_long and words.has("when_it_comes", text))
    elif intent.name == "product_question":
        asks = words.starts("asks_the_shop", text)
    else:
        asks = intent.name in WORDS_ONLY
    return search_policies(context, intent) if asks and is_answered(context) else None


def _second_look(context: ToolContext, intent: Intent) -> Found | None:
    """What is done in place of a guess that costs something: a person, a sign-in, a no."""
    if TOOLS.get(intent.name) in OF_ORDERS:
        # Nobody is asked to sign in for a rule that everybody may read.
        return search_policies(context, intent) if is_answered(context) else None
    if intent.name in WORDS_ONLY:
        return goods_named(context)
    if TOOLS.get(intent.name) is transfer_to_human_agents and intent.name != "contact_human_agent":
        # A person is fetched for who asks for one; the policies are asked, and offer one.
        goods = None if is_answered(context) else goods_named(context)
        return goods or search_policies(context, intent)
    return None


def question_after(context: ToolContext, intent: Intent, done: Found | Evidence) -> Question | None:
    """What is asked after the answer; never a second question in a row."""
    if isinstance(done, Found) and done.question is not None:
        return done.question
    if context.shown.question is not None:
        return None
    if isinstance(done, Found) and done.evidence.situation == "suggestions":
        return Question(prompts.render("ask_taste", language=context.language), _departments(context))
    if isinstance(done, Evidence):
        if done.situation != "ask_need":
            return None
        return Question(prompts.render("ask_need", language=context.language), _departments(context))
    if intent.confidence < DOUBTFUL:
        return Question(prompts.render("ask_meant", language=context.language))
    if done.bundles and intent.name == "find_bundle" and intent.constraints.budget is None:
        return Question(prompts.render("ask_budget", language=context.language))
    return None


def _is_vague(intent: Intent) -> bool:
    """A wish that is for something or somebody, and names no kind of thing: "a present for my sister"."""
    constraints = intent.constraints
    if constraints.category or constraints.brand or constraints.attributes or constraints.occasion:
        return False
    return bool(intent.query) and is_vague(intent.query, lexicon(intent.language))


def _departments(context: ToolContext) -> tuple[str, ...]:
    """The shop's first few departments: something to choose from where nothing was said."""
    paths = context.services.finder.vocabulary().categories
    return tuple(dict.fromkeys(path.split(">")[0].strip() for path in paths))[:CHOICES]


def _says_nothing(intent: Intent) -> bool:
    """Neither category, slot, anchor, occasion, word nor fact to go by."""
    constraints = intent.constraints
    return not (
        intent.query
        or intent.slots
        or intent.references
        or constraints.category
        or constraints.brand
        or constraints.occasion
        or constraints.attributes
        or constraints.max_price
        or constraints.min_price
    )
