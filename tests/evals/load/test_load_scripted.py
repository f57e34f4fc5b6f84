"""The scripted model says what the driver's messages and a turn's evidence call for."""

import json

from evals.load.scripted import answer_to


def test_a_message_gets_the_call_it_asks_for() -> None:
    assert json.loads(answer_to("message: show me a lamp")) == {
        "name": "find_product",
        "arguments": {"query": "lamp"},
    }


def test_a_bound_stands_in_the_call() -> None:
    called = json.loads(answer_to("shown: 1 kettle 80 $90.00\nmessage: show me a kettle under $120"))

    assert called["arguments"] == {"query": "kettle", "max_price": 120}


def test_evidence_gets_a_sentence_of_its_first_fact() -> None:
    assert answer_to("lamp 101 | colour blue | material cotton") == "The lamp 101 has the colour blue."
