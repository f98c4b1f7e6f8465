"""Figures for Prometheus, read from the database when they are asked for.

No label names a person or a channel: the number of series stays small whatever the load.
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.clock import Clock
from models.lotsen import Lotsen


class MailboxCollector(Collector):
    """How much waits in the inbox and the outbox, and for how long."""

    def __init__(self, lotsen: Lotsen, clock: Clock) -> None:
        self._lotsen = lotsen
        self._clock = clock

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return the gauges, one value each."""
        load = self._lotsen.load(self._clock())
        for name, text, value in (
            ("lotsen_inbox_waiting", "Commands not handled yet.", load.inbox_waiting),
            ("lotsen_inbox_dead", "Commands that wait for a person.", load.inbox_dead),
            ("lotsen_inbox_oldest_seconds", "Age of the oldest command.", load.inbox_oldest_s),
            ("lotsen_outbox_waiting", "Posts not shown yet.", load.outbox_waiting),
            ("lotsen_outbox_stuck", "Posts that wait for a person.", load.outbox_stuck),
            ("lotsen_outbox_oldest_seconds", "Age of the oldest post.", load.outbox_oldest_s),
            ("lotsen_tickets", "Tickets ever made or imported.", load.tickets),
        ):
            yield GaugeMetricFamily(name, text, value=float(value))


def registry(lotsen: Lotsen, clock: Clock) -> CollectorRegistry:
    """Return what `/metrics` shows."""
    made = CollectorRegistry()
    made.register(MailboxCollector(lotsen, clock))
    return made
