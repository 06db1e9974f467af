"""What a service counts, for Prometheus."""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where several processes count together


class Counters:
    """The counts of one service."""

    media_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "kerasgan_requests",
            "Requests that were answered.",
            ["model", "operation", "status"],
            registry=self._registry,
        )
        self.seconds = Histogram(
            "kerasgan_request_seconds",
            "Time from a request's head to its answer.",
            ["model", "operation"],
            registry=self._registry,
        )
        self.batches = Histogram(
            "kerasgan_batch_rows",
            "Samples or pictures in a batch.",
            ["model"],
            buckets=[1 << i for i in range(11)],
            registry=self._registry,
        )
        self.open = Gauge(
            "kerasgan_open_requests",
            "Requests that are read, wait or run.",
            ["model"],
            registry=self._registry,
            multiprocess_mode="livesum",
        )

    def text(self) -> bytes:
        """All counts, of all processes of the service, in Prometheus's form."""
        if FOLDER not in os.environ:
            return generate_latest(self._registry)
        from prometheus_client import multiprocess

        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
        return generate_latest(registry)
