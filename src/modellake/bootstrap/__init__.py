"""Settings, and the one place where the parts of a lake meet."""

from modellake.bootstrap.opening import (
    create_lake,
    is_lake,
    open_lake,
    open_ledger,
    open_tokens,
    plan_upgrade_of,
    restore_lake,
    upgrade_notice,
)
from modellake.bootstrap.settings import read_settings

__all__ = [
    "create_lake",
    "is_lake",
    "open_lake",
    "open_ledger",
    "open_tokens",
    "plan_upgrade_of",
    "read_settings",
    "restore_lake",
    "upgrade_notice",
]
