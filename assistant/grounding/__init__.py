"""Whether a sentence says only what the evidence holds: pure, without model, records or clock.

`violations` reads every claim in a sentence (money, percentages, numbers and units, names, stock, fitting
together, colours, materials and other properties, dates, discounts, promises) and looks for a fact that
bears it out: of the product that the sentence names, else of any. It fails closed: what looks like a claim
and matches nothing is a violation. Quotations of the evidence to the letter claim nothing of their own.

It does not know whether a sentence is good, or what a plain verb or adjective outside its word lists
implies; those lists (`locales/<language>/claims.toml`) are how a language is taught to it.
"""

from assistant.grounding.figures import Text, figure_claims
from assistant.grounding.ledger import Ledger, quoted, sentence_words
from assistant.grounding.scope import Scope
from assistant.grounding.statements import statement_claims
from assistant.lexicon import lexicon
from assistant.reading.words import lowered, tidy
from assistant.values import Evidence, Violation

__all__ = ["violations"]


def violations(sentence: str, evidence: Evidence, language: str = "en") -> tuple[Violation, ...]:
    """What the sentence claims that no fact of the evidence holds; empty where all is borne out."""
    plain = tidy(sentence)
    words = lexicon(language)
    lower = lowered(plain)
    ledger = Ledger(evidence, words)
    folded = sentence_words(plain, words)
    text = Text(lower, folded, Scope(lower, folded, ledger), ledger, quoted(plain, evidence))
    return tuple(dict.fromkeys([*figure_claims(text), *statement_claims(text, plain)]))
