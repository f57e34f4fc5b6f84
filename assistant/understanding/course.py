"""Five turns of a conversation that their form gives away, where the model took another: "shoes or boots" is
one wish and no bundle, "how much is it?" asks about what was shown, "two of the blue one" takes it, "how much
altogether?" after the cart asks for its total, and "show me a basket" looks for one where the shop has such
goods.
"""

import re

from assistant.reading.catalogue import CatalogueIndex
from assistant.reading.numbers import count
from assistant.reading.pointing import pointing
from assistant.reading.totals import asks_total_of_all
from assistant.reading.words import Words, folds
from assistant.understanding.call import Arguments, Call
from assistant.understanding.said import Said
from assistant.values import Shown

_WISHES = ("find_product", "refine", "find_bundle")
_MOST_WORDS = 8


def with_course(call: Call, message: Words, shown: Shown, index: CatalogueIndex) -> Call:
    """The call, or the one that the message's form says it is."""
    if shown.carted and asks_total_of_all(message.lower, message.lexicon):
        return Call(name="cart", arguments=Arguments(cart="show"))
    if call.name == "cart" and call.arguments.cart in (None, "show"):
        return _sold_here(message, index) or call
    if call.name == "find_bundle":
        call = _one_of_several(call, message)
    if call.name not in _WISHES or not shown.products:
        return call
    return _asked_price(message, shown) or _taken(call, message, shown) or call


def _one_of_several(call: Call, message: Words) -> Call:
    """Two kinds of things of which the message wants one: all that stands between them is an "or"."""
    given = call.arguments
    if len(given.slots) != 2 or given.occasion:
        return call
    first, second = (re.escape(slot.rstrip("?").strip().lower()) for slot in given.slots)
    either = message.lexicon.source("either")
    chosen = re.search(rf"{first}\w*\s+{either}\s+(?:an?\s+|some\s+)?{second}\w*", message.lower)
    if chosen is None:
        return call
    query = " ".join(filter(None, (given.query, chosen[0])))
    update: dict[str, object] = {
        "query": query,
        "slots": [],
        "max_price": given.max_price or given.budget,
        "budget": None,
    }
    return Call(name="find_product", arguments=given.model_copy(update=update))


def _sold_here(message: Words, index: CatalogueIndex) -> Call | None:
    """One of what a cart is called, as goods of this shop."""
    lexicon = message.lexicon
    one = (
        rf"{lexicon.source('indefinite')}\s+(?P<thing>(?:[\w-]+\s+){{0,2}}?{lexicon.source('cart_certain')})"
    )
    named = re.search(one, message.lower)
    if named is None or not any(index.noun(word) for word in folds(named["thing"], lexicon.locale)[-1:]):
        return None
    return Call(name="find_product", arguments=Arguments(query=message.plain[slice(*named.span("thing"))]))


def _asked_price(message: Words, shown: Shown) -> Call | None:
    """The price of what was shown, asked for in words that name no thing."""
    lexicon = message.lexicon
    asked = lexicon.phrases["asks_price"].match(message.lower)
    if asked is None or len(message.words) > _MOST_WORDS:
        return None
    pointed = pointing(Words(message.plain[asked.end() :], lexicon), shown)
    left = Words(message.plain[asked.end() :], lexicon)
    left.take(*pointed.spans)
    if not pointed.found or set(folds(left.rest(), lexicon.locale)) - lexicon.locale.stop:
        return None
    references = [each.reference.text for each in pointed.found]
    return Call(name="product_question", arguments=Arguments(query="price", references=references))


def _taken(call: Call, message: Words, shown: Shown) -> Call | None:
    """So many of one thing that was shown, and nothing else: it goes into the cart."""
    lexicon = message.lexicon
    many = call.arguments.quantity or _counted(message)
    form = lexicon.phrases["takes"].match(message.lower)
    if form is None or many is None or "?" in message.lower or len(message.words) > _MOST_WORDS:
        return None
    rest = re.split(r"[,;.!]|\s+(?:and|n|please|pls)(?:\s|$)", message.plain[form.end() :])[0]
    # A name alone points at nothing: it may be any word.
    definite = lexicon.lists["definite"][0]
    pointed = pointing(Words(f"{definite} {rest}", lexicon), shown).found
    if len({each.reference.product_id for each in pointed}) != 1 or pointed[0].reference.product_id is None:
        return None
    title = next(card.title for card in shown.products if card.product_id == pointed[0].reference.product_id)
    said = Said(title, lexicon)
    words = [word for word in folds(rest, lexicon.locale) if word not in lexicon.locale.stop]
    if not (all(said.word(word) for word in words) or _is(pointed[0].reference.text, rest)):
        return None
    taken = Arguments(quantity=many, references=[f"{definite} {rest.strip()}"], cart="add")
    return Call(name="cart", arguments=taken)


def _is(pointed: str, rest: str) -> bool:
    """Whether what is pointed at is all of the rest, but for an article."""
    said, rest = pointed.lower().strip(), rest.lower().strip()
    return rest.endswith(said) or said.endswith(rest)


def _counted(message: Words) -> int | None:
    first = message.lower[slice(*message.words[0].span)] if message.words else ""
    if first in ("a", "an") and len(message.words) > 1:
        first = message.lower[slice(*message.words[1].span)]
    return count(first, message.lexicon)
