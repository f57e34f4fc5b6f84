"""References that the model cuts short: of "add it all" it writes "it", which is one thing and not all."""

from assistant.reading.words import Words
from assistant.understanding.call import Call


def with_whole(call: Call, message: Words) -> Call:
    """The call, its references as far as the message's words for everything go."""
    said = [match[0] for match in message.lexicon.phrases["all_of_it"].finditer(message.lower)]
    references = [
        next((all_ for all_ in said if _within(each, all_)), each) for each in call.arguments.references
    ]
    if references == list(call.arguments.references):
        return call
    whole = call.arguments.model_copy(update={"references": references})
    return call.model_copy(update={"arguments": whole})


def _within(words: str, longer: str) -> bool:
    return f" {words.lower().strip()} " in f" {longer} "
