"""A table as a Parquet file. pyarrow is large, so it is an extra, and only this file imports it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from adapters.reporting.tables import Row

ROWS_AT_ONCE = 10_000
NUMBERS = frozenset(
    {
        "conditions_away", "earned", "held", "expired", "revoked", "nearly", "waits", "begun",
        "not_begun", "learners", "fired", "deferred", "suppressed", "capped", "undecided",
        "failed", "messages", "required", "besides_fired", "besides_learners",
    }
)  # fmt: skip
"""Columns of whole numbers."""


class ParquetTable(AbstractContextManager["ParquetTable"]):
    """A table being written, in groups of lines."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """Write to a file; what was in it is gone."""
        kinds = {name: pa.int64() for name in NUMBERS} | {"median_days": pa.float64()}
        self._schema = pa.schema([(name, kinds.get(name, pa.string())) for name in columns])
        self._writer = pq.ParquetWriter(path, self._schema)
        self._rows: list[Row] = []

    def write(self, row: Row) -> None:
        """Write a line."""
        self._rows.append(row)
        if len(self._rows) >= ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        columns = [list(column) for column in zip(*self._rows, strict=True)]
        arrays = [
            pa.array(column, kind.type)
            for column, kind in zip(columns or [[]] * len(self._schema), self._schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._rows.clear()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is left, and close the file."""
        if error is None:
            self._flush()
        self._writer.close()
