"""Harvesting: documents of other tools and places, found, read and described.

Worker processes import this package, so what it imports is kept small.
"""

from modellake.lake.harvesting.reading import harvest_document, harvest_place
from modellake.lake.harvesting.retrying import retry_item

__all__ = ["harvest_document", "harvest_place", "retry_item"]
