"""Columns that declare whether they are personal.

Every column of every row is made by one of these four, so that erasing a person is a question the schema can answer:

- ``fact``       says nothing about a person;
- ``reference``  points at a person by a random reference, meaningless once that person's row is gone;
- ``personal``   is about a person and readable as it stands;
- ``sealed``     is about a person and encrypted under a key that can be destroyed.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, String
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field


class Utc(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC: TIMESTAMPTZ on PostgreSQL, sortable ISO 8601 text on SQLite.

    A naive datetime raises ValueError: a time without a zone is a guess.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        utc = in_utc(value)
        return utc if dialect.name == "postgresql" else utc.isoformat(timespec="microseconds")

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None]:
        return _from_postgresql if dialect.name == "postgresql" else _from_text


# SQLAlchemy would wrap a function of ours around each of these, for every value of every row.
def _from_postgresql(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC. A naive datetime raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """One word of an enumeration from ``store.types``, stored as text so that adding a word needs no migration.

    A word that is not in the enumeration raises ValueError on the way in and on the way out.
    """

    impl = String(32)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        self.words = words
        self._known = _Known(words)
        super().__init__()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], StrEnum | None]:
        return self._known.__getitem__


class _Known(dict[Any, StrEnum | None]):
    """Words by how they are stored: a look here takes a tenth of asking the enumeration, which refuses all others."""

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__({word.value: word for word in words} | {None: None})
        self._words = words

    def __missing__(self, value: str) -> StrEnum:
        return self._words(value)


def fact(default: Any = ..., **options: Any) -> Any:
    """A column that says nothing about a person."""
    return _column("no", default, options)


def reference(default: Any = ..., **options: Any) -> Any:
    """A column that points at a person by their random reference."""
    return _column("reference", default, options)


def personal(default: Any = ..., **options: Any) -> Any:
    """A column that is about a person and readable as it stands."""
    return _column("yes", default, options)


def sealed(default: Any = ..., **options: Any) -> Any:
    """A column of ciphertext about a person; see ``bot.core.sealing``."""
    return _column("sealed", default, {"sa_type": LargeBinary, **options})


def _column(personal: str, default: Any, options: dict[str, Any]) -> Any:
    kwargs = {"info": {"personal": personal}, **options.pop("sa_column_kwargs", {})}
    return Field(default=default, sa_column_kwargs=kwargs, **options)
