"""What words point at among what this conversation showed: "the second one", "the cheaper one", "it",
"that tent", "the first bundle", a product's name.

Products shown last come before the parts of bundles; nothing that was not shown can be meant.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.intent import Reference
from assistant.lexicon import Lexicon
from assistant.reading.words import Span, Words, folds
from assistant.values import BundleItemView, BundleView, ProductCard, Shown

#: Words of a description that points.
_MOST_IN_PHRASE = 4


@dataclass(frozen=True, slots=True)
class Pointed:
    """A reference and the words that made it."""

    reference: Reference
    span: Span


@dataclass(frozen=True, slots=True)
class Pointing:
    """Everything a message points at, and what it points at that was never shown ("the ninth one")."""

    found: tuple[Pointed, ...]
    missed: tuple[tuple[str, Span], ...] = ()

    @property
    def references(self) -> tuple[Reference, ...]:
        """Each thing pointed at once; what was missed keeps its words and points nowhere."""
        unique: dict[tuple[str | None, str | None], Reference] = {}
        for each in self.found:
            key = (each.reference.product_id or each.reference.slot, each.reference.bundle_id)
            unique.setdefault(key, each.reference)
        missed = tuple(Reference(text) for text, _ in self.missed) if not unique else ()
        return (*unique.values(), *missed)

    @property
    def spans(self) -> tuple[Span, ...]:
        return (*(each.span for each in self.found), *(span for _, span in self.missed))


def pointing(message: Words, shown: Shown, *, names: bool = True) -> Pointing:
    """What the message points at. `names`: whether a word of a title is enough."""
    finders: list[Callable[[Words, Shown], Pointing]] = [_bundles, _ordinals, _superlatives, _slots, _priced]
    if names:
        finders += [_names, _phrased]
    finders += [_described, _pronouns]
    found: list[Pointed] = []
    missed: list[tuple[str, Span]] = []
    for finder in finders:
        result = finder(message, shown)
        taken = [each.span for each in found] + [span for _, span in missed]
        fresh = [each for each in result.found if not _within(each.span, taken)]
        if finder is _pronouns and found:
            fresh = []
        found.extend(fresh)
        missed.extend(each for each in result.missed if not _within(each[1], taken))
    return Pointing(tuple(sorted(found, key=lambda each: each.span)), tuple(missed))


def to_product(text: str, card: ProductCard) -> Reference:
    return Reference(text, product_id=card.product_id)


def to_item(text: str, view: BundleView, item: BundleItemView) -> Reference:
    return Reference(text, product_id=item.product.product_id, bundle_id=view.id, slot=item.slot)


def slot_named(words: str, view: BundleView, lexicon: Lexicon) -> BundleItemView | None:
    """The part of a bundle that words name: its slot's name, else its last word, else its title's words."""
    wanted = [word for word in folds(words, lexicon.locale) if word not in lexicon.locale.stop]
    if not wanted:
        return None
    tests: tuple[Callable[[BundleItemView], bool], ...] = (
        lambda item: _slot_words(item, lexicon) == wanted,
        lambda item: bool(set(_slot_words(item, lexicon))) and set(_slot_words(item, lexicon)) <= set(wanted),
        lambda item: set(wanted) <= set(_slot_words(item, lexicon)),
        lambda item: _slot_words(item, lexicon)[-1:] == wanted[-1:],
        lambda item: set(wanted) <= set(folds(item.product.title, lexicon.locale)),
    )
    for test in tests:
        for item in view.items:
            if test(item):
                return item
    return None


def _slot_words(item: BundleItemView, lexicon: Lexicon) -> list[str]:
    words = folds(re.sub(r"_\d+$", "", item.slot).replace("_", " "), lexicon.locale)
    return [word for word in words if word not in lexicon.locale.stop]


def _bundles(message: Words, shown: Shown) -> Pointing:
    """ "The first bundle", "bundle 2", "the cheapest set", "that bundle", "the whole set", "all of it"."""
    lexicon = message.lexicon
    noun = lexicon.source("bundle_noun")
    found: list[Pointed] = []
    missed: list[tuple[str, Span]] = []
    for match in re.finditer(
        rf"(?:the\s+|this\s+|that\s+)?([\w-]+)\s+(?:one\s+)?{noun}|{noun}\s+#?(\d)", message.lower
    ):
        if not shown.bundles:
            break
        word = match[1] or match[2]
        view = _pick(word, shown.bundles, _bundle_price, lexicon)
        if view is not None:
            found.append(Pointed(Reference(match[0], bundle_id=view.id), match.span()))
        elif word in ("the", "this", "that", *lexicon.lists["whole"]):
            found.append(Pointed(Reference(match[0], bundle_id=shown.bundles[0].id), match.span()))
        elif _ordinal(word, lexicon) is not None:
            missed.append((match[0], match.span()))
    if shown.bundles and len(shown.products) < 2:
        # One product beside a bundle is a part of it that was asked about.
        everything = lexicon.phrases["all_of_it"].finditer(message.lower)
        found.extend(
            Pointed(Reference(all_[0], bundle_id=shown.bundles[0].id), all_.span()) for all_ in everything
        )
    return Pointing(tuple(found), tuple(missed))


def _ordinals(message: Words, shown: Shown) -> Pointing:
    """ "The second one", "number 3", "the last", "the first two", "the first and the third"."""
    found: list[Pointed] = []
    missed: list[tuple[str, Span]] = []
    for text, span, places in _places(message):
        for place in places:
            reference = _at(place, text, shown)
            if reference is not None:
                found.append(Pointed(reference, span))
            elif shown.products or shown.bundles:
                missed.append((text, span))
    return Pointing(tuple(found), tuple(missed))


def _places(message: Words) -> Iterator[tuple[str, Span, Sequence[int]]]:
    """Words that name places in a list, counted from 0; -1 is the last."""
    lexicon, lower = message.lexicon, message.lower
    ahead, behind = lexicon.ahead, lexicon.behind
    ordinal = "|".join(re.escape(word) for word in lexicon.numbers["ordinals"])
    number = "|".join(word for word, value in lexicon.numbers["numbers"].items() if value > 1)
    noun = rf"(?:\s*{lexicon.source('pointed_noun')})?"
    several = rf"(?:\d|{number}){behind}"
    for match in re.finditer(rf"{ahead}(?:the\s+)?({ordinal}|last)\s+(\d|{number}){behind}{noun}", lower):
        size = _small(match[2], lexicon)
        yield match[0], match.span(), range(-size, 0) if match[1] == "last" else range(size)
    for match in re.finditer(rf"{ahead}(?:the\s+)?({ordinal})(?!\s+{several}){behind}{noun}", lower):
        yield match[0], match.span(), (lexicon.numbers["ordinals"][match[1]] - 1,)
    for match in re.finditer(rf"{lexicon.source('pointer')}\s*{lexicon.source('last_word')}{noun}", lower):
        yield match[0], match.span(), (-1,)
    counted = rf"(?:{lexicon.source('number_before')}|#)\s*(\d|{number})(?![\w.,]\d){behind}{noun}"
    for match in re.finditer(counted, lower):
        yield match[0], match.span(), (_small(match[1], lexicon) - 1,)


def _at(place: int, text: str, shown: Shown) -> Reference | None:
    if shown.products:
        within = -len(shown.products) <= place < len(shown.products)
        return to_product(text, shown.products[place]) if within else None
    within = -len(shown.bundles) <= place < len(shown.bundles)
    return Reference(text, bundle_id=shown.bundles[place].id) if within else None


def _superlatives(message: Words, shown: Shown) -> Pointing:
    """ "The cheapest", "the cheaper one", "the most expensive one", "the best rated"."""
    lexicon = message.lexicon
    found: list[Pointed] = []
    for kind in ("cheapest", "dearest", "best"):
        for match in re.finditer(
            rf"the\s+{lexicon.source('pointed_' + kind)}(?:\s+{lexicon.source('pointed_noun')})?",
            message.lower,
        ):
            if shown.products:
                card = _extreme(shown.products, kind)
                found.append(Pointed(to_product(match[0], card), match.span()))
            elif shown.bundles and kind != "best":
                sign = 1 if kind == "cheapest" else -1
                view = min(shown.bundles, key=lambda each: sign * _bundle_price(each))
                found.append(Pointed(Reference(match[0], bundle_id=view.id), match.span()))
    return Pointing(tuple(found))


def _extreme(cards: Sequence[ProductCard], kind: str) -> ProductCard:
    if kind == "best":
        return max(
            cards, key=lambda card: (card.rating.value, card.rating.count) if card.rating else (0.0, 0)
        )
    sign = 1 if kind == "cheapest" else -1
    return min(cards, key=lambda card: sign * card.price.amount)


def _slots(message: Words, shown: Shown) -> Pointing:
    """Parts of the bundle in hand by their names, with an article: "the stove", "my sleeping bag"."""
    if not shown.bundles or shown.products:
        return Pointing(())
    view, lexicon = shown.bundles[0], message.lexicon
    found: list[Pointed] = []
    for item in view.items:
        named = re.finditer(_slot_pattern(item, lexicon), message.lower)
        found.extend(Pointed(to_item(match[0].strip(), view, item), match.span()) for match in named)
    best: dict[int, Pointed] = {}
    for each in found:
        best.setdefault(each.span[1], each)
    return Pointing(tuple(best.values()))


def _slot_pattern(item: BundleItemView, lexicon: Lexicon) -> str:
    words = re.sub(r"_\d+$", "", item.slot).replace("_", " ").lower().split()
    whole = r"[\s-]+".join(re.escape(word.rstrip("'")) for word in words)
    last = re.escape(words[-1]) if words else "(?!)"
    return rf"{lexicon.source('pointer')}\s+(?:[\w-]+\s+)?(?:{whole}|{last})(?:e?s)?(?!\w)"


def _priced(message: Words, shown: Shown) -> Pointing:
    """ "The $49 one"."""
    found: list[Pointed] = []
    for match in re.finditer(r"the\s+[$€£]?(\d+(?:\.\d\d)?)(?:\s+\w+)?\s+one(?!\w)", message.lower):
        for card in shown.products:
            if f"{card.price.major:.2f}".startswith(match[1]):
                found.append(Pointed(to_product(match[0], card), match.span()))
                break
    return Pointing(tuple(found))


def _names(message: Words, shown: Shown) -> Pointing:
    """Products by words of their titles that no other shown title has; two words, or one after "the"."""
    lexicon = message.lexicon
    cards = _named_cards(shown)
    titles = {card.product_id: set(_title_words(card, lexicon)) for card in cards}
    found: list[Pointed] = []
    for card in cards:
        others: set[str] = set().union(*(words for key, words in titles.items() if key != card.product_id))
        own = titles[card.product_id] - others
        places = [word for word in message.words if word.fold in own]
        if not places:
            continue
        span = (places[0].start, places[-1].end)
        pointed = re.search(rf"{lexicon.source('pointer')}\s+(?:[\w-]+\s+)?$", message.lower[: span[0]])
        if len({word.fold for word in places}) >= 2 or pointed:
            start = pointed.start() if pointed else span[0]
            found.append(Pointed(to_product(message.plain[start : span[1]], card), (start, span[1])))
    return Pointing(tuple(found))


def _named_cards(shown: Shown) -> list[ProductCard]:
    cards = list(shown.products)
    if not cards and shown.bundles:
        cards = [item.product for item in shown.bundles[0].items]
    unique = {card.product_id: card for card in cards}
    return list(unique.values())


def _title_words(card: ProductCard, lexicon: Lexicon) -> Iterator[str]:
    colours = lexicon.texts["colours"]
    for word in folds(card.title, lexicon.locale):
        if word not in lexicon.locale.stop and word not in colours and (len(word) > 1 or word.isdigit()):
            yield word


def _phrased(message: Words, shown: Shown) -> Pointing:
    """ "The white lamp" among lamps: words of which only one shown card holds all."""
    lexicon, words = message.lexicon, message.words
    cards = {card.product_id: (card, _held_words(card, lexicon)) for card in _named_cards(shown)}
    found: list[Pointed] = []
    for pointer in re.finditer(rf"(?<!\w){lexicon.source('pointer')}\s+(?=\w)", message.lower):
        start = next((at for at, word in enumerate(words) if word.start >= pointer.end()), len(words))
        for size in range(_MOST_IN_PHRASE, 1, -1):
            phrase = [word.fold for word in words[start : start + size]]
            if len(phrase) < size or set(phrase) & lexicon.locale.stop:
                continue
            holding = [card for card, held in cards.values() if set(phrase) <= held]
            if len(holding) == 1:
                span = (pointer.start(), words[start + size - 1].end)
                found.append(Pointed(to_product(message.plain[slice(*span)], holding[0]), span))
                break
    return Pointing(tuple(found))


def _held_words(card: ProductCard, lexicon: Lexicon) -> set[str]:
    """The words of a card's title, maker and options."""
    texts = (card.title, card.brand or "", *card.options.values())
    return {word for text in texts for word in folds(text, lexicon.locale)}


