"""Which of several shown products a question is about that names none: "price?" after a list.

The reply named the first one, so a question for a fact that names no other thing is about that.
"""

from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.reading.catalogue import catalogue_index
from assistant.reading.words import folds
from assistant.tools.context import ToolContext

_MOST_WORDS = 8
#: Facts that every product has.
_ASKED = ("about_price", "about_stock", "about_opinions")


def led_product(context: ToolContext, intent: Intent) -> str | None:
    """The first shown one's id; None where a thing is named, or no fact is asked for."""
    words = lexicon(context.language)
    text = context.turn.text.lower()
    if not context.shown.products or intent.references or len(text.split()) > _MOST_WORDS:
        return None
    said = [word for word in folds(text, words.locale) if word not in words.locale.stop]
    asked = any(words.has(name, text) for name in _ASKED)
    asked = asked or any(word in words.texts["asked_facts"] for word in said)
    index = catalogue_index(context.services.finder.vocabulary(), words)
    if not asked or any(index.noun(word) for word in said):
        return None
    return context.shown.products[0].product_id
