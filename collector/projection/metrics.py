"""Shell. How the collector fares, for Prometheus: read from the store at each question, and answered over HTTP.

Says how many messages came and what became of them, how fresh each probe is, and how far the view is behind. Says
nothing of a line's quality: that is in the database and on the page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from collector.envelope import PASSED_OVER, REMARKED
from collector.projection.feed import Feed
from collector.projection.project import Place
from collector.store import Store, StoreError

_STOP_WITHIN_S = 10
_PROBE = ("line", "probe")


class MetricsError(Exception):
    """Nothing can be answered there. The text says how to mend it."""


@dataclass(frozen=True, slots=True)
class Told(Collector):
    """What is told at each question. Of a store that cannot be read, that alone is told.

    `place`: of the view in a database; None where there is none.
    """

    store: Store
    place: Place | None

    def collect(self) -> Iterator[Metric]:
        """The metrics, in Prometheus's units: seconds since 1970."""
        readable = GaugeMetricFamily("prova_store_readable", "1 where the store could be read, else 0.")
        try:
            yield from self._of_store()
        except StoreError:
            readable.add_metric((), 0)
        else:
            readable.add_metric((), 1)
        yield readable

    def _of_store(self) -> tuple[Metric, ...]:
        return (_messages(self.store), *_probes(self.store), *self._progress())

    def _progress(self) -> tuple[Metric, ...]:
        newest = GaugeMetricFamily("prova_newest_batch", "Place of the newest batch in the log.")
        newest.add_metric((), Feed(self.store.path).newest())
        if self.place is None:
            return (newest,)
        shown = GaugeMetricFamily("prova_projected_batch", "Place of the last batch that the database has.")
        shown.add_metric((), self.place.read().batch)
        return newest, shown


@contextmanager
def answering(told: Told, host: str, port: int) -> Iterator[int]:
    """Answers at http://host:port/metrics until the end; gives the port. Raises MetricsError."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(told)
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise MetricsError(f"{host}:{port} cannot be listened on ({error.strerror}). Name another port.") from error
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(_STOP_WITHIN_S)


def _messages(store: Store) -> Metric:
    counts = store.counts()
    family = CounterMetricFamily(
        "prova_messages", "Messages since the store was made, by what became of them.", labels=("outcome", "reason")
    )
    family.add_metric(("accepted", ""), counts.accepted)
    family.add_metric(("duplicate", ""), counts.duplicate)
    for reason, count in counts.rejected.items():
        family.add_metric(("rejected", reason.value), count)
    for remark, count in counts.remarked.items():
        family.add_metric((REMARKED, remark.value), count)
    family.add_metric((PASSED_OVER, ""), counts.passed_over)
    return family


def _probes(store: Store) -> tuple[Metric, ...]:
    records = CounterMetricFamily("prova_records", "Records kept of a probe.", labels=_PROBE)
    heard = GaugeMetricFamily(
        "prova_last_received_seconds", "When its newest batch came; none yet: none.", labels=_PROBE
    )
    for probe in store.probes():
        own = (probe.line, probe.probe)
        records.add_metric(own, probe.record_count)
        if probe.last_received_at is not None:
            heard.add_metric(own, probe.last_received_at.timestamp())
    return records, heard
