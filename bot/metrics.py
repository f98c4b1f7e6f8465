"""Figures for Prometheus, read from the database when they are asked for.

No label names a person or a channel: the number of series stays small whatever the load.
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
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


class InboundCollector(Collector):
    """When Slack told us something last, and how much of what it did not tell was found."""

    def __init__(self, lotsen: Lotsen) -> None:
        self._inbound = lotsen.inbound

    def collect(self) -> Iterable[Metric]:
        """Return moments in seconds since 1970, 0 for none, and the counter."""
        state = self._inbound.state()
        for name, text, moment in (
            ("lotsen_inbound_last_event_seconds", "Last event of a message.", state.last_event),
            ("lotsen_sweep_last_seconds", "Last look into Slack's history.", state.checked_at),
            ("lotsen_socket_deaf_seconds", "Last deaf socket that was seen.", state.deaf_at),
        ):
            yield GaugeMetricFamily(name, text, value=moment.timestamp() if moment else 0.0)
        text = "Messages, edits and deletions found that Slack had not delivered."
        yield CounterMetricFamily("lotsen_sweep_recovered", text, value=float(state.found))


def registry(lotsen: Lotsen, clock: Clock) -> CollectorRegistry:
    """Return what `/metrics` shows."""
    made = CollectorRegistry()
    made.register(MailboxCollector(lotsen, clock))
    made.register(InboundCollector(lotsen))
    return made
