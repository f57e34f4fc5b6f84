"""All kinds of the voice data.

To add a kind, write `draw(chance, shop) -> Sample` and name it in the `KINDS` of one of these modules.
"""

from collections.abc import Mapping

from finetune.voice import carts, service, shopping
from finetune.voice.samples import Kind

KINDS: Mapping[str, Kind] = {**shopping.KINDS, **carts.KINDS, **service.KINDS}
