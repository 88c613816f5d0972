"""
One statement for many rows, in each database's fastest form.

SQLite takes a prepared statement and a list (`executemany`); PostgreSQL takes one array a
column (`unnest`), in one round trip. A row at a time costs four times as much there.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Boolean, Connection, Integer, LargeBinary

from adapters.store.schema import metadata

Row = tuple[object, ...]


class Bulk:
    """An INSERT of many rows into one table; the SQL is built once."""

    def __init__(self, table: str, columns: Sequence[str], conflict: str = "") -> None:
        """
        Build the statements.

        Args:
            table: Its name.
            columns: The columns of each row, in its order.
            conflict: What follows ON CONFLICT, "" for nothing; `excluded` is the new row.
        """
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" for _ in columns)
        arrays = ", ".join(f"%s::{_array_of(table, name)}" for name in columns)
        after = f" ON CONFLICT {conflict}" if conflict else ""
        self._many = f"INSERT INTO {table} ({names}) VALUES ({marks}){after}"  # noqa: S608 - names are ours
        self._arrays = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}){after}"  # noqa: S608 - the same

    def run(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Insert the rows; give how many were inserted or changed."""
        if not rows:
            return 0
        if connection.dialect.name == "sqlite":
            return connection.exec_driver_sql(self._many, list(rows)).rowcount
        columns = tuple(list(column) for column in zip(*rows, strict=True))
        return connection.exec_driver_sql(self._arrays, columns).rowcount


def _array_of(table: str, column: str) -> str:
    match metadata.tables[table].c[column].type:
        case BigInteger() | Integer():
            return "bigint[]"
        case LargeBinary():
            return "bytea[]"
        case Boolean():
            return "boolean[]"
        case _:
            return "text[]"
