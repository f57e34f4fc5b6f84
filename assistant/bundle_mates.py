"""What goes with what among candidates: scores for composing, what a slot still requires, and the reasons."""

from collections.abc import Sequence
from itertools import combinations

from assistant.bundle_candidates import Offer, candidate
from assistant.bundle_sources import Sources
from assistant.bundling import compatibility
from assistant.bundling.instance import pair_key
from assistant.bundling.values import Candidate, SlotChoice
from assistant.intent import Slot
from assistant.slots import PlannedSlot, leaf, unique_name
from retrieval.fitting import meets
from retrieval.locale import load_locale
from retrieval.values import Relations
from shop.values import FactValue

#: How well two products go together whose records say that they fit.
COMPATIBLE = 1.0

#: How many slots are added for what is required, how many candidates of a slot are looked at for it, and
#: among how many mates.
MOST_ADDED, LOOKED_AT, MATES = 2, 6, 50

#: How many reasons an item gives.
MOST_REASONS = 2


def together(choices: Sequence[SlotChoice], relations: Relations) -> dict[tuple[str, str], float]:
    """How well each two candidates of different slots go together, 0 to 1."""
    scores: dict[tuple[str, str], float] = {}
    for one, other in combinations(choices, 2):
        for a in one.candidates:
            for b in other.candidates:
                key = pair_key(a.product_id, b.product_id)
                if key not in scores and a.product_id != b.product_id:
                    scores[key] = _score(a, b, relations)
    return scores


def required(choices: Sequence[SlotChoice], sources: Sources) -> tuple[Offer, ...]:
    """Optional slots for what candidates require and no slot provides, of a kind that is not there yet.

    One step deep: what would itself want something that is not there is no help, so facts that require each
    other in a circle do no harm.
    """
    there = [each for choice in choices for each in choice.candidates]
    kinds = {each.category for each in there} - {""}
    names = [choice.slot.name for choice in choices]
    added: list[Offer] = []
    for choice in choices:
        for key, value in _missing(choice.candidates[:LOOKED_AT], there):
            found = _providers(key, value, choice.candidates[:LOOKED_AT], there, sources)
            if found and found[0].category not in kinds and len(added) < MOST_ADDED:
                words = leaf(found[0].category) or found[0].title
                slot = Slot(unique_name(words, names), words, required=False)
                names.append(slot.name)
                kinds.add(found[0].category)
                there += found
                added.append(Offer(PlannedSlot(slot, words), found, found[0].category or None))
    return tuple(added)


def reason(item: Candidate, others: Sequence[Candidate], relations: Relations) -> str | None:
    """Why an item is in its bundle, in sentences that records hold: what fits, what is bought along, what the
    search found; first of all what it is not. None where no record says anything."""
    told = []
    bought = []
    for other in others:
        fact = compatibility.pair(item, other)
        if fact.status == "compatible":
            told.append(_say("because_it_fits", title=other.title, fact=fact.fact))
        # What the relations say of facts is told already.
        why = relations.why(item.product_id, other.product_id) if fact.status == "unknown" else None
        if why:
            score = relations.together(item.product_id, other.product_id)
            bought.append((score, _say("because_bought", why=why, title=other.title)))
    told += [why for _, why in sorted(bought, reverse=True)[:1]]
    # What the search matched says less than what a record does, and is said only where none says anything.
    searched = [_sentence(text) for text in item.reasons]
    return " ".join([*map(_sentence, item.caveats), *(told or searched)[:MOST_REASONS]]) or None


def _say(phrase: str, **values: object) -> str:
    return _sentence(load_locale().say(phrase, **values))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _score(a: Candidate, b: Candidate, relations: Relations) -> float:
    fits = (a.requires or b.requires) and compatibility.pair(a, b).status == "compatible"
    return COMPATIBLE if fits else relations.together(a.product_id, b.product_id)


def _missing(candidates: Sequence[Candidate], there: Sequence[Candidate]) -> list[tuple[str, FactValue]]:
    """What the candidates require that nothing there provides; each key once."""
    missing: dict[str, FactValue] = {}
    for each in candidates:
        for key, value in each.requires.items():
            if not any(meets(other, key, value) for other in there):
                missing.setdefault(key, value)
    return list(missing.items())


def _providers(
    key: str,
    value: FactValue,
    wanting: Sequence[Candidate],
    there: Sequence[Candidate],
    sources: Sources,
) -> tuple[Candidate, ...]:
    """What is known to go with the candidates, provides what they require, and is complete with them."""
    found: dict[str, Candidate] = {}
    for each in wanting:
        if each.requires.get(key) != value:
            continue
        mates = {mate.product_id: mate for mate in sources.relations.mates(each.product_id, MATES)}
        for product in sources.records(mates).values():
            able = meets(product, key, value) and all(
                any(meets(other, needed, by) for other in there) for needed, by in product.requires.items()
            )
            if able and any(variant.availability.available for variant in product.variants):
                found.setdefault(product.id, candidate(product, 1, sources.prices))
    return tuple(found.values())
