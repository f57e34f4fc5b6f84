"""Pages of a shop's rules, and what they do not say."""

from random import Random

from assistant import evidence
from assistant.claims.known import folded
from assistant.claims.policies import root
from assistant.telling import TONES, telling_messages
from assistant.values import Citation, Evidence
from finetune.voice import written
from finetune.voice.samples import CannotDraw, Kind, Sample, ShopFacts, short_id

#: How many passages hold the rule of another matter, too.
LONGER = 0.3
#: Topics that a question may be about, as intents name them.
TOPICS = (
    "refund policy",
    "delivery options",
    "delivery period",
    "payment methods",
    "cancellation fee",
    "newsletter subscription",
    "recover password",
    "registration problems",
    "review",
    "switch account",
    "create account",
)


def answered(chance: Random, shop: ShopFacts) -> Sample:
    """A question whose answer is one sentence of the page."""
    block, citation, values = _page(chance)
    citation, trap = _longer(block, citation, chance)
    place = chance.choice([at for at, line in enumerate(block.lines) if line.key == "q"])
    wording = shop.written(block.lines[place + 1].texts, chance)
    question = chance.choice(block.lines[place].texts)
    told = evidence.policy([citation], _spoken(question, chance))
    return _sample(told, written.filled(wording, values), wording, "policy", citation.title, chance, trap)


def uncovered(chance: Random, shop: ShopFacts) -> Sample:
    """A page that was found, but does not answer what was asked."""
    texts = written.by_key("policy_unknown")
    _, citation, _ = _page(chance)
    question = chance.choice(texts["q"])
    weighty = {root(each) for each in folded(question) if len(each) > 4}
    if len(weighty & {root(each) for each in folded(f"{citation.title} {citation.quote}")}) > 1:
        raise CannotDraw(f"{citation.title} may answer {question!r}")
    wording = shop.written(texts["uncovered"], chance)
    told = evidence.policy([citation], _spoken(question, chance))
    answer = written.filled(wording, {"title": citation.title})
    return _sample(told, answer, wording, "policy", citation.title, chance, "not covered", check=False)


def unknown(chance: Random, shop: ShopFacts) -> Sample:
    """No page was found."""
    topic = chance.choice(TOPICS)
    wording = shop.written(written.by_key("policy_unknown")["unknown"], chance)
    told = evidence.policy_unknown(topic)
    answer = written.filled(wording, {"topic": topic})
    return _sample(told, answer, wording, "policy_unknown", topic, chance, None, check=False)


def _page(chance: Random) -> tuple[written.Block, Citation, dict[str, str]]:
    block = chance.choice(written.blocks("policy"))
    quote, values = written.drawn(block.of("p")[0].texts[0], chance)
    return block, Citation("rules", block.name, quote), values


def _longer(block: written.Block, citation: Citation, chance: Random) -> tuple[Citation, str | None]:
    """Sometimes with the rule of another matter in the same passage, whose numbers lie close by."""
    if chance.random() > LONGER:
        return citation, None
    other = chance.choice([each for each in written.blocks("policy") if each.name != block.name])
    quote, _ = written.drawn(other.of("p")[0].texts[0], chance)
    parts = [citation.quote, quote]
    chance.shuffle(parts)
    return Citation("rules", block.name.split(",")[0], " ".join(parts)), "two rules"


def _spoken(question: str, chance: Random) -> str:
    """As it is typed: with a question mark or without one, a capital or none."""
    text = question[:1].upper() + question[1:] if chance.random() < 0.3 else question
    return f"{text}?" if chance.random() < 0.5 and not text.endswith("?") else text


def _sample(
    told: Evidence,
    answer: str,
    wording: str,
    kind: str,
    family: str,
    chance: Random,
    trap: str | None,
    *,
    check: bool = True,
) -> Sample:
    messages = telling_messages(told, chance.choice(TONES))
    if messages is None:
        raise CannotDraw(kind)
    return Sample(
        "explain",
        tuple(messages),
        answer,
        kind,
        short_id(wording),
        f"rules {family.lower()}",
        "written",
        trap,
        told if check else None,
    )


KINDS = {
    "policy": Kind(answered, 330),
    "policy_uncovered": Kind(uncovered, 60),
    "policy_unknown": Kind(unknown, 50),
}
