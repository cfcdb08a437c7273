"""Times as the two databases keep them, and the few expressions that they spell differently."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware, UTC, in microseconds. A naive datetime is refused with ValueError.

    PostgreSQL keeps a timestamptz; SQLite a text in ISO 8601 of one fixed width and offset, which sorts as time does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is no instant")
        utc = value if value.tzinfo is UTC else value.astimezone(UTC)
        return utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else utc

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = datetime.fromisoformat(value) if dialect.name == "sqlite" else value
        return instant.astimezone(UTC)


class DatabaseNow(FunctionElement[datetime]):
    """The database's clock as it stands now, not as it stood when the transaction began."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(DatabaseNow, "postgresql")
def _now_on_postgresql(_element: DatabaseNow, _compiler: SQLCompiler, **_options: object) -> str:
    return "clock_timestamp()"


@compiles(DatabaseNow, "sqlite")
def _now_on_sqlite(_element: DatabaseNow, _compiler: SQLCompiler, **_options: object) -> str:
    # Milliseconds are all that SQLite tells; the rest pads the text to the width of UtcDateTime.
    return "(strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000+00:00')"


class TransactionNumber(FunctionElement[int]):
    """The number of this transaction on PostgreSQL; 0 on SQLite, where transactions that write come one by one."""

    type = BigInteger()
    inherit_cache = True


@compiles(TransactionNumber, "postgresql")
def _transaction_on_postgresql(_element: TransactionNumber, _compiler: SQLCompiler, **_options: object) -> str:
    # An xid8 counts without wrapping, so it fits a bigint for longer than any machine will stand.
    return "(pg_current_xact_id()::text::bigint)"


@compiles(TransactionNumber, "sqlite")
def _transaction_on_sqlite(_element: TransactionNumber, _compiler: SQLCompiler, **_options: object) -> str:
    return "0"


class OldestRunning(FunctionElement[int]):
    """PostgreSQL alone: every transaction with a smaller number than this has ended, as this statement sees it."""

    type = BigInteger()
    inherit_cache = True


@compiles(OldestRunning, "postgresql")
def _oldest_on_postgresql(_element: OldestRunning, _compiler: SQLCompiler, **_options: object) -> str:
    return "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
