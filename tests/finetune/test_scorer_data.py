"""Queries that a catalogue asks of itself, and the examples that come of them."""

import numpy as np

from finetune.scorer_data import (
    Asked,
    catalogue_queries,
    examples,
    judged_queries,
    shop_of,
    without_categories,
)
from tests.retrieval.goods import HashingEmbedder, product

GOODS = [
    product(
        f"{kind}{at}",
        f"{colour} {kind}",
        description=f"A {colour} thing to have at home, made for number {at}.",
        category=f"Home > {kind.title()}s",
    )
    for kind in ("lamp", "rope", "kettle", "mug")
    for at, colour in enumerate(("red", "blue", "green", "grey"))
]


def test_kinds_ask_for_their_products_and_words_for_their_product() -> None:
    asked = {each.query: each.grades for each in catalogue_queries(GOODS, 60, seed=1)}
    assert asked["lamps"] == {f"lamp{at}": 2 for at in range(4)}
    assert any(len(grades) == 1 for grades in asked.values())


def test_a_seed_gives_the_same_queries() -> None:
    one, other = (catalogue_queries(GOODS, 30, seed=5) for _ in range(2))
    assert [(each.query, each.grades) for each in one] == [(each.query, each.grades) for each in other]


def test_judged_queries_are_asked_of_all_and_of_what_was_judged() -> None:
    whole, judged = judged_queries({"lamp": {"lamp1": 3, "rope1": 0}})
    assert whole.among is None
    assert judged.among == frozenset({"lamp1", "rope1"})


def test_examples_hold_the_worth_of_each_candidate() -> None:
    embedder = HashingEmbedder()
    asked = [
        Asked("lamp", {"lamp1": 3, "lamp2": 1}),
        Asked("lamp", {"lamp1": 3, "rope1": 0}, frozenset({"lamp1", "rope1"})),
        Asked("lamp", {}),
    ]
    with shop_of(GOODS, embedder) as search:
        whole, judged = examples(search, embedder, asked)
    assert sorted(whole.gains[whole.gains > 0].tolist()) == [1, 7]
    assert sorted(judged.gains.tolist()) == [0, 7]
    assert np.isfinite(whole.values).all()


def test_a_catalogue_can_lose_its_categories() -> None:
    assert all(not each.categories for each in without_categories(GOODS))
