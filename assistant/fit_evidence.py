"""The evidence of an answer to "does the one fit the other?"."""

from collections.abc import Mapping, Sequence

from assistant.bundling.values import PairFact
from assistant.evidence import title_said
from assistant.facts import bundle_facts, pair_subject
from assistant.values import BundleView, Evidence, Fact
from shop.serialise import Json
from shop.values import Product


def fit(
    records: Mapping[str, Product],
    pairs: Sequence[PairFact],
    view: BundleView | None,
    about: str | None = None,
    reason: str | None = None,
) -> Evidence:
    """What the records say of products fitting together. `about` is the one that was asked about, `reason`
    what it was chosen on; without `pairs` the records say nothing."""
    titles = {product.id: title_said(product.title) for product in records.values()}
    facts = list(bundle_facts(view, records)) if view is not None else []
    facts += [Fact("name", key, product.title, product.title) for key, product in records.items()]
    facts += [
        Fact("compatibility", pair_subject(each.a, each.b), each.status, each.fact or each.status)
        for each in pairs
    ]
    values: dict[str, Json] = {
        "pairs": [
            {"a": titles[each.a], "b": titles[each.b], "fits": each.status == "compatible", "fact": each.fact}
            for each in pairs
        ],
        "subject": titles.get(about) if about else None,
        "reason": f"{reason[:1].lower()}{reason[1:].rstrip('.')}" if reason else None,
    }
    lead = tuple(dict.fromkeys(side for each in pairs for side in (each.a, each.b))) or tuple(records)
    return Evidence("fit", tuple(dict.fromkeys(facts)), lead, values)
