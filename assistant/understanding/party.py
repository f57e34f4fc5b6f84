"""Who comes along: whoever takes others somewhere comes too, though the message does not count them."""

from assistant.reading.people import ADULTS, people
from assistant.reading.words import Words
from assistant.understanding.call import Call


def with_speaker(call: Call, message: Words) -> Call:
    """The call's party with the speaker in it, where the rules count one beside the very same people."""
    party = call.arguments.party
    read = people(message).party
    others = {who: many for who, many in read.items() if who != ADULTS}
    if not party or ADULTS in party or others != party or ADULTS not in read:
        return call
    return call.model_copy(update={"arguments": call.arguments.model_copy(update={"party": dict(read)})})
