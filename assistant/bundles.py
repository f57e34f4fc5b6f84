"""Bundles for a shopper: composed, kept, shown with today's prices, and edited. No model is needed.

Every call reads the records in one snapshot and writes in one transaction. Composing and an edit's search
run before the writing transaction begins, so nobody waits for them; where two edits meet, the revision
decides, and the later one gets `BundleChanged` with the bundle as it is.

Errors, all the caller's to act on: those of `assistant.bundling.errors`, and `BundleChanged`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.bundle_composing import BundleRequest, Composition, compose_request, paid_for
from assistant.bundle_kits import prepare
from assistant.bundle_mates import reason
from assistant.bundle_sources import Prices, Records, Sources
from assistant.bundle_store import BundleStore, Stored
from assistant.bundle_views import bundle_view, shown_prices
from assistant.bundling import editing
from assistant.bundling.alternatives import alternatives
from assistant.bundling.compose import CHEAPER
from assistant.bundling.errors import (
    BadEdit,
    BadRequest,
    BundleError,
    IncompatibleChoice,
    UnknownBundle,
    UnknownProduct,
    UnknownSlot,
)
from assistant.bundling.history import History
from assistant.bundling.values import Bundle, BundleItem, Candidate, Choice, Infeasible
from assistant.intent import Edit, Slot
from assistant.values import BundleView
from retrieval.values import Finder, Relations
from shop.ids import new_id
from shop.money import Money
from shop.occasions import Occasions
from shop.profile import Profile
from storage import Database, UnitOfWork

__all__ = [
    "BadEdit",
    "BadRequest",
    "BundleChanged",
    "BundleError",
    "BundleRequest",
    "Bundles",
    "Composed",
    "Edited",
    "IncompatibleChoice",
    "UnknownBundle",
    "UnknownProduct",
    "UnknownSlot",
]

LIFETIME = timedelta(hours=24)

LONGEST_TITLE = 60


class BundleChanged(BundleError):
    """Somebody edited the bundle since the revision that the caller knows; `current` is what it is now."""

    def __init__(self, current: BundleView) -> None:
        super().__init__(f"bundle {current.id!r} was changed: it is at revision {current.revision}")
        self.current = current


@dataclass(frozen=True, slots=True)
class Composed:
    """The bundles, best first, or why there are none; `slots` is what they were composed for."""

    bundles: tuple[BundleView, ...]
    infeasible: Infeasible | None
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """The bundle after the edit; with `infeasible` it is unchanged."""

    bundle: BundleView
    infeasible: Infeasible | None = None


class Bundles:
    """`clock` gives the moment in UTC, for expiry and for promotions."""

    def __init__(
        self, database: Database, finder: Finder, relations: Relations, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._finder = finder
        self._relations = relations
        self._clock = clock

    def compose(self, request: BundleRequest) -> Composed:
        """Composes up to `request.count` distinct bundles and keeps them for their owner.

        Raises `UnknownProduct` for an anchor that does not exist, `BadRequest` for another currency.
        """
        with self._database.read() as work:
            sources = self._sources(work)
            currency = self._currency(work)
            paid = paid_for(request, sources)
            if request.budget is not None and paid is not None:
                request = replace(request, budget=request.budget + paid)
            composition = compose_request(request, Occasions(work).all(), currency, sources)
            bundles = self._bundles(request, composition, paid)
            views = [self._shown(work, sources, Stored(request.owner, History(b), {})) for b in bundles]
        with self._database.begin() as work:
            BundleStore(work, self._clock()).add(
                Stored(request.owner, History(bundle), shown_prices(view))
                for bundle, view in zip(bundles, views, strict=True)
            )
        slots = tuple(choice.slot for choice in composition.problem.slots)
        return Composed(tuple(views), composition.infeasible, slots)

    def view(self, owner: str, bundle_id: str) -> BundleView:
        """Raises `UnknownBundle`, also for a bundle of somebody else."""
        with self._database.read() as work:
            return self.view_in(work, owner, bundle_id)

    def view_in(self, work: UnitOfWork, owner: str, bundle_id: str) -> BundleView:
        """As `view`, in a transaction at work."""
        stored = BundleStore(work, self._clock()).get(owner, bundle_id)
        return self._shown(work, self._sources(work), stored)

    def edit(
        self,
        owner: str,
        bundle_id: str,
        revision: int,
        edit: Edit,
        product_id: str | None = None,
        work: UnitOfWork | None = None,
        *,
        kept: Callable[[UnitOfWork, BundleView], None] = lambda _work, _view: None,
    ) -> Edited:
        """One edit of the bundle at `revision`; `product_id` names the product to swap in or to add.

        With `work` the edit becomes part of that transaction, else it has one of its own; `kept` is called
        in it once the edit is written, and writes what must be there with it. Raises
        `UnknownBundle`, `BundleChanged`, `UnknownSlot`, `UnknownProduct`, `IncompatibleChoice`, `BadEdit`.
        """
        with self._reading(work) as reading:
            sources = self._sources(reading)
            stored = BundleStore(reading, self._clock()).get(owner, bundle_id)
            if stored.history.present.revision != revision:
                raise BundleChanged(self._shown(reading, sources, stored))
            self._check_currency(reading, edit)
            history = self._applied(stored.history, edit, product_id, sources)
            if isinstance(history, Infeasible):
                return Edited(self._shown(reading, sources, stored), history)
            view = self._shown(reading, sources, replace(stored, history=history))
        changed = Stored(owner, history, shown_prices(view))
        with self._writing(work) as writing:
            if BundleStore(writing, self._clock()).replace(changed, revision):
                kept(writing, view)
                return Edited(view)
            # Read in the same transaction as the write that failed: it is what the other edit left.
            current = BundleStore(writing, self._clock()).get(owner, bundle_id)
            raise BundleChanged(self._shown(writing, self._sources(writing), current))

    def give(self, work: UnitOfWork, owner: str, bundle_id: str, to: str) -> str:
        """A copy of a bundle as another's own, to see and to edit; its id. Raises `UnknownBundle`."""
        store = BundleStore(work, self._clock())
        stored = store.get(owner, bundle_id)
        copy = replace(stored.history.present, id=new_id("bun"))
        store.add([replace(stored, owner=to, history=History(copy))])
        return copy.id

    def move(self, work: UnitOfWork, old_owner: str, new_owner: str) -> None:
        """All bundles of one owner become another's, as part of `work`."""
        BundleStore(work, self._clock()).move(old_owner, new_owner)

    def _applied(
        self, history: History, edit: Edit, product_id: str | None, sources: Sources
    ) -> History | Infeasible:
        ready = prepare(history.present, edit, product_id, sources)
        applied = editing.apply(history, ready.edit, ready.kit, named=ready.named)
        if isinstance(applied, Infeasible):
            return applied
        present = replace(applied.present, expires_at=self._clock() + LIFETIME)
        if edit.op not in ("undo", "redo"):
            present = self._reasoned(present, ready.kit)
        return replace(applied, present=present)

    def _reasoned(self, bundle: Bundle, kit: editing.Kit) -> Bundle:
        """The same bundle with a reason for each item that an edit brought in."""
        held = kit.held(bundle)
        items = (
            item
            if item.reason or item.slot not in held
            else replace(item, reason=self._reason(held, item.slot))
            for item in bundle.items
        )
        return replace(bundle, items=tuple(items))

    def _reason(self, held: Mapping[str, Candidate], slot: str) -> str | None:
        others = [other for name, other in held.items() if name != slot]
        return reason(held[slot], others, self._relations)

    def _bundles(self, request: BundleRequest, composition: Composition, paid: Money | None) -> list[Bundle]:
        choices = composition.choices
        return [
            Bundle(
                id=new_id("bun"),
                revision=1,
                title=_title(composition.topic, number, choice, choices[0]),
                items=self._items(request, composition, choice),
                budget=request.budget,
                score=choice.score,
                optimal=choice.optimal,
                need=request.need,
                expires_at=self._clock() + LIFETIME,
                left_out=tuple(
                    each.slot for each in composition.problem.slots if each.slot.name not in choice.items
                ),
                constraints=request.constraints,
                excluded=tuple(sorted(request.exclude_product_ids)),
                people=request.people,
                paid=paid,
            )
            for number, choice in enumerate(choices)
        ]

    def _items(
        self, request: BundleRequest, composition: Composition, choice: Choice
    ) -> tuple[BundleItem, ...]:
        problem = composition.problem
        others = alternatives(problem.slots, choice.items, problem.budget, problem.together, problem.deals)
        kept = {item.slot for item in request.locked}
        return tuple(
            BundleItem(
                slot=name,
                query=each.slot.query,
                product_id=choice.items[name].product_id,
                variant_id=choice.items[name].variant_id,
                quantity=each.slot.quantity,
                required=each.slot.required,
                locked=each.locked,
                chosen=name in kept,
                alternatives=others[name],
                reason=self._reason(choice.items, name),
            )
            for each in problem.slots
            if (name := each.slot.name) in choice.items
        )

    def _shown(self, work: UnitOfWork, sources: Sources, stored: Stored) -> BundleView:
        bundle = stored.history.present
        products = sources.records(item.product_id for item in bundle.items)
        return bundle_view(bundle, products, sources.prices, self._currency(work), stored.shown)

    def _sources(self, work: UnitOfWork) -> Sources:
        return Sources(self._finder, self._relations, Records(work), Prices(work, self._clock()))

    def _currency(self, work: UnitOfWork) -> str:
        profile = Profile(work).get()
        return profile.currency if profile else self._finder.vocabulary().currency

    def _check_currency(self, work: UnitOfWork, edit: Edit) -> None:
        currency = self._currency(work)
        if edit.budget is not None and edit.budget.currency != currency:
            raise BadEdit(f"the shop's prices are in {currency}: give the budget in {currency}")

    @contextmanager
    def _reading(self, work: UnitOfWork | None) -> Iterator[UnitOfWork]:
        if work is not None:
            yield work
            return
        with self._database.read() as own:
            yield own

    @contextmanager
    def _writing(self, work: UnitOfWork | None) -> Iterator[UnitOfWork]:
        if work is not None:
            yield work
            return
        with self._database.begin() as own:
            yield own


def _title(topic: str, number: int, choice: Choice, best: Choice) -> str:
    """The topic, and what sets a further bundle apart."""
    words = topic if len(topic) <= LONGEST_TITLE else f"{topic[:LONGEST_TITLE].rsplit(' ', 1)[0]} ..."
    name = words[:1].upper() + words[1:] or "Bundle"
    if number == 0:
        return name
    cheaper = choice.total <= Money(int(best.total.amount * CHEAPER), best.total.currency)
    return f"{name}, {'lower price' if cheaper else f'choice {number + 1}'}"
