"""Counters and timings in Prometheus' words, one registry an application."""

from collections.abc import Callable, Mapping
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """What the operator watches. Labels are templates and outcomes, never anybody's ids."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "pairwell_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._request_s = Histogram(
            "pairwell_http_request_seconds",
            "Time until the answer was out, streams included.",
            ("method", "route"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._turns = Counter(
            "pairwell_turns",
            "Turns ended: answered, degraded or failed.",
            ("outcome",),
            registry=self.registry,
        )
        self._turn_s = Histogram(
            "pairwell_turn_seconds", "Time of a turn at work.", buckets=SECONDS, registry=self.registry
        )
        self._turn_wait_s = Histogram(
            "pairwell_turn_wait_seconds", "Time in line for a turn.", buckets=SECONDS, registry=self.registry
        )
        self.turns_held = Gauge("pairwell_turns_held", "Turns running or in line.", registry=self.registry)
        self.streams_open = Gauge("pairwell_streams_open", "Open event streams.", registry=self.registry)

    def watch_cache(self, name: str, counts: Callable[[], tuple[int, int]]) -> None:
        """`counts` gives how often a cache was asked, and how often it held the answer."""
        asked = Gauge(f"pairwell_{name}_cache_asked", f"Of the {name} cache.", registry=self.registry)
        hits = Gauge(f"pairwell_{name}_cache_hits", f"Of the {name} cache.", registry=self.registry)
        asked.set_function(lambda: float(counts()[0]))
        hits.set_function(lambda: float(counts()[1]))

    def watch_sentences(self, counts: Callable[[], Mapping[str, int]]) -> None:
        """`counts` gives how many sentences who wrote since the start, and how many were refused."""
        sentences = Gauge("pairwell_sentences", "Since the start.", ("source",), registry=self.registry)
        for source in counts():
            sentences.labels(source).set_function(partial(_of, counts, source))

    def request(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = _template(scope)
        self._requests.labels(method, route, str(status)).inc()
        self._request_s.labels(method, route).observe(seconds)

    def turn(self, outcome: str, waited_s: float, worked_s: float) -> None:
        self._turns.labels(outcome).inc()
        self._turn_wait_s.observe(waited_s)
        self._turn_s.observe(worked_s)

    def text(self) -> bytes:
        return generate_latest(self.registry)


METHODS = frozenset(("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"))


def _of(counts: Callable[[], Mapping[str, int]], name: str) -> float:
    return float(counts()[name])


def _template(scope: Scope) -> str:
    """The path as it is declared: one label for all conversations, one for all that is unknown."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) and path else "other"
