"""The lines of evidence about goods: products, bundles, comparisons, answers, and what could not be found.

A product is one line: its name, its price and what it was, how it is rated, its stock unless it is in stock,
and its most telling facts: those that the shopper's words touch first, then those with figures.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from assistant.claims.known import folded
from assistant.lexicon import lexicon
from assistant.values import Evidence, Fact

#: Characters of a name, of a fact and of other texts that a line holds at most.
LONGEST_NAME, LONGEST_TRAIT, LONGEST_VALUE, LONGEST_TEXT = 44, 36, 28, 80
MOST_PRODUCTS, MOST_PARTS, MOST_CHANGES, MOST_ROWS = 3, 5, 4, 2
#: Facts of the first product, of each other, and of a part of a bundle.
TRAITS_FIRST, TRAITS_OTHER, TRAITS_PART = 3, 1, 1

_MEASURE = re.compile(r"(?:up to )?\d+(?:\.\d+)?(?: ?(?:x|to|-) ?\d+(?:\.\d+)?)* ?[^\W\d_/%]*(?:/[^\W\d_]+)?")
_WORDS = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+){0,2}")
BOUGHT = re.compile(r"[Bb]ought together in (\d+) orders with (?:the )?(?=(.+))")
_NAME_END = re.compile(r",|;| [-–|(\[]")
_STOCK = {
    "backorder": "on backorder",
    "preorder": "for preorder",
    "out_of_stock": "sold out",
    "discontinued": "discontinued",
}


def short_name(title: str) -> str:
    """A title up to its first comma, bracket or dash, and no longer than `LONGEST_NAME` in whole words."""
    title = " ".join(title.split())
    name = _NAME_END.split(title, maxsplit=1)[0].strip()
    name = name if len(name.split()) > 1 else title
    if len(name) <= LONGEST_NAME:
        return name
    return name[:LONGEST_NAME].rsplit(" ", 1)[0].rstrip(" -,;(|")


def traits(evidence: Evidence, subject: str, most: int, wish: str = "") -> list[tuple[str, str]]:
    """Short facts of a product, each of another name ("weight", "2.1 kg"): what the wish touches first."""
    asked = set(folded(wish))
    mine = [fact for fact in evidence.facts if fact.subject == subject]
    gone = {fact.value for fact in mine if fact.kind == "sold_out"}
    found: dict[str, Fact] = {}
    for fact in mine:
        if fact.kind in ("attribute", "option") and fact.value not in gone and _is_sayable(fact):
            found.setdefault(fact.text.removesuffix(fact.value).strip().lower(), fact)

    def order(fact: Fact) -> tuple[bool, bool]:
        return not asked & set(folded(fact.text)), not fact.value[0].isdigit()

    return [_trait(fact) for fact in sorted(found.values(), key=order)[:most]]


def _is_sayable(fact: Fact) -> bool:
    """One measure or a few words: no list, no code, no bare yes, no repeated word."""
    name = fact.text.removesuffix(fact.value).strip()
    words = fact.text.lower().split()
    plain = _MEASURE.fullmatch(fact.value) or _WORDS.fullmatch(fact.value)
    return (
        plain is not None
        and bool(name)
        and not lexicon().locale.truth(fact.value)
        and len(fact.text) <= LONGEST_TRAIT
        and len(set(words)) == len(words)
        and not name.startswith(("provides", "requires"))
    )


def _trait(fact: Fact) -> tuple[str, str]:
    """The attribute's name, in small letters but for codes ("USB power"), and its value."""
    name = fact.text.removesuffix(fact.value).strip()
    return (name if name[:2].isupper() else name[:1].lower() + name[1:]), fact.value


def _first(evidence: Evidence, subject: str, kind: str) -> Fact | None:
    return next((fact for fact in evidence.facts if fact.subject == subject and fact.kind == kind), None)


def _text(evidence: Evidence, subject: str, kind: str) -> str | None:
    fact = _first(evidence, subject, kind)
    return fact.text if fact is not None else None


