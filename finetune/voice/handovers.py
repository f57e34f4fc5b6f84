"""Conversations that are handed over: their summaries, and replies of a person to them."""

from random import Random

from assistant import evidence
from assistant.cards import product_card
from assistant.handing_over import Said, figures, summary_messages
from assistant.order_views import order_view, refund_evidence, status_evidence
from assistant.replying import reply_messages
from assistant.telling_service import name
from assistant.values import Citation, Evidence
from finetune.voice import people, written
from finetune.voice.aftersale import joined
from finetune.voice.samples import CannotDraw, Kind, Sample, ShopFacts, short_id
from shop.money import Money

#: What a tool did, as a person says it.
DONE = {
    "search_products": ("searched for products", "looked for products"),
    "get_product": ("looked up the product", "read the product's record"),
    "compare_products": ("compared products",),
    "compose_bundle": ("put a set together", "composed a set"),
    "search_policies": ("looked in the policy pages", "searched the policy pages"),
    "track_order": ("looked up the order", "checked the order"),
    "get_order": ("looked up the order", "read the order"),
    "refund_status": ("checked the refund", "looked for a refund"),
    "list_orders": ("listed the orders", "looked up the orders"),
    "get_account": ("read the account",),
    "cancel_order": ("tried to cancel the order",),
    "return_items": ("tried to register a return", "started a return"),
    "change_shipping_address": ("tried to change the address",),
    "verify_order": ("asked for the order's proof",),
}
TOOLS_OF = {
    "late_order": ("track_order", "search_policies"),
    "return": ("return_items", "search_policies", "list_orders"),
    "broken": ("list_orders", "get_order", "search_policies"),
    "refund": ("refund_status", "search_policies"),
    "wrong_charge": ("get_order", "list_orders"),
    "address": ("change_shipping_address", "get_order"),
    "cancel": ("cancel_order", "get_order"),
    "product_advice": ("search_products", "get_product", "compare_products"),
    "bundle": ("compose_bundle", "search_products"),
    "account": ("search_policies", "get_account"),
    "complaint": ("list_orders", "search_policies"),
    "policy": ("search_policies", "get_product"),
}


def summary(chance: Random, shop: ShopFacts) -> Sample:
    """What the customer wants, and what was tried. The trap: a number in the shop's words that is not what
    the customer asked about, and a conversation in which nothing was tried."""
    block = chance.choice(written.blocks("summary"))
    values = _values(chance, shop)
    used = chance.sample(TOOLS_OF[block.name], chance.choice((0, 1, 1, 2))) if block.name in TOOLS_OF else []
    said = [
        Said(
            "shop" if line.key == "s" else "customer",
            _typed(written.filled(chance.choice(line.texts), values), chance),
        )
        for line in block.lines
        if line.key == "c" or (line.key == "s" and used)
    ]
    want = written.one_of(block.of("want")[0].texts, values, shop, chance)
    kinds = written.by_key("summary")
    after = shop.written(kinds["tried" if used else "none"], chance)
    done = " and ".join(chance.choice(DONE[each]) for each in used)
    answer = f"{written.filled(want, values)} {written.filled(after, {'done': done})}"
    messages = summary_messages(said, used)
    if not figures(answer) <= figures(messages[-1].content):
        raise CannotDraw("the conversation does not name what the summary names")
    missing = [values[each] for each in written.slots(want) if values[each] not in messages[-1].content]
    if missing:
        raise CannotDraw(f"the conversation does not say {missing}")
    return Sample(
        "summary",
        tuple(messages),
        answer,
        "summary",
        short_id(want, after),
        f"handover {block.name}",
        shop.name,
        None if used else "nothing tried",
    )


def _values(chance: Random, shop: ShopFacts) -> dict[str, str]:
    goods = people.some_products(chance, shop)
    money = Money(chance.randint(8, 400) * 100 + chance.choice((0, 0, 50, 99)), "USD")
    return {
        "id": people.number(chance),
        "title": name(goods[0].title),
        "other": name(chance.choice(shop.products).title),
        "amount": str(money),
        "date": f"{people.order(chance, shop, 'paid', goods).placed_at:%Y-%m-%d}",
    }


