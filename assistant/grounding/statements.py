"""Claims made of words: stock, fitting together, properties, dates, promises, names, who is cheapest."""

import re
from collections.abc import Iterator, Sequence

from assistant.facts import pair_subject
from assistant.grounding.figures import Text
from assistant.grounding.ledger import Ledger
from assistant.reading.words import Span, folds
from assistant.values import Violation, ViolationKind

_STOCK = {
    "stock_out": ("out_of_stock", "discontinued"),
    "stock_backorder": ("backorder",),
    "stock_preorder": ("preorder",),
    "stock_discontinued": ("discontinued",),
    "stock_in": ("in_stock",),
}
_BUYABLE = ("in_stock", "backorder", "preorder")
_FALSE = ("no", "false", "none")


def statement_claims(text: Text, plain: str) -> Iterator[Violation]:
    """Every statement of the sentence that no fact holds."""
    yield from _stock(text)
    yield from _compatibility(text)
    yield from _discounts(text)
    yield from _superlatives(text)
    yield from _promises(text)
    yield from _dates(text)
    yield from _values(text)
    yield from _properties(text)
    yield from _having(text)
    yield from _names(text, plain)
    yield from _brands(text)


def _stock(text: Text) -> Iterator[Violation]:
    claimed: list[Span] = []
    for name, statuses in _STOCK.items():
        for match in text.lexicon.phrases[name].finditer(text.lower):
            if text.skipped(match.span()) or any(start <= match.start() < end for start, end in claimed):
                continue
            claimed.append(match.span())
            if name == "stock_in" and text.lexicon.starts("available_in", text.lower[match.start() :]):
                continue  # "available in blue" is about the colour
            if not _has_status(text, match, statuses):
                yield Violation("stock", match[0])
    for match in text.lexicon.phrases["stock_scarce"].finditer(text.lower):
        if not text.skipped(match.span()):
            yield Violation("stock", match[0])


def _has_status(text: Text, match: re.Match[str], statuses: Sequence[str]) -> bool:
    facts = text.ledger.facts(("stock",), text.scope.subjects(match.span()))
    if "out_of_stock" in statuses and _names_sold_out(text, text.scope.subjects(match.span())):
        return True
    allowed = _BUYABLE if match[0] == "available" else statuses
    negated = re.search(
        rf"{text.lexicon.source('negation_claim')}\s+(?:\w+\s+)?$", text.lower[: match.start()]
    )
    if negated and "in_stock" in statuses:
        allowed = _STOCK["stock_out"]
    return bool(facts) and all(fact.value in allowed for fact in facts)


def _names_sold_out(text: Text, subjects: Sequence[str]) -> bool:
    """Whether the sentence names an option value that cannot be bought."""
    folded = {word for word, _ in text.words}
    gone = text.ledger.facts(("sold_out",), subjects)
    return any(set(folds(fact.value, text.lexicon.locale)) <= folded for fact in gone)


def _compatibility(text: Text) -> Iterator[Violation]:
    lexicon = text.lexicon
    if lexicon.has("compatible_unknown", text.lower):
        return
    accounted = [
        match.span()
        for name in ("fits_budget", "fits_wish", "incompatible")
        for match in lexicon.phrases[name].finditer(text.lower)
    ]
    for match in lexicon.phrases["incompatible"].finditer(text.lower):
        if not text.skipped(match.span()) and not _fitting(text, "incompatible", match):
            yield Violation("compatibility", match[0])
    for match in lexicon.phrases["fits_budget"].finditer(text.lower):
        if not _within_budget(text.ledger):
            yield Violation("total", match[0])
    for match in lexicon.phrases["compatible"].finditer(text.lower):
        inside = any(start <= match.start() < end for start, end in accounted) or _holds_so_many(text, match)
        if not inside and not text.skipped(match.span()) and not _fitting(text, "compatible", match):
            yield Violation("compatibility", match[0])


def _fitting(text: Text, status: str, match: re.Match[str]) -> bool:
    """Whether a record says so: of the pair named, of the whole set, or in the product's own text."""
    facts = text.ledger.facts(("compatibility",))
    stated = [
        fact for fact in text.ledger.evidence.facts if fact.kind == "compatibility" and fact.value == status
    ]
    named = text.scope.all_subjects()
    pairs = {pair_subject(a, b) for a in named for b in named if a != b}
    if pairs:
        return any(fact.subject in pairs for fact in stated) or _own_words(text, match)
    if named:
        return any(named[0] in fact.subject.split("+") for fact in stated) or _own_words(text, match)
    return any(fact.value == status for fact in facts) or any(
        match[0] in fact.text.lower() for fact in stated
    )


