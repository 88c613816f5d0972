"""Histories that scenarios begin with, read from the files that `load` and `cohort` write."""

from collections.abc import Sequence
from pathlib import Path

from adapters.feeding.history import EPOCH, History
from adapters.inbound.files import read_files
from adapters.inbound.received import BadBody
from engine.events import Event


def read_history(path: Path) -> Sequence[Event] | str:
    """Give all events of a file, each once; a sentence where it, or one of them, is no good."""
    with History() as history:
        try:
            for item in read_files([path], "", EPOCH):
                if item.event is None:
                    return f"{item.id or 'an event without an id'}: {item.reason}"
                for _ in history.add([item]):
                    pass
        except BadBody as problem:
            return str(problem)
        return [event for _, events in history.learners() for event in events]
