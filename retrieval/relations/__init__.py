"""What goes with what: from orders, from facts, and from what the products are called."""

from retrieval.relations.order_relations import FACT_SCORE, FOLLOW_EVERY_S, OrderRelations, Texts
from retrieval.relations.pair_model import PairModelUnusable, load_pair_model

__all__ = [
    "FACT_SCORE",
    "FOLLOW_EVERY_S",
    "OrderRelations",
    "PairModelUnusable",
    "Texts",
    "load_pair_model",
]