def _holds_so_many(text: Text, match: re.Match[str]) -> bool:
    """ "Fits four people": a size, checked as a figure."""
    first = next((word for word, span in text.words if span[0] >= match.end()), "")
    return first.isdigit() or first in text.lexicon.numbers["numbers"]


def _own_words(text: Text, match: re.Match[str]) -> bool:
    """ "Fits GN 1/1 pans": the words after the verb stand in the product's own record."""
    after = re.split(r"[.,;!?]", text.lower[match.end() :])[0]
    words = [word for word in folds(after, text.lexicon.locale) if word not in text.lexicon.locale.stop]
    verb = folds(match[0].split()[0], text.lexicon.locale)
    subjects = text.scope.subjects(match.span())
    return bool(words) and text.ledger.knows([*verb, *words], subjects)


def _within_budget(ledger: Ledger) -> bool:
    budgets = ledger.amounts(("budget",))
    totals = ledger.amounts(("total",)) or ledger.amounts(("price",))
    return bool(budgets) and bool(totals) and min(amount for amount, _ in totals) <= budgets[0][0]


def _discounts(text: Text) -> Iterator[Violation]:
    """A discount without an amount still needs one in the record."""
    for match in text.lexicon.phrases["discount_words"].finditer(text.lower):
        if text.skipped(match.span()):
            continue
        facts = text.ledger.facts(("savings", "promotion"), text.scope.subjects(match.span()))
        if not facts and not text.ledger.pairs(folds(match[0], text.lexicon.locale), ()):
            yield Violation("discount", match[0])


def _superlatives(text: Text) -> Iterator[Violation]:
    prices = {
        fact.subject: int(fact.value.split(" ")[0]) for fact in text.ledger.facts(("price",)) if fact.value
    }
    ratings = {fact.subject: float(fact.value) for fact in text.ledger.facts(("rating",))}
    tests: Sequence[tuple[str, dict[str, float], int, ViolationKind]] = (
        ("claim_cheapest", {key: float(value) for key, value in prices.items()}, 1, "price"),
        ("claim_dearest", {key: float(value) for key, value in prices.items()}, -1, "price"),
        ("claim_best_rated", ratings, -1, "number"),
    )
    for name, values, sign, kind in tests:
        for match in text.lexicon.phrases[name].finditer(text.lower):
            if not text.skipped(match.span()) and not _extreme(text, match, values, sign):
                yield Violation(kind, match[0])
    for match in text.lexicon.phrases["claim_popular"].finditer(text.lower):
        if not text.skipped(match.span()) and not text.ledger.pairs(folds(match[0], text.lexicon.locale), ()):
            yield Violation("promise", match[0])


def _extreme(text: Text, match: re.Match[str], values: dict[str, float], sign: int) -> bool:
    """Whether the subject has the lowest (1) or highest (-1) value of all shown."""
    subjects = text.scope.subjects(match.span())
    if len(values) < 2 or not subjects or subjects[0] not in values:
        return False
    return sign * values[subjects[0]] == min(sign * value for value in values.values())


def _promises(text: Text) -> Iterator[Violation]:
    harmless = [match.span() for match in text.lexicon.phrases["promise_harmless"].finditer(text.lower)]
    for match in text.lexicon.phrases["promises"].finditer(text.lower):
        if text.skipped(match.span()) or any(start <= match.start() < end for start, end in harmless):
            continue
        words = folds(match[0], text.lexicon.locale)
        if re.search(r"[\w]-$", text.lower[: match.start()]):
            continue  # "BPA-free" is a property
        if not text.ledger.pairs(words, text.scope.subjects(match.span())):
            yield Violation("policy" if len(words) > 1 or match[0] != "free" else "discount", match[0])