def _product_line(evidence: Evidence, subject: str, most: int, wish: str = "") -> str | None:
    name, price = _first(evidence, subject, "name"), _text(evidence, subject, "price")
    if name is None or price is None:
        return None
    parts = [price.removeprefix("costs ")]
    listed = _text(evidence, subject, "list_price")
    if listed:
        parts.append(listed.replace("list price", "was"))
    rating = _first(evidence, subject, "rating")
    if rating is not None:
        parts.append(f"rated {rating.value}{_by(evidence, subject)}")
    stock = _first(evidence, subject, "stock")
    if stock is not None and stock.value in _STOCK:
        parts.append(_STOCK[stock.value])
    parts += [" ".join(each) for each in traits(evidence, subject, most, wish)]
    return f"{short_name(name.value)}: {', '.join(parts)}"


def _by(evidence: Evidence, subject: str) -> str:
    counts = (fact for fact in evidence.facts if fact.subject == subject and fact.text.endswith("ratings"))
    return next((f" by {fact.value}" for fact in counts), "")


def _lines(evidence: Evidence, wish: str = "") -> list[str]:
    """The products shown, the first with the most facts."""
    most = [TRAITS_FIRST, *[TRAITS_OTHER] * (MOST_PRODUCTS - 1)]
    pairs = zip(evidence.lead, most, strict=False)
    lines = (_product_line(evidence, subject, count, wish) for subject, count in pairs)
    return [line for line in lines if line]


def _short(value: object) -> str:
    return " ".join(str(value).split())[:LONGEST_TEXT]


def _products(evidence: Evidence) -> list[str] | None:
    values: Mapping[str, Any] = evidence.values
    wish = _short(values["wish"])
    lines = _lines(evidence, wish)
    if not lines:
        return None
    close = values.get("close", True)
    head = [f'wish: "{wish}"'] if wish else []
    head += [f"given up: {_short(given_up(each))}" for each in values.get("relaxed", ())[:2]]
    head += [] if close else ["close: no"]
    return [*head, f"found: {values['count']}", *lines, *_leaders(evidence)]


def given_up(reason: str) -> str:
    """ "nothing by Acme fits" as it goes on after "there is"."""
    return reason.removesuffix(" fits")


def why(reason: str) -> str:
    """A reason as it goes on after "because"."""
    return f"there is {reason}" if reason.startswith("not enough") else reason


def _leaders(evidence: Evidence) -> Iterator[str]:
    """Which of the products shown is the cheapest and which the best rated, where it is not the first."""
    products: list[Any] = evidence.values["products"]  # type: ignore[assignment]  # as `evidence` builds it
    for name, subject in (("cheapest", cheapest(evidence)), ("best rated", best_rated(evidence))):
        if subject is not None:
            yield f"{name}: {short_name(products[evidence.lead.index(subject)]['title'])}"


def cheapest(evidence: Evidence) -> str | None:
    """The id of the one product shown that costs the least, where that is not the first; None where their
    currencies differ."""
    facts = [fact for each in evidence.lead if (fact := _first(evidence, each, "price")) is not None]
    if len({fact.value.split()[1] for fact in facts}) > 1:
        return None
    prices = _ranked(evidence, "price", lambda fact: -int(fact.value.split()[0]))
    return _leader(evidence, prices)


def best_rated(evidence: Evidence) -> str | None:
    """The id of the one product shown that is rated best, where that is not the first and all are rated."""
    ratings = _ranked(evidence, "rating", lambda fact: float(fact.value))
    return _leader(evidence, ratings) if len(ratings) == len(evidence.lead) else None


def _ranked(evidence: Evidence, kind: str, key: Callable[[Fact], float]) -> dict[str, float]:
    facts = ((each, _first(evidence, each, kind)) for each in evidence.lead)
    return {subject: key(fact) for subject, fact in facts if fact is not None}


def _leader(evidence: Evidence, values: Mapping[str, float]) -> str | None:
    best = [each for each, value in values.items() if value == max(values.values())]
    return best[0] if len(best) == 1 and best[0] != evidence.lead[0] else None


def _suggestions(evidence: Evidence) -> list[str] | None:
    return _lines(evidence) or None


