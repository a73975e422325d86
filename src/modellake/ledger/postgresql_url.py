"""The address of a ledger in PostgreSQL: the URL of a database, and a schema in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from modellake.core.errors import UsageError
from modellake.ledger.database import Place

DEFAULT_SCHEMA = "modellake"
_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
# What needs no quotes, and is not the system's own.
_SCHEMA = re.compile(r"(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}")
_SECRETS = ("password", "sslpassword")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a ledger is.

    Attributes:
        url: what connects; it may hold a password.
        schema: all tables are in it.
        name: the whole address without password, which may be shown and written down.
    """

    url: URL
    schema: str
    name: str


def parse_address(place: Place) -> Address:
    """Read ``postgresql://user@host:port/database?schema=name``; further parameters are those of libpq.

    Raises:
        UsageError: ``ledger.url``.
    """
    try:
        url = make_url(str(place))
        if url.drivername not in _SCHEMES:
            raise _malformed(f"it begins with {url.drivername}://")
        if not url.database and "dbname" not in url.query:
            raise _malformed("it names no database")
        schema = url.query.get("schema", DEFAULT_SCHEMA)
    except (SQLAlchemyError, ValueError):
        # The error repeats the URL, which may hold a password.
        raise _malformed("it cannot be read as a URL") from None
    if not isinstance(schema, str) or not _SCHEMA.fullmatch(schema):
        raise _malformed(
            f"the schema {schema!r} is not made of small letters, digits and _, or is one of PostgreSQL's own"
        )
    clean = url._replace(drivername="postgresql", password=None).difference_update_query(_SECRETS)
    name = clean.update_query_dict({"schema": schema}).render_as_string(hide_password=False)
    connecting = url.set(drivername="postgresql+psycopg").difference_update_query(["schema"])
    return Address(connecting, schema, name)


def _malformed(why: str) -> UsageError:
    return UsageError(
        f"The URL of the ledger is not one of PostgreSQL: {why}",
        code="ledger.url",
        remedy="Write it like postgresql://user@host:5432/database?schema=modellake",
    )
