"""What a sentence claims that no evidence holds. Pure: no model, no store, no clock.

Every amount, number, name and claim-like phrase is held against the facts of what it is said of; so is
every word that is not plain talk. What is said of the shop's rules is held against their sentences. It fails
closed: what cannot be told to be true is a violation.

It does not know what was said before (`about` tells what "it" is), does not read tables or lists, and
judges English only. Words are held against a record's words: it does not see that a record's sentence
meant something else by them.
"""

from collections.abc import Sequence

from assistant.claims.amounts import amount_violations
from assistant.claims.figures import figure_violations
from assistant.claims.known import Known, known
from assistant.claims.policies import policy_violations
from assistant.claims.sayings import saying_violations
from assistant.claims.statement import Statement
from assistant.claims.wording import wording_violations
from assistant.values import Evidence, Violation

__all__ = ["check", "known", "subjects_named", "violations"]


def violations(sentence: str, evidence: Evidence, about: Sequence[str] = ()) -> tuple[Violation, ...]:
    """Claims of the sentence that the evidence does not hold, in no particular order; each once.

    `about` are the subjects that the sentence speaks of where it names none; else the first shown.
    """
    return check(sentence, known(evidence), about)


def check(sentence: str, held: Known, about: Sequence[str] = ()) -> tuple[Violation, ...]:
    """As `violations`, over evidence that has been read already (`known`)."""
    statement = Statement(sentence, held, tuple(about))
    if held.passages and not held.products:
        return tuple(dict.fromkeys(policy_violations(statement)))
    found = [
        *amount_violations(statement),
        *saying_violations(statement),
        *figure_violations(statement),
        *wording_violations(statement),
    ]
    return tuple(dict.fromkeys(found))


def subjects_named(sentence: str, held: Known) -> tuple[str, ...]:
    """The products, bundle or cart that a sentence names."""
    return Statement(sentence, held).named
