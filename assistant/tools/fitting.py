"""Whether and why things fit together: what the records of both sides say, and no more."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from assistant.bundling.compatibility import pair
from assistant.bundling.values import PairFact
from assistant.fit_evidence import fit
from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.tools.context import Found, ToolContext, call
from assistant.values import BundleView
from shop.catalogue import Catalogue
from shop.values import Product

#: Pairs that are told at most.
TOLD = 3


def why_it_fits(context: ToolContext, intent: Intent) -> Found | None:
    """ "Why does the stove fit?", "do these go together?": of the products pointed at, of one with the set
    that it is in, or of the whole set. None where nothing of the kind is asked or only one thing is known."""
    if not lexicon(context.language).has("about_fit", context.turn.text.lower()):
        return None
    named = list(dict.fromkeys(each.product_id for each in intent.references if each.product_id))
    view = _set_with(context.shown.bundles, named)
    held = [item.product.product_id for item in view.items] if view else []
    asked = named if len(named) > 1 else list(dict.fromkeys((*named, *held)))
    with context.services.database.read() as work:
        records = Catalogue(work).products(asked)
    if len(records) < 2:
        return None
    about = named[0] if len(named) == 1 else None
    pairs = _told(records, about)
    chosen = next((i for i in view.items if i.product.product_id == about), None) if view else None
    return Found(
        call("get_product", {"product_ids": list(records)}),
        fit(records, pairs, view, about, chosen.reason if chosen else None),
    )


def _set_with(views: Sequence[BundleView], named: Sequence[str]) -> BundleView | None:
    """The first set that was shown with all that is named."""
    for view in views:
        if {item.product.product_id for item in view.items}.issuperset(named):
            return view
    return None


def _told(records: Mapping[str, Product], about: str | None) -> list[PairFact]:
    """What is known of each two, of `about` and the others where it is given; what does not fit first."""
    both = (two for two in combinations(records, 2) if about is None or about in two)
    known = [fact for a, b in both if (fact := pair(records[a], records[b])).status != "unknown"]
    return sorted(known, key=lambda fact: fact.status, reverse=True)[:TOLD]
