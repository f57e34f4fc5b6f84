"""What an operator sees of the model's words: how many were its own, and how many were refused."""

from assistant.explain import explain
from assistant.tally import FATES, Tally
from assistant.telling import Voice
from tests.evidences import products_evidence
from tests.scripted import ScriptedModel

TRUE = "I would start with the Kestrel 2 Trekking Tent, which costs $239.00."
FALSE = "I would start with the Kestrel 2 Trekking Tent, which costs $229.00."


def refused(*answers: str, voice: Voice) -> int:
    tally = Tally()
    list(
        explain(
            ScriptedModel(list(answers)),
            products_evidence(),
            voice=voice,
            refused=lambda: tally.add("refused"),
        )
    )
    return tally.counts()["refused"]


def test_every_sentence_that_is_false_is_counted_whoever_tells() -> None:
    trained, led = Voice("warm", trained=True), Voice()
    assert refused(TRUE, voice=trained) == 0
    assert refused(FALSE, TRUE, voice=trained) == 1
    assert refused(FALSE, FALSE, voice=trained) == 2
    assert refused(FALSE, FALSE, voice=led) >= 1


def test_nothing_is_counted_at_the_start() -> None:
    tally = Tally()
    assert tally.counts() == dict.fromkeys(FATES, 0)
    tally.add("model")
    assert tally.counts() == {"model": 1, "repaired": 0, "template": 0, "refused": 0}
