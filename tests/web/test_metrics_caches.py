"""Caches in /metrics: what they were asked and what they held, as it is when it is read."""

from web.metrics import Metrics


def test_a_caches_counts_are_those_of_now() -> None:
    counts = [3, 1]
    metrics = Metrics()
    metrics.watch_cache("query_vectors", lambda: (counts[0], counts[1]))
    assert b"pairwell_query_vectors_cache_asked 3.0" in metrics.text()
    counts[:] = [4, 2]
    assert b"pairwell_query_vectors_cache_asked 4.0" in metrics.text()
    assert b"pairwell_query_vectors_cache_hits 2.0" in metrics.text()
