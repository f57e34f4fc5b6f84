"""What the model is asked for the words of a turn: a few facts, as short as they can be.

A model of a hundred million parameters says one product's facts well and several products' facts badly, so
it is given two or three facts that the template does not say, of the product that the shopper looks at
first (of both where two are compared), after examples of how it is done. The examples are the same in every
turn, so the server keeps them.
"""

import re
from collections.abc import Iterator, Sequence

import prompts
from assistant.lexicon import lexicon
from assistant.llm import Message
from assistant.values import Evidence, Fact, Violation

#: How many facts of a product are given, and how long one may be, in characters.
MOST_FACTS = 2
FEWEST_FACTS = 2
LONGEST_FACT = 36

#: Kinds of fact that the model may be given, the most telling first; prices and totals the template says.
_TELLING = ("attribute",)
_MEASURE = re.compile(r"\d+(?:\.\d+)? ?[^\W\d_]+")
_WORDS = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)?")


def draft_request(evidence: Evidence, said: Sequence[str], tone: str) -> list[Message] | None:
    """The messages that ask for a sentence; None where the records hold too little to be worth one."""
    facts = facts_to_say(evidence, said)
    if facts is None:
        return None
    messages = [Message("system", prompts.render("explain", tone=tone))]
    for example in prompts.render("explain_examples").split("\n\n"):
        asked, answered = example.strip().rsplit("\n", 1)
        messages += [Message("user", asked), Message("assistant", answered)]
    return [*messages, Message("user", facts)]


def repair_request(asked: Sequence[Message], sentence: str, violations: Sequence[Violation]) -> list[Message]:
    """The same request again, with what was wrong about the answer."""
    claims = [violation.claim for violation in violations]
    again = prompts.render("repair", claims=claims, facts=asked[-1].content)
    return [*asked, Message("assistant", sentence), Message("user", again)]


def facts_to_say(evidence: Evidence, said: Sequence[str]) -> str | None:
    """One line a product: its title and facts that were not said yet."""
    subjects = _subjects(evidence)
    lines = []
    for subject in subjects:
        facts = [fact for fact in evidence.facts if fact.subject == subject]
        telling = [fact.text for fact in _telling(facts) if not any(fact.value in one for one in said)]
        if len(telling) < FEWEST_FACTS:
            return None
        title = next(fact.value for fact in facts if fact.kind == "name")
        lines.append(" | ".join([title, *telling[:MOST_FACTS]]))
    return "\n".join(lines) or None


def _subjects(evidence: Evidence) -> list[str]:
    """The product that the words are about: the one that an edit touched, else the first shown."""
    named = {fact.subject: fact.value for fact in evidence.facts if fact.kind == "name"}
    priced = {fact.subject for fact in evidence.facts if fact.kind == "price"}
    products = [each for each in evidence.lead if each in named and each in priced]
    touched = [each for each in products if named[each] == evidence.values.get("title")]
    return (touched or products)[:1]


def _telling(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Short facts, each once and each of another name, those with figures before those without."""
    names: set[str] = set()
    short = [fact for fact in facts if fact.kind in _TELLING and _is_sayable(fact)]
    for fact in sorted(short, key=lambda fact: (_TELLING.index(fact.kind), not fact.value[0].isdigit())):
        name = fact.text.removesuffix(fact.value).strip()
        if name not in names:
            names.add(name)
            yield fact


def _is_sayable(fact: Fact) -> bool:
    """One measure, or one or two words: no list, no range, no code, no bare yes, no repeated word."""
    if lexicon().locale.truth(fact.value):
        return False
    words = fact.text.lower().split()
    plain = _MEASURE.fullmatch(fact.value) or _WORDS.fullmatch(fact.value)
    return plain is not None and len(fact.text) <= LONGEST_FACT and len(set(words)) == len(words)
