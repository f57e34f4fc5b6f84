"""The evidence of an answer to "what does the set cost in total?"."""

from collections.abc import Mapping

from assistant.evidence import title_said
from assistant.facts import bundle_facts, money_fact
from assistant.values import BundleView, Evidence, Fact
from shop.serialise import Json
from shop.values import Product


def bundle_total(
    view: BundleView,
    records: Mapping[str, Product],
    *,
    word: str | None = None,
    count: int = 1,
    following: BundleView | None = None,
) -> Evidence:
    """What a bundle comes to. `word`: what it is among `count` of them ("cheapest"), before `following`."""
    facts = list(bundle_facts(view, records))
    if following is not None:
        facts.append(Fact("name", following.id, following.title, following.title))
        facts.append(money_fact("total", following.id, following.total, "{} in all"))
    values: dict[str, Json] = {
        "title": title_said(view.title),
        "total": str(view.total),
        "parts": len(view.items),
        "savings": str(view.savings) if view.savings.amount > 0 else None,
        "spare": str(view.budget - view.total) if view.budget and view.total < view.budget else None,
        "budget": str(view.budget) if view.budget else None,
        "word": word,
        "count": count,
        "next": {"title": title_said(following.title), "total": str(following.total)} if following else None,
    }
    return Evidence("bundle_total", tuple(facts), (view.id,), values)
