"""What this process counts and times itself, for `/metrics`.

No label names a person, a channel or a message: kinds and results are words of the code.
"""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)

_WITHOUT_CREATED: Callable[[], None] = disable_created_metrics

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_LONG = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)


def new_registry() -> CollectorRegistry:
    """Return an empty registry; when a counter began would be a series more for each of them."""
    _WITHOUT_CREATED()
    return CollectorRegistry()


def acknowledgement_times(registry: CollectorRegistry | None = None) -> Histogram:
    """Return what times requests of Slack; where they are received, which may be apart."""
    return Histogram(
        "lotsen_acknowledgement_seconds",
        "From the receipt of a request of Slack until it is stored and acknowledged.",
        buckets=_QUICK,
        registry=registry,
    )


class Meters:
    """Counters and histograms of one process.

    Parameters
    ----------
    registry
        Shows them; None shows them nowhere.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.handling = Histogram(
            "lotsen_handling_seconds",
            "How long commands take to be handled.",
            buckets=_LONG,
            registry=registry,
        )
        self.commands = Counter(
            "lotsen_commands",
            "Commands, by kind and by what became of them: handled, failed or dead.",
            ["kind", "result"],
            registry=registry,
        )
        self.posts = Counter(
            "lotsen_posts",
            "Calls that show a post, by kind and by what Slack said: shown, refused or unclear.",
            ["kind", "result"],
            registry=registry,
        )
        self.socket = Gauge(
            "lotsen_socket_connected",
            "Whether the line to Slack is open; 1 in HTTP mode too.",
            registry=registry,
        )
        self.rate_limited = Counter(
            "lotsen_slack_rate_limited", "Posts that Slack answered with 429.", registry=registry
        )
