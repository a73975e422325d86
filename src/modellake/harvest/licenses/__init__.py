"""Licenses as sources state them: ids, expressions, names, tags of the Hub, addresses and whole texts.

>>> license_ = resolve_license("Apache License 2.0", iris)
>>> license_.iri, license_.findings
(<NamedNode value=http://spdx.org/licenses/Apache-2.0>, ())
"""

from __future__ import annotations

from modellake.harvest.licenses.resolution import ResolvedLicense, resolve_license
from modellake.harvest.licenses.texts import read_license_text, resolve_license_text

__all__ = ["ResolvedLicense", "read_license_text", "resolve_license", "resolve_license_text"]