def _comparison(evidence: Evidence) -> list[str] | None:
    values: Mapping[str, Any] = evidence.values
    products = values["products"][:MOST_PRODUCTS]
    names = [short_name(each["title"]) for each in products]
    if len(set(names)) < len(names):
        return None
    lines = [
        f"{name}: {', '.join([each['price'], *_rated(each)])}"
        for name, each in zip(names, products, strict=True)
    ]
    for row in sayable_rows(evidence):
        told = (f"{name} {value}" for name, value in zip(names, _said(row), strict=False))
        lines.append(f"{row['field']}: {', '.join(told)}")
    if values["cheaper"]:
        by = f" by {values['gap']}" if values["gap"] else ""
        lines.append(f"cheaper: {short_name(values['cheaper'])}{by}")
    return lines


def sayable_rows(evidence: Evidence) -> list[Mapping[str, Any]]:
    """Rows of a comparison in which the products differ and that are short enough to say."""
    table: Mapping[str, Any] = evidence.values
    rows = [row for row in table["differences"] if row["field"] not in ("rating", "availability")]
    return [row for row in rows if max(map(len, _said(row))) <= LONGEST_VALUE][:MOST_ROWS]


def _said(row: Mapping[str, Any]) -> list[str]:
    return [_short(each or "not stated") for each in row["values"][:MOST_PRODUCTS]]


def _rated(product: Mapping[str, Any]) -> list[str]:
    return [f"rated {product['rating']} by {product['rating_count']}"] if product["rating"] else []


def _answer(evidence: Evidence) -> list[str] | None:
    values: Mapping[str, Any] = evidence.values
    field, value = values["field"], values["value"]
    if value and (not field or len(value) > LONGEST_TEXT):
        return None
    line = _product_line(evidence, evidence.lead[0], 0)
    head = [f"asked: {_short(field)}", f"answer: {_short(value or 'not stated')}"] if field else []
    return [*head, line] if line else None


def _bundle(evidence: Evidence) -> list[str] | None:
    values: Mapping[str, Any] = evidence.values
    head = [f'need: "{_short(values["need"])}"'] if values["need"] else []
    head += [f"sets: {values['count']}"] if values["count"] > 1 else []
    head += ["again: yes"] if values["again"] else []
    anchors = [short_name(each) for each in values["anchors"]]
    head += [f"goes with: {' and '.join(anchors)}"] if anchors and values["mates"] else []
    return [*head, *_sums(evidence), *_parts(evidence, values["need"]), *fit_lines(evidence)]


def _sums(evidence: Evidence) -> Iterator[str]:
    whole = evidence.lead[0]
    for kind, name in (("total", "total"), ("budget", "budget"), ("left", "left"), ("savings", "saves")):
        text = _text(evidence, whole, kind)
        if text:
            yield f"{name}: {_amount(text)}"


def _amount(text: str) -> str:
    """ "$80.00 left of the budget" -> "$80.00"."""
    return next(word for word in text.split() if any(each.isdigit() for each in word))


def _parts(evidence: Evidence, wish: str) -> Iterator[str]:
    values: Mapping[str, Any] = evidence.values
    items = values["first"]["items"]
    for item, subject in list(zip(items, evidence.lead[1:], strict=True))[:MOST_PARTS]:
        count = f"{item['quantity']} x " if item["quantity"] > 1 else ""
        each = " each" if count else ""
        told = [
            f"{item['price']}{each}",
            *(" ".join(one) for one in traits(evidence, subject, TRAITS_PART, wish)),
        ]
        yield f"{count}{item['slot']}: {short_name(item['title'])}, {', '.join(told)}"
    if len(items) > MOST_PARTS:
        yield f"and {len(items) - MOST_PARTS} more parts"


def fit_lines(evidence: Evidence) -> list[str]:
    """One pair that is known to fit, or that no record knows all; else why one part is there."""
    values: Mapping[str, Any] = evidence.values
    names = {fact.subject: short_name(fact.value) for fact in evidence.facts if fact.kind == "name"}
    told = []
    if values["first"]["compatibility"] == "unknown":
        told.append("fit of all parts: not known")
    else:
        told += [f"fits: {each}" for each in _pairs(evidence, names)][:1]
    if values["first"]["compatibility"] == "unknown" or not told:
        told += [f"bought together: {each}" for each in _bought(evidence, names)][:1]
    return told