def _described(message: Words, shown: Shown) -> Pointing:
    """ "The blue one", "that tent": a word that a shown card's options or title hold."""
    lexicon = message.lexicon
    found: list[Pointed] = []
    one = rf"(?:the|that|this)\s+([\w-]+)\s+(?:{lexicon.source('pointed_noun')})"
    noun = r"(?:that|this)\s+([\w-]+)"
    for match in [*re.finditer(one, message.lower), *re.finditer(noun, message.lower)]:
        card = _holding(match[1], shown, lexicon)
        if card is not None:
            found.append(Pointed(to_product(match[0], card), match.span()))
    return Pointing(tuple(found))


def _holding(word: str, shown: Shown, lexicon: Lexicon) -> ProductCard | None:
    phrase = set(folds(word, lexicon.locale)) - lexicon.locale.stop
    if not phrase:
        return None
    cards = _named_cards(shown)
    for card in cards:
        options = {each for value in card.options.values() for each in folds(value, lexicon.locale)}
        if phrase <= options:
            return card
    return next((card for card in cards if phrase <= set(folds(card.title, lexicon.locale))), None)


def _pronouns(message: Words, shown: Shown) -> Pointing:
    """ "It" is the first thing shown, "them" and "both" are the first two, "all" is all."""
    lexicon, lower = message.lexicon, message.lower
    several = lexicon.phrases["them"].search(lower)
    if several is not None:
        cards = shown.products if "all" in several[0] else shown.products[:2]
        found = [Pointed(to_product(several[0], card), several.span()) for card in cards]
        if not found and shown.bundles:
            found = [Pointed(Reference(several[0], bundle_id=shown.bundles[0].id), several.span())]
        return Pointing(tuple(found))
    single = lexicon.phrases["it"].search(lower)
    if single is None:
        return Pointing(())
    if shown.products:
        meant = shown.focus or shown.products[0]
        return Pointing((Pointed(to_product(single[0], meant), single.span()),))
    if shown.bundles:
        return Pointing((Pointed(Reference(single[0], bundle_id=shown.bundles[0].id), single.span()),))
    return Pointing(())


def _pick(
    word: str, views: Sequence[BundleView], price: Callable[[BundleView], int], lexicon: Lexicon
) -> BundleView | None:
    place = _ordinal(word, lexicon)
    if place is not None:
        return views[place] if -len(views) <= place < len(views) else None
    if lexicon.starts("pointed_cheapest", word):
        return min(views, key=price)
    return max(views, key=price) if lexicon.starts("pointed_dearest", word) else None


def _ordinal(word: str, lexicon: Lexicon) -> int | None:
    if lexicon.starts("last_word", word):
        return -1
    if word in lexicon.numbers["ordinals"]:
        return lexicon.numbers["ordinals"][word] - 1
    return int(word) - 1 if word.isdigit() and 0 < int(word) < 10 else None


def _small(word: str, lexicon: Lexicon) -> int:
    return int(word) if word.isdigit() else min(lexicon.numbers["numbers"][word], 10)


def _bundle_price(view: BundleView) -> int:
    return view.total.amount


def _within(span: Span, taken: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)
