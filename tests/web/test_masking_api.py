"""A card's number goes no further than the border: neither to the assistant nor into the store."""

import json

from tests.web.world import World

NUMBER = "4242 4242 4242 4242"


def test_a_card_number_reaches_neither_assistant_nor_store(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.say(who, talk, f"charge {NUMBER} for the tent")
    assert world.assistant.heard[-1].text == "charge [card number] for the tent"
    assert NUMBER not in json.dumps(world.client.get(f"/v1/conversations/{talk}", headers=who).json())


def test_nor_by_the_api_that_openai_clients_use(world: World) -> None:
    body = {"model": "pairwell", "messages": [{"role": "user", "content": f"my card: {NUMBER}"}]}
    assert world.client.post("/v1/chat/completions", json=body, headers=world.session()).status_code == 200
    assert world.assistant.heard[-1].text == "my card: [card number]"


def test_nor_while_a_person_has_the_conversation(world: World) -> None:
    who, desk = world.session(), world.key("support")
    talk = world.conversation(who)
    world.client.post(f"/v1/support/conversations/{talk}/take", headers=desk)
    answer = world.say(who, talk, f"my card is {NUMBER}")
    assert (answer.status_code, answer.json()["content"]) == (202, "my card is [card number]")
