"""What was read, in the order of time, with bounded memory."""

from random import Random

from adapters.feeding.timeline import Timeline
from adapters.inbound.cohort import cohort
from adapters.inbound.received import Received, refused


def test_runs_on_disk_and_in_memory_are_merged() -> None:
    """The order is that of time and id, whatever the order of files, and nothing is lost."""
    received = [Received(b"x", event, "", event.id) for event in cohort(5, 1)]
    received.append(refused(b"nonsense", "json: no"))
    Random(1).shuffle(received)
    with Timeline(held=7) as timeline:
        assert len(received) == sum(1 for _ in timeline.add(received))
        found = list(timeline.in_order())
        assert len(received) == timeline.number
    assert "json: no" == found[0].reason
    orders = [one.event.order for one in found if one.event is not None]
    assert sorted(orders) == orders
    assert sorted(one.id for one in received) == sorted(one.id for one in found)
