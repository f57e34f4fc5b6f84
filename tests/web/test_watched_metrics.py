"""Caches and sentences in /metrics: as they are when they are read."""

from assistant.tally import Tally
from web.metrics import Metrics


def test_a_caches_counts_are_those_of_now() -> None:
    counts = [3, 1]
    metrics = Metrics()
    metrics.watch_cache("query_vectors", lambda: (counts[0], counts[1]))
    assert b"pairwell_query_vectors_cache_asked 3.0" in metrics.text()
    counts[:] = [4, 2]
    assert b"pairwell_query_vectors_cache_asked 4.0" in metrics.text()
    assert b"pairwell_query_vectors_cache_hits 2.0" in metrics.text()


def test_sentences_are_counted_by_who_wrote_them() -> None:
    tally = Tally()
    metrics = Metrics()
    metrics.watch_sentences(tally.counts)
    tally.add("refused")
    assert b'pairwell_sentences{source="refused"} 1.0' in metrics.text()
    assert b'pairwell_sentences{source="model"} 0.0' in metrics.text()
