"""What the slots of the written sentences hold, read from the evidence that the model is given."""

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from assistant.telling_shopping import (
    MOST_PARTS,
    TRAITS_FIRST,
    TRAITS_OTHER,
    TRAITS_PART,
    best_rated,
    cheapest,
    fit_lines,
    given_up,
    short_name,
    traits,
    why,
)
from assistant.values import Evidence
from finetune.voice import traits as sayings
from finetune.voice.wordings import listed

#: How a fact begins that two products share.
BOTH = "both "
Values = dict[str, str | None]

_SOLD_OUT = re.compile(r"(.+) \(sold out\)")


def text(evidence: Evidence, subject: str, kind: str) -> str | None:
    found = (fact for fact in evidence.facts if fact.subject == subject and fact.kind == kind)
    return next((fact.text for fact in found), None)


def value(evidence: Evidence, subject: str, kind: str) -> str | None:
    found = (fact for fact in evidence.facts if fact.subject == subject and fact.kind == kind)
    return next((fact.value for fact in found), None)


def name(evidence: Evidence, subject: str) -> str:
    return short_name(value(evidence, subject, "name") or "")


def price(evidence: Evidence, subject: str) -> str:
    return (text(evidence, subject, "price") or "").removeprefix("costs ")


def rated(evidence: Evidence, subject: str) -> Values:
    """`rating`, `ratings` ("31 customers") and `votes` ("31 ratings")."""
    rating = value(evidence, subject, "rating")
    count = next(
        (f.value for f in evidence.facts if f.subject == subject and f.text.endswith("ratings")), None
    )
    if rating is None or count is None:
        return {}
    people, votes = ("customer", "rating") if count == "1" else ("customers", "ratings")
    return {"rating": rating, "ratings": f"{count} {people}", "votes": f"{count} {votes}"}


def product(evidence: Evidence, subject: str, most: int, wish: str, chance: Random) -> Values:
    """Everything that its line tells: price, rating, what it was, stock, and its facts, in any order."""
    values: Values = {"price": price(evidence, subject), **rated(evidence, subject)}
    listed_at = text(evidence, subject, "list_price")
    values["listed"] = listed_at.removeprefix("list price ") if listed_at else None
    status = value(evidence, subject, "stock")
    for flag in ("backorder", "preorder"):
        values[flag] = "" if status == flag else None
    values["in_stock"] = "" if status == "in_stock" else None
    values["sold_out"] = "" if status in ("out_of_stock", "discontinued") else None
    told = traits(evidence, subject, most, wish)
    chance.shuffle(told)
    for number, (called, held) in enumerate(told, start=1):
        values |= trait(str(number), called, held, chance)
    return values


def trait(number: str, called: str, held: str, chance: Random) -> Values:
    return {
        f"has{number}": sayings.has(called, held, chance),
        f"with{number}": sayings.beside(called, held),
        f"trait{number}": f"{called} {held}",
        f"name{number}": called,
        f"value{number}": held,
    }


def products(evidence: Evidence, chance: Random) -> Values:
    """Of products found or suggested."""
    lead = evidence.lead[:3]
    wish = " ".join(str(evidence.values.get("wish") or "").split())
    values: Values = {"first": name(evidence, lead[0]), "wish": wish[:80] or None}
    values |= product(evidence, lead[0], TRAITS_FIRST, wish, chance)
    count = evidence.values.get("count")
    values["count"] = str(count) if isinstance(count, int) and count > 1 else None
    for place, word in ((1, "second"), (2, "third")):
        if len(lead) > place:
            values |= {word: name(evidence, lead[place]), f"price{place + 1}": price(evidence, lead[place])}
            for called, held in traits(evidence, lead[place], TRAITS_OTHER, wish) if place == 1 else ():
                values["has2nd"] = sayings.has(called, held, chance)
                values["with2nd"] = sayings.beside(called, held)
    values["three"] = "" if len(lead) == 3 else None
    for word, kind, leader in (
        ("lowest", "price", cheapest(evidence)),
        ("best_rated", "rating", best_rated(evidence)),
    ):
        if leader is not None:
            values[word] = name(evidence, leader)
            told = price(evidence, leader) if kind == "price" else value(evidence, leader, "rating")
            values[word.replace("best_rated", "best") + ("_price" if kind == "price" else "_rating")] = told
    relaxed = evidence.values.get("relaxed")
    if isinstance(relaxed, list):
        values["given_up"] = listed([given_up(str(each)) for each in relaxed[:2]])
    return values


