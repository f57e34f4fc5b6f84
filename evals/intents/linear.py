"""The trivial row: TF-IDF of words and of characters with logistic regression names the intent.

Of constraints, slots, references and entities it says that there are none. It learns from what the model
learns from: pairs of a text and an intent.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from evals.intents.cases import Case
from evals.intents.systems import Answer
from evals.intents.training import case_text

NOTHING: dict[str, Any] = {
    "constraints": {},
    "slots": [],
    "references": [],
    "entities": {},
    "edits": [],
    "cart": None,
}


@dataclass(frozen=True, slots=True)
class Linear:
    """A fitted classifier; called with a case it answers. Of the history it reads the kinds of its lines."""

    pipeline: Any
    labels: Sequence[str]

    def __call__(self, case: Case) -> Answer:
        started = time.perf_counter()
        chances = self.pipeline.predict_proba([case_text(case)])[0]
        best = int(chances.argmax())
        intent = {"intent": self.labels[best], "confidence": float(chances[best]), **NOTHING}
        outside = self.labels.index("out_of_scope") if "out_of_scope" in self.labels else None
        return Answer(
            intent,
            out_of_scope=float(chances[outside]) if outside is not None else 0.0,
            took_ms=(time.perf_counter() - started) * 1000,
        )


def fitted(examples: Iterable[tuple[str, str]], seed: int) -> Linear:
    """Fitted on (text, intent). Raises `ValueError` for none."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]  # it ships no types
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it ships no types
    from sklearn.pipeline import make_pipeline, make_union  # type: ignore[import-untyped]  # it ships no types

    texts, intents = zip(*examples, strict=True)
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=3),
    )
    classifier = LogisticRegression(C=20.0, max_iter=300, tol=1e-3, random_state=seed)
    pipeline = make_pipeline(features, classifier).fit(texts, intents)
    return Linear(pipeline, [str(label) for label in pipeline.classes_])
