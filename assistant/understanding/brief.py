"""What a conversation has shown, in a few lines: all of the history that the model is given.

Short on purpose: every token costs time in a turn and in training.
"""

from assistant.values import BundleView, IntentView, Shown

MOST_PRODUCTS = 4
MOST_SLOTS = 8
TITLE_LENGTH = 40


def brief(shown: Shown) -> str:
    """Lines like `shown: 1 Oak Desk $120.00; 2 ...`; empty for a new conversation."""
    lines = []
    if shown.intent is not None:
        lines.append(f"before: {_before(shown.intent, shown.query)}")
    if shown.bundles:
        lines.append(f"bundle: {_bundle(shown.bundles[0])}")
        if len(shown.bundles) > 1:
            lines[-1] += f" (1 of {len(shown.bundles)})"
    if shown.products:
        titles = (
            f"{place} {card.title[:TITLE_LENGTH]} {card.price}"
            for place, card in enumerate(shown.products[:MOST_PRODUCTS], start=1)
        )
        lines.append(f"shown: {'; '.join(titles)}")
    if shown.question is not None:
        lines.append(f"asked: {shown.question.text}")
    return "\n".join(lines)


def _before(intent: IntentView, query: str) -> str:
    constraints = intent.constraints
    facts = [*constraints.attributes.values(), constraints.brand, constraints.occasion]
    price = constraints.max_price or constraints.budget
    facts += [f"under {price}"] if price else []
    return " ".join([intent.name, query[:TITLE_LENGTH], *(fact for fact in facts if fact)]).strip()


def _bundle(view: BundleView) -> str:
    return f"{', '.join(item.slot for item in view.items[:MOST_SLOTS])}; {view.total}"
