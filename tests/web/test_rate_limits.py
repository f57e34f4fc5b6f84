"""Token buckets: how often anybody may ask."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storage import Database
from web.config import Rate
from web.ratelimit import DatabaseRateLimiter, MemoryRateLimiter


class Watch:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_the_next_one_waits() -> None:
    limiter, rate = MemoryRateLimiter(Watch()), Rate(per_minute=60, burst=3)

    waits = [limiter.take("turns", "ann", rate) for _ in range(4)]

    assert waits == [0, 0, 0, 1]


def test_after_the_time_that_was_told_the_next_one_passes() -> None:
    watch = Watch()
    limiter, rate = MemoryRateLimiter(watch), Rate(per_minute=6, burst=1)
    limiter.take("turns", "ann", rate)
    wait_s = limiter.take("turns", "ann", rate)

    watch.now += wait_s

    assert limiter.take("turns", "ann", rate) == 0


def test_nobody_uses_up_what_is_somebody_elses() -> None:
    limiter, rate = MemoryRateLimiter(Watch()), Rate(per_minute=1, burst=1)
    limiter.take("turns", "ann", rate)

    assert limiter.take("turns", "bob", rate) == 0
    assert limiter.take("sessions", "ann", rate) == 0


def test_memory_stays_bounded_and_the_longest_untouched_goes_first() -> None:
    limiter, rate = MemoryRateLimiter(Watch(), most=2), Rate(per_minute=1, burst=1)
    for who in ("ann", "bob", "eve"):
        limiter.take("turns", who, rate)

    assert limiter.take("turns", "eve", rate) > 0
    assert limiter.take("turns", "ann", rate) == 0


@given(
    st.lists(st.floats(min_value=0, max_value=30), min_size=1, max_size=60),
    st.floats(min_value=1, max_value=600),
    st.integers(min_value=1, max_value=10),
)
def test_no_timing_gets_more_than_the_burst_and_the_rate(
    pauses: list[float], per_minute: float, burst: int
) -> None:
    watch = Watch()
    limiter, rate = MemoryRateLimiter(watch), Rate(per_minute, burst)
    passed = 0
    for pause in pauses:
        watch.now += pause
        passed += limiter.take("requests", "ann", rate) == 0

    assert passed <= burst + watch.now * per_minute / 60 + 1e-6


def test_a_table_of_buckets_gives_what_one_in_memory_gives(database: Database) -> None:
    watch, rate = Watch(), Rate(per_minute=60, burst=3)
    began = datetime(2026, 5, 1, tzinfo=UTC)
    shared = DatabaseRateLimiter(database, lambda: began + timedelta(seconds=watch.now))
    alone = MemoryRateLimiter(watch)
    waits = []
    for pause in (0, 0, 0, 0, 0.5, 0.6, 0, 30, 0, 0, 0):
        watch.now += pause
        waits.append((shared.take("turns", "ann", rate), alone.take("turns", "ann", rate)))

    assert all(abs(one - other) < 1e-6 for one, other in waits)
    assert {one > 0 for one, _ in waits} == {True, False}
    assert shared.take("turns", "bob", rate) == 0


def test_a_bucket_that_is_full_again_is_removed(database: Database) -> None:
    watch, rate = Watch(), Rate(per_minute=60, burst=3)
    began = datetime(2026, 5, 1, tzinfo=UTC)
    limiter = DatabaseRateLimiter(database, lambda: began + timedelta(seconds=watch.now))
    limiter.take("turns", "ann", rate)

    assert limiter.purge() == 0
    watch.now += 10
    assert limiter.purge() == 1