def comparison(evidence: Evidence) -> Values:
    """Of the first two; `c` where three are compared."""
    table: Mapping[str, Any] = evidence.values
    values: Values = {}
    for letter, each in zip("abc", table["products"], strict=False):
        values |= {letter: short_name(each["title"]), f"price_{letter}": each["price"]}
        if each["rating"]:
            count = each["rating_count"]
            values[f"rating_{letter}"] = each["rating"]
            values[f"ratings_{letter}"] = f"{count} customer{'' if count == 1 else 's'}"
            values[f"votes_{letter}"] = f"{count} rating{'' if count == 1 else 's'}"
    if table["cheaper"]:
        values |= {
            "cheaper": short_name(table["cheaper"]),
            "cheaper_price": table["lowest"],
            "gap": table["gap"],
        }
        dear = next(each for each in table["products"] if each["title"] != table["cheaper"])
        if table["gap"]:
            values |= {"dearer": short_name(dear["title"]), "dearer_price": dear["price"]}
    return values


def row(told: Mapping[str, Any], names: Sequence[str], chance: Random) -> Values:
    """Of one row of the comparison's table, both values or only one of them known."""
    field, (a, b) = told["field"], told["values"][:2]
    values: Values = {"field": field}
    if a and b:
        ways = Random(chance.random())  # noqa: S311 - draws words
        state = ways.getstate()
        values |= {"a_value": a, "a_has": sayings.has(field, a, ways)}
        ways.setstate(state)
        values |= {"b_value": b, "b_has": sayings.has(field, b, ways)}
    elif a or b:
        known, missing = names if a else reversed(names)
        held = a or b
        values |= {"known": known, "missing": missing, "known_value": held}
        values["known_has"] = sayings.has(field, held, chance)
    return values


def sums(evidence: Evidence) -> Values:
    """Of a bundle: total, budget, what is left of it and what is saved."""
    whole = evidence.lead[0]
    known = (("total", "total"), ("budget", "budget"), ("left", "left"), ("saved", "savings"))
    found = {slot: text(evidence, whole, kind) for slot, kind in known}
    return {slot: _amount(said) for slot, said in found.items() if said}


def _amount(said: str) -> str:
    return next(word for word in said.split() if any(each.isdigit() for each in word))


def bundle(evidence: Evidence, chance: Random) -> Values:
    told: Mapping[str, Any] = evidence.values
    items = told["first"]["items"]
    values: Values = {**sums(evidence), **fit(evidence)}
    values["need"] = " ".join(told["need"].split())[:80] or None
    values["count"] = str(told["count"]) if told["count"] > 1 else None
    values["several"] = "" if told["count"] > 1 else None
    anchors = [short_name(each) for each in told["anchors"]]
    values["anchor"] = " and the ".join(anchors) or None
    mates = [f"the {short_name(each)}" for each in told["mates"]]
    values["mates"] = listed(mates) if mates and len(mates) <= 2 else None
    values["mates"] = (
        listed([f"the {each['slot']}" for each in items[len(anchors) :]])
        if anchors and len(mates) > 2
        else values["mates"]
    )
    if len(items) <= MOST_PARTS:
        values["parts"] = listed([_part(each, chance) for each in items])
    place = chance.randrange(min(len(items), MOST_PARTS))
    chosen, subject = items[place], evidence.lead[1:][place]
    values |= {"slot": chosen["slot"], "part": short_name(chosen["title"])}
    values["part_price"] = chosen["price"] if chosen["quantity"] == 1 else f"{chosen['price']} each"
    for called, held in traits(evidence, subject, TRAITS_PART, told["need"]):
        values |= {"part_has": sayings.has(called, held, chance), "part_trait": f"{called} {held}"}
    return values


