"""What is told after the sale, and what merchants and agents are given."""

from collections.abc import Mapping

from finetune.voice import aftersale, copies, decisions, handovers, policies, set_copies
from finetune.voice.samples import Kind

KINDS: Mapping[str, Kind] = {
    **policies.KINDS,
    **aftersale.KINDS,
    **handovers.KINDS,
    **copies.KINDS,
    **set_copies.KINDS,
    **decisions.KINDS,
}
