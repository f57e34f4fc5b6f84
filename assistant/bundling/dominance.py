"""Leaves out options that no best bundle needs.

An option is dominated by another of its slot that costs no more, is worth no less, goes with every option
of the other slots no worse, and is excluded by none that does not exclude it too: put in its place it makes
any bundle at least as good. So one dominator is enough to leave an option out of the best bundle. Where a
bundle must also differ in its products from `others` earlier ones, an option may be dropped once another
variant of its own product dominates it, or `others + 1` other products do: at least one of these is in none
of the earlier bundles, and makes the new one differ no less.

This is safe, not a promise: where dearer is better there is little to leave out. Where promotions take
something off several items at once nothing is left out: what is dearer by itself may be what completes a set.
"""

import numpy as np
from numpy.typing import NDArray

from assistant.bundling.instance import Instance, keep


def prune(instance: Instance, others: int = 0) -> Instance:
    """The same problem without the options that can be spared; its best score is the same."""
    if instance.deals is not None:
        return instance
    kept = np.ones(len(instance.options), dtype=bool)
    for slot in range(len(instance.slots)):
        span = instance.span(slot)
        kept[span] = _needed(instance, span, others)
    return keep(instance, kept)


def _needed(instance: Instance, span: slice, others: int) -> NDArray[np.bool_]:
    dominates = _dominates(instance, span)
    products = [option.product_id if option else "" for option in instance.options[span]]
    needed = np.ones(len(products), dtype=bool)
    for column, product in enumerate(products):
        rivals = {products[row] for row in np.flatnonzero(dominates[:, column])}
        needed[column] = product not in rivals and len(rivals) <= others
    return needed


def _dominates(instance: Instance, span: slice) -> NDArray[np.bool_]:
    """`[d, c]`: option `d` of the slot dominates option `c`. Of two that are alike, the earlier one does."""
    price, value, pair = instance.price[span], instance.value[span], instance.pair[span]
    cheap = price[:, None] <= price[None, :]
    good = value[:, None] >= value[None, :]
    fitting = np.array([(row >= pair).all(axis=1) for row in pair])
    whole = cheap & good & fitting
    order = np.arange(len(price))
    earlier = order[:, None] < order[None, :]
    dominates: NDArray[np.bool_] = whole & (~whole.T | earlier)
    return dominates