def _typed(text: str, chance: Random) -> str:
    return text[:1].upper() + text[1:] if chance.random() < 0.4 else text


#: Openings of a reply, with a name and without one.
NAMED = ("Hi {name}, ", "Hello {name}, ", "Dear {name}, ", "{name}, ")
UNNAMED = ("", "Hello, ", "Hi, ")


def reply(chance: Random, shop: ShopFacts) -> Sample:
    """A person's answer; where no record answers, one that claims nothing."""
    block = chance.choice(written.blocks("reply"))
    told, values = _evidence(block.name, chance, shop)
    who = people.customer(chance).name.split()[0] if chance.random() < 0.6 else None
    said = [Said("customer", _typed(written.filled(chance.choice(block.of("c")[0].texts), values), chance))]
    if block.name != "policy" and chance.random() < 0.4:
        said.insert(0, Said("shop", "I have passed this conversation on, and a person will read it."))
    wordings = tuple(text for line in block.of("a") for text in line.texts)
    wording = written.one_of(_fitting(wordings, values), {**values, "hi": ""}, shop, chance)
    hi = chance.choice(NAMED if who else UNNAMED).format(name=who)
    answer = written.filled(wording, {**values, "hi": hi})
    answer = answer[:1].upper() + answer[1:]
    messages = reply_messages(said, who, told)
    if not figures(answer) <= figures(messages[-1].content):
        raise ValueError(f"{answer!r} names what {messages[-1].content!r} does not")
    return Sample(
        "reply",
        tuple(messages),
        answer,
        f"reply_{block.name}",
        short_id(wording),
        f"reply {block.name}",
        shop.name,
        "no facts" if told is None else None,
    )


def _fitting(wordings: tuple[str, ...], values: dict[str, str]) -> tuple[str, ...]:
    if values.get("stock") == "in stock":
        return wordings
    return tuple(each for each in wordings if "cart" not in each and "good news" not in each)


def _evidence(topic: str, chance: Random, shop: ShopFacts) -> tuple[Evidence | None, dict[str, str]]:
    """What the records say on a topic, and the values of its texts."""
    if topic == "no_facts":
        return None, {}
    if topic == "policy":
        return _policy(chance)
    if topic == "product":
        return _product(chance, shop)
    status = {"return_waiting": "return_requested", "refund_done": "returned", "refund_none": "delivered"}
    order = people.order(chance, shop, status.get(topic) or topic.removeprefix("order_"))  # type: ignore[arg-type]  # a state
    is_refund = topic in ("return_waiting", "refund_done", "refund_none")
    told = (refund_evidence if is_refund else status_evidence)(order, order_view(order))
    values = {each: str(value) for each, value in told.values.items() if isinstance(value, str)}
    values["id"] = order.id
    if topic == "refund_done" and "amount" not in values:
        raise CannotDraw("no refund")
    if "items" in told.values:
        values["items"] = joined(told.values["items"])
    return told, values


def _policy(chance: Random) -> tuple[Evidence, dict[str, str]]:
    block = chance.choice(written.blocks("policy"))
    quote, chosen = written.drawn(block.of("p")[0].texts[0], chance)
    place = chance.choice([at for at, line in enumerate(block.lines) if line.key == "q"])
    answer = written.filled(block.lines[place + 1].texts[0], chosen)
    if answer not in quote:
        raise CannotDraw("the answer is no sentence of the page")
    told = evidence.policy([Citation("rules", block.name, quote)])
    question = chance.choice(block.lines[place].texts)
    return told, {"question": question, "page": block.name, "sentence": answer}


def _product(chance: Random, shop: ShopFacts) -> tuple[Evidence, dict[str, str]]:
    product = chance.choice(shop.products)
    card = product_card(product)
    told = evidence.product_answer((product, card), "price", str(card.price))
    stock = {"in_stock": "in stock", "backorder": "on backorder", "preorder": "for preorder"}
    said = stock.get(card.availability.status, "sold out")
    return told, {"title": product.title, "price": str(card.price), "stock": said}


KINDS = {"summary": Kind(summary, 330), "reply": Kind(reply, 330)}
