"""The temporary engine: an embedded one in a folder of the system, where the folder of a lake cannot be written."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

from pyoxigraph import NamedNode

from modellake.store.embedded import EmbeddedEngine


class TemporaryEngine(EmbeddedEngine):
    """An `Engine` on disk, since a view may be larger than memory, that is gone when it is closed or the process ends.

    Args:
        marks: the graph that the mark is kept in.

    Raises:
        UnavailableError: the folder for temporary files cannot be written.
    """

    def __init__(self, marks: NamedNode) -> None:
        folder = Path(tempfile.mkdtemp(prefix="modellake-view-"))
        self._remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        super().__init__(marks, folder / "view")

    def close(self) -> None:
        """See `Engine.close`."""
        super().close()
        self._remove()
