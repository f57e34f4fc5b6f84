"""Values that a message names and a call forgot or misplaced: colours and materials of the language's lists,
measures, sizes, how many.

The lists are closed, so a word of them that stands in the message and nowhere in the call was dropped; which
attribute it belongs to is the list's matter. What the shop has no such attribute for is searched for by its
words, as any value is (`expand`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from assistant.reading.money import prices
from assistant.reading.numbers import count
from assistant.reading.words import Span, Words, folds
from assistant.understanding.call import Arguments, Call
from assistant.understanding.ruled_out import LISTS

#: Calls whose attributes describe one thing.
_OF_ONE = ("find_product", "refine", "product_question")
_MOST_QUANTITY = 99
#: What the sign behind a number is called.
_INCH = "inch"


def with_named(call: Call, message: Words, currency: str) -> Call:
    """The call with the values of the message in their places."""
    given = call.arguments
    if call.name in _OF_ONE and given.slots:
        given = given.model_copy(update={"slots": []})  # one thing has no parts
    given = _Named(given, message, currency).placed()
    if call.name in _OF_ONE:
        given = _Named(given, message, currency).completed()
    if call.name == "find_product":
        given = _Named(given, message, currency).counted()
    return call if given == call.arguments else call.model_copy(update={"arguments": given})


@dataclass
class _Named:
    """A call's arguments beside the message that they were read from."""

    given: Arguments
    message: Words
    currency: str

    def placed(self) -> Arguments:
        """Attributes without those that are no value: amounts of money, numbers of a model."""
        attributes: dict[str, str] = {}
        query = self.given.query
        for name, value in self.given.attributes.items():
            number = self._numbered(value)
            if number is not None:
                query = query if number in (query or "") else f"{query} {number}" if query else number
            elif not self._says_nothing(name, value):
                for field, part in self._sorted(name, self._with_unit(value)):
                    attributes.setdefault(field, part)
        category = self._without_measures()
        update = {"attributes": attributes, "query": query, "category": category}
        return self.given.model_copy(update=update)

    def _without_measures(self) -> str | None:
        """The kind of thing without a measure at its end or front, which is a value: "bottle 750ml"."""
        written = self.given.category
        if not written:
            return written
        kept = re.sub(
            r"^\d+(?:[.,]\d+)?\s?-?([a-z]+)(?=\s)|(?<=\s)\d+(?:[.,]\d+)?\s?-?([a-z]+)$",
            self._unmeasured,
            written,
        )
        return kept.strip() or written

    def _unmeasured(self, match: re.Match[str]) -> str:
        return "" if self._unit(match[1] or match[2]) else match[0]

    def _extent(self, measure: str) -> str | None:
        """What a length is of, by the word behind it: "180cm tall"."""
        lexicon = self.message.lexicon
        extents = lexicon.texts.get("extents", {})
        words = "|".join(map(re.escape, extents)) or "(?!)"
        said = re.search(rf"(?<![\w.,]){re.escape(measure)}\s+({words})(?!\w)", self.message.lower)
        return extents[said[1]] if said else None

    def _unit(self, written: str) -> str | None:
        """The attribute that a unit measures."""
        lexicon = self.message.lexicon
        known = lexicon.locale.units
        unit = known.get(written) or known.get(lexicon.locale.fold(written)) or written
        return lexicon.texts["unit_attributes"].get(unit)

    def completed(self) -> Arguments:
        """With the colours, materials and measures that the call does not have anywhere."""
        attributes = dict(self.given.attributes)
        for name, value in (*self._listed(), *self._measured()):
            if name not in attributes:
                attributes[name] = value
        return self.given.model_copy(update={"attributes": attributes})

    def counted(self) -> Arguments:
        """With the count right before the words of the thing."""
        if self.given.quantity is not None:
            packed = self._packed(self.given.quantity)
            return self.given.model_copy(update={"quantity": None}) if packed else self.given
        many = self._count() or self._times()
        if many is None:
            return self.given
        attributes = {name: value for name, value in self.given.attributes.items() if value != str(many)}
        return self.given.model_copy(update={"quantity": many, "attributes": attributes})

    def _packed(self, quantity: int) -> bool:
        """Whether the number stands only in what a pack holds."""
        lexicon, lower = self.message.lexicon, self.message.lower
        inside = [match[0] for match in lexicon.phrases["pack"].finditer(lower)]
        said = rf"(?<!\w){quantity}(?!\w)"
        held = sum(len(re.findall(said, each)) for each in inside)
        return held > 0 and held == len(re.findall(said, lower))

    @cached_property
    def _texts(self) -> str:
        """All that the call says in words, folded."""
        given = self.given
        texts = [given.query, given.category, given.brand, given.recipient, given.occasion]
        texts += [*given.attributes.values(), *given.exclude.values(), *given.slots, *given.references]
        return f" {' '.join(' '.join(folds(each, self.message.lexicon.locale)) for each in texts if each)} "

    @cached_property
    def _money(self) -> list[Span]:
        return [wish.span for wish in prices(self.message.lower, self.message.lexicon, self.currency)]

    def _says_nothing(self, name: str, value: str) -> bool:
        """Whether it is another argument's, words of an amount, or a colour or material of the kind's own
        name once more."""
        if name.replace(" ", "_") in Arguments.model_fields or self._within_money(value):
            return True
        lexicon = self.message.lexicon
        thing, said = (folds(text, lexicon.locale) for text in (self.given.category or "", value))
        own = name in LISTS and len(thing) > len(said) and set(said) <= set(thing)
        return own and all(self.message.folded.count(word) == 1 for word in said)

    def _within_money(self, value: str) -> bool:
        """Whether the value is words of an amount: "15 or more" as a size."""
        said = re.search(rf"(?<!\w){re.escape(value.lower())}(?!\w)", self.message.lower)
        return said is not None and any(
            start <= said.start() < end and said.end() <= end + len(value) for start, end in self._money
        )

    def _numbered(self, value: str) -> str | None:
        """ "Model 2210" where the value is the number alone; a size and an age are values."""
        if not re.fullmatch(r"\d+", value):
            return None
        named = rf"{self.message.lexicon.source('numbered_before')}[\s:]*{value}(?!\w)"
        said = re.search(named, self.message.lower)
        if said is None or self.message.lexicon.starts("size_before", said[0]):
            return None
        return said[0]

    def _with_unit(self, value: str) -> str:
        """A bare number with the sign or the word that measures it in the message: `27"`."""
        if not re.fullmatch(r"\d+(?:[.,]\d+)?", value):
            return value
        locale = self.message.lexicon.locale
        number = rf"(?<![\w.,]){re.escape(value)}"
        if re.search(rf'{number}\s?["″]', self.message.lower):
            return f"{value} {_INCH}"
        said = re.search(rf"{number}\s?-?([a-z]+)(?!\w)", self.message.lower)
        known = said is not None and said[1] in locale.units and said[1] not in locale.stop
        return f"{value} {said[1]}" if said is not None and known else value

    def _sorted(self, name: str, value: str) -> Iterator[tuple[str, str]]:
        """The attribute by the language's lists: leather is no colour, and "carbon olive" is two values."""
        texts, lower = self.message.lexicon.texts, value.lower().strip()
        if name not in LISTS:
            weighed = re.fullmatch(r"\d+(?:[.,]\d+)?\s?-?([a-z]+)", lower)
            measured = self._unit(weighed[1]) if weighed and name == "pack size" else None
            yield (self._extent(lower) if weighed else None) or measured or name, value
            return
        kinds = [kind for kind, table in LISTS.items() if lower in texts[table]]
        if kinds and name not in kinds:
            yield kinds[0], value
            return
        if lower not in texts[LISTS[name]]:
            apart = self._apart(lower)
            if apart:
                yield from apart.items()
                return
        yield name, value

    def _apart(self, value: str) -> dict[str, str]:
        """The words of a value by the lists that they stand in, where all do and there are several lists."""
        texts, found = self.message.lexicon.texts, dict[str, str]()
        for word in value.split():
            kinds = [kind for kind, table in LISTS.items() if word in texts[table]]
            if not kinds:
                return {}
            kind = next((each for each in kinds if each not in found), kinds[0])
            found[kind] = f"{found[kind]} {word}" if kind in found else word
        return found if len(found) > 1 else {}

    def _listed(self) -> Iterator[tuple[str, str]]:
        """Colours and materials that stand nowhere in the call."""
        lexicon = self.message.lexicon
        for kind, table in LISTS.items():
            words = "|".join(sorted(map(re.escape, lexicon.texts[table]), key=len, reverse=True))
            shade = rf"(?:{lexicon.source('shades')}\s+)?" if kind == "colour" else ""
            found = [
                match
                for match in re.finditer(rf"(?<!\w){shade}(?:{words})(?!\w)", self.message.lower)
                if not self._in_call(match[0]) and not lexicon.phrases["not_named"].fullmatch(match[0])
            ]
            if found:
                yield kind, ", ".join(dict.fromkeys(match[0] for match in found))

    def _measured(self) -> Iterator[tuple[str, str]]:
        """Numbers with a unit, by the attribute that the unit measures; packs; sizes that are called so."""
        lexicon, lower = self.message.lexicon, self.message.lower
        for match in lexicon.phrases["pack"].finditer(lower):
            if not self._in_call(match[0]):
                yield "pack size", match[0]
        for match in re.finditer(rf"{lexicon.source('size_before')}\s+([\w./-]+)", lower):
            known = match[1][0].isdigit() or match[1] in lexicon.lists["size_letters"]
            if known and not self._in_call(match[1]):
                yield "size", match[1]
        for match in re.finditer(r"(?<![\w.,])(\d+(?:[.,]\d+)?)\s?-?([a-z]+)(?!\w)", lower):
            measured = self._extent(match[0]) or self._unit(match[2])
            if measured and not self._in_call(match[0]) and not self._within_money(match[0]):
                yield measured, match[0]

    def _in_call(self, words: str) -> bool:
        """Whether one of the words that weigh stands in the call; a number of its own is what weighs."""
        wanted = folds(words, self.message.lexicon.locale)
        numbers = [word for word in wanted if word[0].isdigit()]
        return any(f" {word} " in self._texts for word in numbers or wanted)

    def _count(self) -> int | None:
        """The number before the thing, past words that describe it: "three weatherproof boxes"."""
        lexicon = self.message.lexicon
        thing = folds(self.given.category or "", lexicon.locale)
        words = self.message.words
        if not thing:
            return None
        for place in range(1, len(words)):
            if words[place].fold != thing[0]:
                continue
            start = place - 1
            while start > 0 and f" {words[start].fold} " in self._texts and not words[start].fold.isdigit():
                start -= 1
            return self._number_at(start)
        return None

    def _times(self) -> int | None:
        """ "Cushion covers x4": a count by its sign alone."""
        found = re.findall(r"(?<![\w.])[x×](\d{1,2})(?![\w.])", self.message.lower)
        return int(found[0]) if len(found) == 1 and 1 < int(found[0]) <= _MOST_QUANTITY else None

    def _number_at(self, place: int) -> int | None:
        words, lexicon = self.message.words, self.message.lexicon
        span = words[place].span
        if any(first < span[1] and span[0] < last for first, last in self._money):
            return None
        written = self.message.lower[slice(*span)]
        many = count(written, lexicon)
        if many is None or f" {words[place].fold} " in self._texts or not self._counts(span):
            return None
        if place > 0 and written in lexicon.numbers["counts"]:
            times = count(self.message.lower[slice(*words[place - 1].span)], lexicon)
            many *= times if times and self.message.lower[slice(*words[place - 1].span)] != "a" else 1
        return many if 1 < many <= _MOST_QUANTITY else None

    def _counts(self, span: Span) -> bool:
        """Whether nothing before the number makes it the number of a thing ("model 3") or people."""
        lexicon, before = self.message.lexicon, self.message.lower[: span[0]]
        return not re.search(rf"(?:{lexicon.source('numbered_before')}|[-/x])\s*$", before)