def _dates(text: Text) -> Iterator[Violation]:
    for match in text.lexicon.phrases["date_words"].finditer(text.lower):
        words = folds(match[0], text.lexicon.locale)
        if text.skipped(match.span()):
            continue
        if not text.ledger.pairs(words, ()):
            yield Violation("date", match[0])
    for match in re.finditer(r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b", text.lower):
        stated = any(match[0] in f"{fact.text} {fact.value}" for fact in text.ledger.evidence.facts)
        if not stated and not text.skipped(match.span()):
            yield Violation("date", match[0])


def _values(text: Text) -> Iterator[Violation]:
    """Colours, materials: a word of these kinds must stand in the record of what it is said of."""
    lexicon, locale = text.lexicon, text.lexicon.locale
    idioms = [match.span() for match in lexicon.phrases["not_a_value"].finditer(text.lower)]
    known = {locale.fold(word) for table in ("colours", "materials") for word in lexicon.texts[table]}
    for word, span in text.words:
        if word not in known or text.skipped(span) or any(start <= span[0] < end for start, end in idioms):
            continue
        subjects = text.scope.subjects(span)
        if _sold_out(text, word, subjects):
            yield Violation("stock", word)
        elif not text.ledger.knows([word], subjects):
            yield Violation("attribute", word)


def _sold_out(text: Text, word: str, subjects: Sequence[str]) -> bool:
    """A value that cannot be bought, said as if it could."""
    locale = text.lexicon.locale
    gone = [fact for fact in text.ledger.facts(("sold_out",), subjects) if word in folds(fact.value, locale)]
    there = [fact for fact in text.ledger.facts(("option",), subjects) if word in folds(fact.value, locale)]
    says_so = text.lexicon.has("stock_out", text.lower) or text.lexicon.has("negation_claim", text.lower)
    return bool(gone) and not there and not says_so


def _properties(text: Text) -> Iterator[Violation]:
    for match in text.lexicon.phrases["properties"].finditer(text.lower):
        if text.skipped(match.span()):
            continue
        subjects = text.scope.subjects(match.span())
        words = [
            word for word in folds(match[0], text.lexicon.locale) if word not in text.lexicon.locale.stop
        ]
        negated = re.search(
            rf"{text.lexicon.source('negation_claim')}\s+(?:\w+\s+)?$", text.lower[: match.start()]
        )
        truth = _truth(text, words, subjects)
        known = text.ledger.knows(words, subjects) and not negated
        fine = known if truth is None else truth != bool(negated)
        if words and not fine:
            yield Violation("attribute", match[0])


def _truth(text: Text, words: Sequence[str], subjects: Sequence[str]) -> bool | None:
    """What a yes-or-no attribute of that name says; None where there is none."""
    for fact in text.ledger.facts(("attribute",), subjects):
        value = fact.value.strip().lower()
        named = folds(fact.text[: len(fact.text) - len(fact.value)], text.lexicon.locale)
        if value in (*_FALSE, "yes", "true") and set(words) <= set(named):
            return value not in _FALSE
    return None


def _having(text: Text) -> Iterator[Violation]:
    """ "Made of X", "comes with X", "includes X": the words of X stand in the record."""
    locale = text.lexicon.locale
    for match in text.lexicon.phrases["has_words"].finditer(text.lower):
        if text.skipped(match.span()):
            continue
        rest = re.split(
            r"[.,;:!?()]|\s(?:and|but|for|so|which|that|while|making|from|at|to|on)\s",
            text.lower[match.end() :] + " ",
        )[0]
        start = match.end()
        words = [
            (word, span)
            for word, span in text.words
            if start <= span[0] < start + len(rest) and word not in locale.stop and not word[0].isdigit()
        ]
        claimed = [
            word for word, span in words if not text.skipped(span) and word not in locale.units.values()
        ]
        subjects = text.scope.subjects(match.span())
        unknown = [word for word in claimed[:4] if not text.ledger.knows([word], subjects)]
        if unknown and not _of_figures(text, start):
            yield Violation("attribute", f"{match[0]} {' '.join(unknown)}")


def _of_figures(text: Text, start: int) -> bool:
    """Whether an amount of money follows at once, which is checked as such."""
    return re.match(r"\s*(?:just|only|about|around)?\s*[$€£¥]", text.lower[start:]) is not None


def _names(text: Text, plain: str) -> Iterator[Violation]:
    """Capitalised words that no record, and not the language, knows: an invented name."""
    allowed = set(text.lexicon.lists["not_names"])
    for match in re.finditer(r"(?<![\w'])[A-Z][\w'&-]*(?:\s+[A-Z][\w'&-]*)*", plain):
        if text.skipped(match.span()):
            continue
        starts = match.start() == 0 or re.search(r"[.!?:\"]\s*$", plain[: match.start()]) is not None
        words = match[0].split()
        unknown = [word for word in words if word not in allowed and not _known(text, word)]
        if starts and unknown and unknown[0] == words[0] and len(words) == 1:
            continue
        if unknown:
            yield Violation("name", " ".join(unknown))


def _brands(text: Text) -> Iterator[Violation]:
    """A brand of the evidence said of a product that is not of it."""
    locale = text.lexicon.locale
    folded = [word for word, _ in text.words]
    for brand in dict.fromkeys(fact.value for fact in text.ledger.facts(("brand",))):
        phrase = list(folds(brand, locale))
        for place in range(len(folded) - len(phrase) + 1):
            span = text.words[place][1]
            if folded[place : place + len(phrase)] != phrase or text.skipped(span):
                continue
            subjects = text.scope.subjects(span)
            of_it = any(fact.value == brand for fact in text.ledger.facts(("brand",), subjects))
            if not of_it and not text.ledger.knows(phrase, subjects):
                yield Violation("name", brand)


def _known(text: Text, word: str) -> bool:
    return all(text.ledger.anywhere(each) for each in folds(word, text.lexicon.locale))
