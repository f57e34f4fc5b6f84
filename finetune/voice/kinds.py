"""All kinds of the voice data.

To add a kind, write `draw(chance, shop) -> Sample` and name it in `shopping.KINDS` or `service.KINDS`.
"""

from collections.abc import Mapping

from finetune.voice import service, shopping
from finetune.voice.samples import Kind

KINDS: Mapping[str, Kind] = {**shopping.KINDS, **service.KINDS}
