"""What is told while shopping: products, bundles, comparisons, answers."""

from collections.abc import Mapping

from finetune.voice.samples import Kind

KINDS: Mapping[str, Kind] = {}
