"""The classes of the Model Openness Framework, from the components of a release and their licenses.

Source: https://arxiv.org/abs/2403.13784, and the Model Openness Tool (https://github.com/lfai/model_openness_tool),
whose classes are Class III (open model), Class II (open tooling) and Class I (open science). A component counts when
it is there under an open license: its own one, else that of the release for its kind, else that of the whole release.
"""

from __future__ import annotations

import re
from typing import Any

from modellake.core.licenses import read_license
from modellake.harvest.mapping.values import Number

CODE, DATA, DOCUMENT, ANY = "code", "data", "document", ""
KINDS = {
    "Model architecture": CODE,
    "Data preprocessing code": CODE,
    "Training code": CODE,
    "Inference code": CODE,
    "Evaluation code": CODE,
    "Supporting libraries and tools": CODE,
    "Model parameters (Final)": DATA,
    "Model parameters (Intermediate)": DATA,
    "Datasets": DATA,
    "Evaluation data": DATA,
    "Sample model outputs": ANY,
    "Model metadata": DOCUMENT,
    "Model card": DOCUMENT,
    "Data card": DOCUMENT,
    "Technical report": DOCUMENT,
    "Research paper": DOCUMENT,
    "Evaluation results": DOCUMENT,
}
_REPORT = frozenset(["Technical report", "Research paper"])
# Each member is one thing that is asked for; of several names in it any one will do.
CLASS_3 = [
    *(frozenset([name]) for name in ("Model architecture", "Model parameters (Final)", "Model card", "Data card")),
    frozenset(["Evaluation results"]),
    _REPORT,
]
CLASS_2 = [
    *CLASS_3,
    *(frozenset([name]) for name in ("Training code", "Inference code", "Evaluation code", "Evaluation data")),
    frozenset(["Supporting libraries and tools"]),
]
CLASS_1 = [
    *(asked for asked in CLASS_2 if asked != _REPORT),
    *(frozenset([name]) for name in ("Research paper", "Data preprocessing code", "Datasets", "Sample model outputs")),
    frozenset(["Model parameters (Intermediate)"]),
]
_CLASSES = {"class-1": CLASS_1, "class-2": CLASS_2, "class-3": CLASS_3}
_NAMES = {"class-1": "Class I", "class-2": "Class II", "class-3": "Class III"}
# Licenses that OSI approved or FSF calls free, by the SPDX list 3.25, and the open ones for data and content.
_OPEN_CONTENT = re.compile(r"CC0-1\.0|CC-BY(?:-SA)?-\d\.\d(?:-[A-Z]{2,3})?|CDLA-.+|ODC-By-1\.0|ODbL-1\.0|PDDL-1\.0")
_OPEN_CODE = re.compile(
    r"""0BSD|AAL|AFL-[\d.]+|AGPL-[13]\.0(?:-only)?|AGPL-3\.0-or-later|APL-1\.0|APSL-[\d.]+|Apache-[\d.]+|Artistic-[\d.]+
    (?:-Perl|-cl8)?|BSD-[123]-Clause(?:-Clear|-LBNL|-Patent)?|BSD-4-Clause|BSL-1\.0|BitTorrent-1\.1|BlueOak-1\.0\.0|CAL-1\.0
    (?:-Combined-Work-Exception)?|CATOSL-1\.1|CDDL-1\.0|CECILL-(?:2\.0|2\.1|B|C)|CERN-OHL-[PSW]-2\.0|CNRI-Python|
    CPAL-1\.0|CPL-1\.0|CUA-OPL-1\.0|ClArtistic|Condor-1\.1|ECL-[\d.]+|ECos-2\.0|EFL-[12]\.0|EPL-[12]\.0|EUDatagrid|
    EUPL-1\.[12]|Entessa|FSFAP|FTL|Fair|Frameworx-1\.0|GFDL-1\.[123](?:-only|-or-later)?|GPL-[23]\.0
    (?:-only|-or-later|\+)?|HPND|ICU|IJG|IPA|IPL-1\.0|ISC|Imlib2|Intel|Jam|LGPL-(?:2\.0|2\.1|3\.0)(?:-only|-or-later|\+)?|
    LPL-1\.0[2]?|LPPL-1\.[23][ac]?|LiLiQ-.+|MIT|MIT-0|MIT-Modern-Variant|MPL-[\d.]+(?:-no-copyleft-exception)?|MS-PL|MS-RL|
    MirOS|Motosoto|MulanPSL-2\.0|Multics|NASA-1\.3|NCSA|NGPL|NOSL|NPL-1\.[01]|NPOSL-3\.0|NTP|Naumen|Nokia|OCLC-2\.0|
    OFL-1\.[01](?:-no-RFN|-RFN)?|OGTSL|OLDAP-2\.[378]|OLFL-1\.3|OSET-PL-2\.1|OSL-[\d.]+|OpenSSL|PHP-3\.01?|PSF-2\.0|
    PostgreSQL|Python-2\.0|QPL-1\.0|RPL-1\.[15]|RPSL-1\.0|RSCPL|Ruby|SGI-B-2\.0|SISSL|SMLNJ|SPL-1\.0|SimPL-2\.0|Sleepycat|
    StandardML-NJ|UCL-1\.0|UPL-1\.0|Unicode-(?:3\.0|DFS-2016)|Unlicense|VSL-1\.0|Vim|W3C|WTFPL|Watcom-1\.0|X11|
    XFree86-1\.1|Xnet|YPL-1\.1|ZPL-2\.[01]|Zend-2\.0|Zimbra-1\.3|Zlib|eCos-2\.0|gnuplot|iMatix|xinetd""",
    re.VERBOSE,
)


def add_openness(values: Any) -> None:
    """Put under ``release.openness`` how far a release is in each class, in percent, and the class that it reaches."""
    release = values.get("release") if isinstance(values, dict) else None
    if not isinstance(release, dict) or not isinstance(release.get("components"), list):
        return
    present = open_components(release)
    progress = {name: _percent(asked, present) for name, asked in _CLASSES.items()}
    reached = next((_NAMES[name] for name, percent in progress.items() if percent == 100), "none")
    release["openness"] = {**{name: Number(percent) for name, percent in progress.items()}, "qualified": reached}


def open_components(release: dict[str, Any]) -> set[str]:
    """The names of the components that are there under an open license."""
    components = (one for one in release["components"] if isinstance(one, dict))
    named = ((one.get("name"), _license_of(one, release)) for one in components)
    return {name for name, license_ in named if isinstance(name, str) and license_ is not None and is_open(license_)}


def is_open(name: str) -> bool:
    """True for the SPDX id of an open license; other words name none for certain."""
    spdx = read_license(name).spdx
    return spdx is not None and bool(_OPEN_CONTENT.fullmatch(spdx) or _OPEN_CODE.fullmatch(spdx))


def _license_of(component: dict[str, Any], release: dict[str, Any]) -> str | None:
    own = component.get("license")
    if isinstance(own, str) and own.strip():
        return own
    given = release.get("license")
    for kind in (KINDS.get(str(component.get("name")), ANY), "distribution"):
        stated = given.get(kind) if isinstance(given, dict) else None
        name = stated.get("name") if isinstance(stated, dict) else None
        if isinstance(name, str) and name.strip():
            return name
    return None


def _percent(asked: list[frozenset[str]], present: set[str]) -> int:
    met = sum(1 for names in asked if names & present)
    # Half a percent is rounded up, as the tool does.
    return (200 * met + len(asked)) // (2 * len(asked))
