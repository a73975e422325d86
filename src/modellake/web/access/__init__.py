"""Access: who calls, what they may do, and how much of it at the same time."""

from modellake.web.access.access import Access
from modellake.web.access.proxies import Proxies

__all__ = ["Access", "Proxies"]
