""" "What does it cost in total?": the price of a whole, asked for in words that name no thing."""

import re

from assistant.lexicon import Lexicon


def asks_total(text: str, words: Lexicon) -> bool:
    """Whether a message asks for a price and names nothing else than a whole."""
    asked = words.phrases["asks_price"].match(text)
    if asked is None:
        return False
    rest = re.sub(words.source("bundle_noun"), " ", text[asked.end() :])
    plain = {*words.locale.stop, *words.lists["total_words"], *words.lists["whole"]}
    return all(word in plain or words.has("pointed_noun", word) for word in re.findall(r"[\w'-]+", rest))


def asks_total_of_all(text: str, words: Lexicon) -> bool:
    """The same, where it says that all is meant: "altogether", "in total"."""
    return words.has("in_all", text) and asks_total(text, words)
