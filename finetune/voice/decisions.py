"""After a tool's answer: another call, or the answer."""

import json
from datetime import timedelta
from random import Random

from assistant.deciding import ANSWER, ToolUse, decide_messages
from assistant.telling_service import name
from finetune.dataset.things import written_families
from finetune.voice import people, written
from finetune.voice.samples import Kind, Sample, ShopFacts, short_id
from shop.money import Money
from shop.serialise import Json

COLOURS = ("black", "white", "blue", "red", "green", "grey", "yellow", "brown", "silver", "beige")


def decision(chance: Random, shop: ShopFacts) -> Sample:
    block = chance.choice(written.blocks("decide"))
    values = _values(chance, shop)
    said = written.filled(shop.written(block.of("c")[0].texts, chance), values)
    values["c"] = said
    offered = [each.strip() for each in block.of("offer")[0].texts[0].split(",")]
    chance.shuffle(offered)
    used = _call(chance.choice(block.of("call")[0].texts), values)
    wording = chance.choice(block.of("back")[0].texts)
    back = written.filled(wording, values)
    right = chance.choice(block.of("next")[0].texts)
    answer = ANSWER if right == ANSWER else _call(right, values).written()
    text = said[:1].upper() + said[1:] if chance.random() < 0.3 else said
    messages = decide_messages(text, offered, [ToolUse(used.name, used.arguments, back)])
    realisation = short_id(block.name, wording, right)
    return Sample("decide", tuple(messages), answer, "decide", realisation, f"decide {block.name}", shop.name)


def _call(text: str, values: dict[str, str]) -> ToolUse:
    """`name {"argument": "{slot}"}`: slots stand within the values."""
    tool, _, arguments = text.partition(" ")
    given = json.loads(arguments)
    return ToolUse(tool, {key: _filled(value, values) for key, value in given.items()})


def _filled(value: Json, values: dict[str, str]) -> Json:
    return written.filled(value, values) if isinstance(value, str) else value


def _values(chance: Random, shop: ShopFacts) -> dict[str, str]:
    order = people.order(chance, shop, "paid")
    family = chance.choice(written_families())
    titles = [name(each.title) for each in chance.sample(shop.products, 3)]
    return {
        "id": order.id,
        "other_id": people.number(chance),
        "date": f"{order.placed_at:%Y-%m-%d}",
        "later": f"{order.placed_at + timedelta(days=chance.randint(2, 9)):%Y-%m-%d}",
        "amount": str(Money(chance.randint(10, 400) * 100, "USD")),
        "kind": chance.choice(family.kinds).one,
        "colour": chance.choice(COLOURS),
        "title": titles[0],
        "other": titles[1],
        "third": titles[2],
        "code": chance.choice(("SAVE10", "SPRING", "WELCOME5", "TAKE20", "HELLO15", "SUMMER25")),
    }


KINDS = {"decide": Kind(decision, 220)}
