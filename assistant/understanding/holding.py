"""The model's call held against the message: what nobody said is taken out, and what is closed-class in the
message (bounds, negation, values of the language's own lists) is read from the message's own words.

The model keeps what needs understanding: the intent, the kinds of things, what is pointed at.
"""

from dataclasses import dataclass

from assistant.reading.catalogue import CatalogueIndex
from assistant.reading.words import Words
from assistant.understanding.amounts import dropped, with_said_amounts
from assistant.understanding.call import Call
from assistant.understanding.edited import with_said_edits
from assistant.understanding.kept import with_kept
from assistant.understanding.limits import with_limits
from assistant.understanding.named import with_named
from assistant.understanding.parts import with_parts
from assistant.understanding.party import with_speaker
from assistant.understanding.plausible import with_plausible
from assistant.understanding.purpose import with_purpose
from assistant.understanding.ruled_out import with_ruled_out
from assistant.understanding.said import only_said
from assistant.understanding.whole import with_whole


@dataclass(frozen=True, slots=True)
class Held:
    """The call as the message bears it out; `dropped` names the words, `unsaid` all that was taken out."""

    call: Call
    dropped: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()


def held(
    written: Call,
    text: str,
    history: str,
    *,
    index: CatalogueIndex,
    currency: str,
    asked: bool,
    listed: bool = True,
) -> Held:
    """`history` is what `brief` shows the model; `asked`: the message answers a question; `listed`: there are
    word lists of the message's language. `currency` is the shop's."""
    lexicon = index.lexicon
    message = Words(text, lexicon)
    call = written
    names: tuple[str, ...] = ()
    if listed:
        checked = only_said(call, text, history, lexicon, asked=asked)
        call, names = checked.call, checked.dropped
    amounts = with_said_amounts(call, text, lexicon, currency)
    unsaid = (*names, *dropped(call.arguments, amounts.arguments))
    call = with_limits(amounts, message, currency)
    if listed:
        call = with_named(with_plausible(call, message), message, currency)
        call = with_ruled_out(call, message, currency)
        call = with_said_edits(call, message)
        call = with_purpose(with_parts(call, text, history, lexicon, currency), message, currency)
        call = with_kept(call, message, index, currency)
    return Held(with_whole(with_speaker(call, message), message), names, unsaid)
