"""Replies and intents as the API shows them: a field without a value is left out."""

from typing import cast

from assistant.intent import Intent
from assistant.values import IntentView, Reply
from shop.serialise import Json, to_json


def intent_view(intent: Intent) -> IntentView:
    """What of an intent is public."""
    return IntentView(
        name=intent.name,
        confidence=round(intent.confidence, 3),
        language=intent.language,
        constraints=intent.constraints,
        slots=intent.slots or None,
        references=intent.references or None,
        entities=intent.entities or None,
    )


def intent_json(view: IntentView) -> Json:
    return _without_empty(to_json(view))


def reply_json(reply: Reply) -> dict[str, Json]:
    """The `Reply` of the API."""
    written = cast("dict[str, Json]", to_json(reply))
    written["intent"] = intent_json(reply.intent)
    return written


def _without_empty(value: Json) -> Json:
    if isinstance(value, dict):
        pruned = {key: _without_empty(each) for key, each in value.items()}
        return {key: each for key, each in pruned.items() if each not in ({}, [], None)}
    return value