def _part(item: Mapping[str, Any], chance: Random) -> str:
    if item["quantity"] > 1:
        return f"{item['quantity']} x {item['slot']}"
    return f"{chance.choice(('the', 'the', sayings.article(item['slot'])))} {item['slot']}"


def fit(evidence: Evidence) -> Values:
    """What the last lines of a bundle tell: a pair that fits, that nobody knows, what was bought together."""
    values: Values = {}
    for line in fit_lines(evidence):
        kind, _, said = line.partition(": ")
        if kind == "fit of all parts":
            values["unknown"] = ""
        elif kind == "fits":
            pair, _, fact = said.partition(", ")
            values["fit_a"], _, values["fit_b"] = pair.partition(" with ")
            values["both" if fact.startswith(BOTH) else "enough"] = fact.removeprefix(BOTH)
        elif kind == "bought together":
            pair, _, count = said.rpartition(", ")
            values["bought_a"], _, values["bought_b"] = pair.partition(" with ")
            values["orders"] = count.removesuffix(" orders")
    return values


def edited(evidence: Evidence, chance: Random) -> Values:
    told: Mapping[str, Any] = evidence.values
    values: Values = {**sums(evidence), **fit(evidence), "less": told["saved"]}
    for change in told["changes"]:
        op = change["op"]
        values[op] = ""
        if change["title"]:
            values["new"] = short_name(change["title"])
        if op == "swap" and change["was"] and change["was"] != change["title"]:
            values["was"] = short_name(change["was"])
        elif op == "remove":
            values["out"] = short_name(change["was"]) if change["was"] else change["slot"]
        elif op == "count":
            values["quantity"] = str(change["quantity"])
    values["nothing"] = None if told["changes"] else ""
    if told["refused"]:
        slot = told["refused"]["slot"]
        values |= {"slot": f"the {slot}" if slot else "the rest", "why": why(told["refused"]["reason"])}
    if told["title"]:
        places = {
            v["title"]: subject for v, subject in zip(told["first"]["items"], evidence.lead[1:], strict=True)
        }
        subject = places.get(told["title"])
        values |= product(evidence, subject, TRAITS_FIRST - 1, "", chance) if subject else {}
    return values


def answer(evidence: Evidence, chance: Random) -> Values:
    told: Mapping[str, Any] = evidence.values
    subject = evidence.lead[0]
    field, held = told["field"], told["value"]
    values: Values = {"name": name(evidence, subject), "field": field}
    if field not in ("price", "rating"):
        values |= product(evidence, subject, 0, "", chance)
    return {**values, **_held(field, held, chance)} if held else values


def _held(field: str, held: str, chance: Random) -> Values:
    """A value by its form: a list of options, a choice and its stock, a stock status, yes or no, a fact."""
    options = held.split(", ")
    gone = [match[1] for each in options if (match := _SOLD_OUT.fullmatch(each))]
    chosen, _, status = held.rpartition(", ")
    if field == "availability":
        stock, _, but = held.partition(", but not ")
        return {"stock": stock.replace("out of stock", "sold out"), "gone": but.replace(" / ", " ") or None}
    if status in ("in stock", "backorder", "preorder"):
        return {
            "choice": chosen,
            "stock": status.replace("backorder", "on backorder").replace("preorder", "for preorder"),
        }
    if status in ("out of stock", "discontinued"):
        return {"choice": chosen, "choice_out": ""}
    if "; not " in held:
        kept, _, other = held.partition("; not ")
        there = [each for each in kept.split(", ") if not _SOLD_OUT.fullmatch(each)]
        return {"choice": other, "options": listed(there) if there else None, "choice_not": ""}
    if gone:
        there = [each for each in options if not _SOLD_OUT.fullmatch(each)]
        return {"options": listed(there) if there else None, "gone": listed(gone), "options_gone": ""}
    if held.lower() in ("yes", "true", "no", "false"):
        return {"truth": "yes" if held.lower() in ("yes", "true") else "no"}
    if len(options) > 1:
        return {"options": listed(options)}
    return {"value": held, "has": sayings.has(field, held, chance)}