def _pairs(evidence: Evidence, names: Mapping[str, str]) -> Iterator[str]:
    """Pairs that fit, each with what the records say of both."""
    for fact in evidence.facts:
        ids = [each for each in evidence.lead if each in fact.subject.split("+")]
        short = fact.value == "compatible" and fact.text != fact.value and len(fact.text) <= LONGEST_TRAIT
        if fact.kind == "compatibility" and len(ids) == 2 and short:
            told = fact.text.replace("_", " ").replace("both have ", "both ")
            yield f"{names[ids[0]]} with {names[ids[1]]}, {told}"


def _bought(evidence: Evidence, names: Mapping[str, str]) -> Iterator[str]:
    """Parts that orders hold together, as `assistant.bundle_mates` says it."""
    titles = sorted((fact.value for fact in evidence.facts if fact.kind == "name"), key=len, reverse=True)
    for fact in evidence.facts:
        match = BOUGHT.search(fact.text) if fact.kind == "reason" else None
        other = next((each for each in titles if match and match[2].startswith(each)), None)
        if match and other and fact.subject in names:
            yield f"{names[fact.subject]} with {short_name(other)}, {match[1]} orders"


def _edited(evidence: Evidence) -> list[str] | None:
    values: Mapping[str, Any] = evidence.values
    ops = {each["op"] for each in values["changes"]}
    if ops & {"set_budget", "undo", "redo"} or (ops and ops <= {"lock", "unlock"}):
        # No other goods are asked for: what was done is told by the template.
        return None
    done = [_done(each, values["first"]) for each in values["changes"][:MOST_CHANGES]]
    lines = [f"done: {each}" for each in done] or ["done: nothing, it is so already"]
    lines += list(_sums(evidence))
    lines += [f"less than before: {values['saved']}"] if values["saved"] else []
    if values["refused"]:
        slot = values["refused"]["slot"] or "the rest"
        lines.append(f"not done: {slot}, {_short(why(values['refused']['reason']))}")
    new = next((each for each in evidence.lead[1:] if _is_called(evidence, each, values["title"])), None)
    line = _product_line(evidence, new, TRAITS_FIRST - 1) if new else None
    return [*lines, *([line] if line else []), *fit_lines(evidence)]


def _is_called(evidence: Evidence, subject: str, title: str | None) -> bool:
    name = _first(evidence, subject, "name")
    return name is not None and name.value == title


def _done(change: Mapping[str, Any], first: Mapping[str, Any]) -> str:
    """ "swap Fern Tent for Alto Tent", "remove lantern"."""
    title, was = (short_name(each) if each else None for each in (change["title"], change["was"]))
    op = change["op"]
    if op == "swap" and was and was != title:
        return f"swap {was} for {title}"
    if op == "count":
        return f"count {change['quantity']} x {title}"
    if op == "set_budget":
        return f"budget {first['budget'] or 'none'}"
    if op in ("undo", "redo"):
        return str(op)
    named = title if op in ("swap", "add", "lock", "unlock") else None
    return f"{op} {named or was or change['slot'] or 'part'}"


def _nothing(evidence: Evidence) -> list[str] | None:
    values: Mapping[str, Any] = evidence.values
    lines = [f'wish: "{_short(values["wish"])}"'] if values["wish"] else []
    return [*lines, *(f"limit: {_short(each)}" for each in values["limits"][:3])]


def _infeasible(evidence: Evidence) -> list[str] | None:
    values: Mapping[str, Any] = evidence.values
    known = (
        ("budget", values["budget"]),
        ("cheapest", values["cheapest_total"]),
        ("missing", values["slot"]),
        ("why", why(values["reason"])),
    )
    return [f"{name}: {_short(value)}" for name, value in known if value]


LINES: Mapping[str, Callable[[Evidence], Sequence[str] | None]] = {
    "products": _products,
    "products_relaxed": _products,
    "suggestions": _suggestions,
    "comparison": _comparison,
    "product_answer": _answer,
    "bundles": _bundle,
    "bundle_edited": _edited,
    "nothing_found": _nothing,
    "infeasible": _infeasible,
}
