"""What a message asks, read by the model: one call whose JSON schema is a Hermes tool call.

`understanding_messages` and `parse_call` are what training uses too, so that the model is taught exactly
what it is asked. Code does the rest: `holding` takes out what the message does not say and reads from it what
is closed-class, `expand` checks the call against the catalogue and resolves what it points at.

Raises `ModelUnavailable` and `ModelNonsense`; the rules (`assistant.reading`) answer then.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import prompts
from assistant.intent import Intent
from assistant.language import detect
from assistant.lexicon import lexicon
from assistant.llm import ChatModel, Message, ModelError, ModelNonsense
from assistant.reading.catalogue import catalogue_index
from assistant.reading.needs import need_words
from assistant.reading.words import Words
from assistant.understanding.brief import brief
from assistant.understanding.call import CALL_SCHEMA, Call, call_schema, parse_call
from assistant.understanding.clauses import with_told_edits
from assistant.understanding.confidence import confidence, written_name
from assistant.understanding.course import with_course
from assistant.understanding.expand import Surroundings, expand
from assistant.understanding.holding import held
from assistant.understanding.kept import plain_query
from assistant.understanding.opinion import Named, Opinion
from assistant.understanding.said import names_nothing
from assistant.values import Shown
from retrieval.values import Vocabulary
from shop.values import Occasion

__all__ = [
    "CALL_SCHEMA",
    "TIMEOUT_S",
    "Call",
    "as_said",
    "brief",
    "expand",
    "parse_call",
    "understand",
    "understanding_messages",
]

MOST_TOKENS = 160
TIMEOUT_S = 6.0
#: A longer message is cut here for the model: prefill is what a turn waits for.
MOST_CHARACTERS = 800
#: Characters of a message's own words that are searched for in place of words that nobody said.
MOST_WORDS = 120


def understand(
    model: ChatModel,
    text: str,
    *,
    shown: Shown,
    vocabulary: Vocabulary,
    occasions: Sequence[Occasion],
    currency: str,
    timeout_s: float = TIMEOUT_S,
    opinion: Opinion | None = None,
) -> Intent:
    """The message as an `Intent`, by one call of the model, or by a second one where both it and `opinion`
    find another function likelier than the one that it wrote."""
    # Capitals only are other tokens, and rare ones.
    history = brief(shown)
    messages = understanding_messages(text.lower() if text.isupper() else text, history)
    raw = model.complete(messages, schema=CALL_SCHEMA, max_tokens=MOST_TOKENS, timeout_s=timeout_s)
    named = _named(opinion, raw, text, history) if opinion is not None else None
    raw, sure = _reconsidered(model, messages, raw, named, timeout_s)
    language = detect(text)
    index = catalogue_index(vocabulary, lexicon(language))
    around = Surroundings(shown, index, occasions, currency, language)
    call, unsaid = as_said(parse_call(raw), text, shown=shown, vocabulary=vocabulary, currency=currency)
    intent = expand(call, around)
    query = intent.query
    if index.lexicon.spaced and intent.query:
        before = f"{history} {shown.query}"
        query = plain_query(intent.query, Words(text, index.lexicon), before, index, currency)
    return replace(intent, query=query, confidence=sure, unsaid=unsaid)


def _named(opinion: Opinion, raw: str, text: str, history: str) -> Named | None:
    """What both readers name; None where one of them does not say how sure it is."""
    written = written_name(raw)
    chances = opinion.chances(text, history) if written else None
    return opinion.joined(*written, chances, later=bool(history)) if written and chances else None


def _reconsidered(
    model: ChatModel, messages: Sequence[Message], raw: str, named: Named | None, timeout_s: float
) -> tuple[str, float]:
    """The answer, asked for again where another function is likelier, and how sure both readers are. Where
    the second call fails, the first one stands."""
    if named is None:
        return raw, confidence(raw)
    if named.name != parse_call(raw).name:
        with suppress(ModelError):
            again = model.complete(
                messages, schema=call_schema(named.name), max_tokens=MOST_TOKENS, timeout_s=timeout_s
            )
            parse_call(again)
            return again, named.confidence
        return raw, 1 - named.confidence
    return raw, named.confidence


def as_said(
    written: Call, text: str, *, shown: Shown, vocabulary: Vocabulary, currency: str
) -> tuple[Call, tuple[str, ...]]:
    """The model's call held against the message, and the names of what it said beyond. A search that is left
    without words gets the message's own. Raises `ModelNonsense` where there are none: rules read it then."""
    language = detect(text)
    index = catalogue_index(vocabulary, lexicon(language))
    listed = index.lexicon.language == language and index.lexicon.spaced
    asked = shown.question is not None
    found = held(written, text, brief(shown), index=index, currency=currency, asked=asked, listed=listed)
    call, message = found.call, Words(text, index.lexicon)
    if listed:
        call = with_told_edits(with_course(call, message, shown, index), message, shown, index, currency)
    nothing = call.name in ("find_product", "find_bundle") and names_nothing(call.arguments)
    if not found.dropped or not nothing:
        return call, found.unsaid
    words = need_words(text, index.lexicon, currency)[:MOST_WORDS]
    if not words:
        raise ModelNonsense(f"the model's call says what nobody said: {', '.join(found.unsaid)}")
    own = call.arguments.model_copy(update={"query": words})
    return call.model_copy(update={"arguments": own}), found.unsaid


def understanding_messages(text: str, history: str) -> list[Message]:
    """The prompt: a fixed instruction, so that its prefix stays cached, then history and message."""
    asked = prompts.render("understand_message", history=history, text=text[:MOST_CHARACTERS])
    return [Message("system", prompts.render("understand")), Message("user", asked)]
