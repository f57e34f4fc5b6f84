"""What is refused about bundles, all for the caller to act on.

* BundleError
  x UnknownBundle       no such bundle, or not the caller's, or it is over
  x BundleChanged       edited since the revision that the caller knows (`assistant.bundles`, with the view)
  x IncompatibleChoice  the named product excludes one in the bundle; the fact says why
  x UnknownSlot         the bundle has no slot of this name
  x UnknownProduct      the shop has no product, or no variant, of this id
  x BadEdit             makes no sense; the message says what to do
  x BadRequest          cannot be composed as it was asked; the message says what to do
"""

from assistant.bundling.values import PairFact


class BundleError(Exception):
    """The base of what is refused about bundles."""


class UnknownBundle(BundleError):
    def __init__(self, bundle_id: str) -> None:
        super().__init__(f"no bundle {bundle_id!r}")
        self.bundle_id = bundle_id


class IncompatibleChoice(BundleError):
    """`fact` names both products and what keeps them apart."""

    def __init__(self, fact: PairFact, chosen: str, standing: str) -> None:
        super().__init__(f"{chosen} does not go with {standing}: {fact.fact}")
        self.fact = fact


class UnknownSlot(BundleError):
    def __init__(self, slot: str, slots: tuple[str, ...]) -> None:
        super().__init__(f"the bundle has no slot {slot!r}; it has {', '.join(slots)}")
        self.slot = slot


class UnknownProduct(BundleError):
    def __init__(self, product_id: str) -> None:
        super().__init__(f"no product {product_id!r}")
        self.product_id = product_id


class BadEdit(BundleError, ValueError):
    pass


class BadRequest(BundleError, ValueError):
    pass
