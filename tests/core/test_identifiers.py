"""Identifiers of the world as IRIs of a lake: what is told, what is not, and that neither depends on the spelling."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from modellake.core.identifiers import (
    Digest,
    arxiv_iri,
    checksum,
    doi_iri,
    hub_resource,
    identify,
    package,
    repository,
    repository_name,
)
from modellake.core.identifiers.identified import MAX_IDENTIFIER
from modellake.core.iris import LakeIRIs

IRIS = LakeIRIs("https://lake.example.org/")
COMMIT = "797174552ae47f449ab70b684cabcb6603e5e85e"


def named(text: str) -> str | None:
    """The IRI that an identifier leads to, without the base."""
    found = identify(text, IRIS)
    return found.iri.value.removeprefix(IRIS.base) if found else None


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("https://huggingface.co/org/Name", "model/org/Name"),
        ("http://www.huggingface.co/org/Name/", "model/org/Name"),
        ("HTTPS://HuggingFace.co/org/Name", "model/org/Name"),
        ("https://hf.co/org/Name", "model/org/Name"),
        ("https://huggingface.co/org/Name?library=transformers#usage", "model/org/Name"),
        ("https://ann:token@huggingface.co/org/Name.git", "model/org/Name"),
        ("git@hf.co:org/Name", "model/org/Name"),
        ("hf.co/org/Name", "model/org/Name"),
        ("huggingface.co/datasets/org/Name", "dataset/org/Name"),
        ("ssh://git@hf.co/org/Name", "model/org/Name"),
        ("hf://org/Name", "model/org/Name"),
        ("hf://org/Name/weights/model.safetensors", "model/org/Name"),
        ("pkg:huggingface/org/Name", "model/org/Name"),
        ("pkg:huggingface/org/Name?type=model", "model/org/Name"),
        ("pkg:huggingface/org/Name?repository_url=https://huggingface.co", "model/org/Name"),
        ("pkg:huggingface/gpt2", "model/gpt2"),
        ("https://huggingface.co/org/Name/tree/main", "model/org/Name/version/main"),
        ("https://huggingface.co/org/Name/resolve/v1.0/a/b.bin?download=true", "model/org/Name/version/v1.0"),
        ("https://huggingface.co/org/Name/blob/refs%2Fpr%2F1/a", "model/org/Name/version/refs%2Fpr%2F1"),
        ("https://huggingface.co/org/Name/blob/refs/pr/1/a", "model/org/Name/version/refs%2Fpr%2F1"),
        (f"https://huggingface.co/org/Name/commit/{COMMIT}", f"model/org/Name/version/{COMMIT}"),
        ("https://huggingface.co/gpt2/raw/main/config.json", "model/gpt2/version/main"),
        ("https://huggingface.co/org/tree/tree/main", None),
        ("https://huggingface.co/org/tree", "model/org/tree"),
        ("hf://org/Name@v1/model.bin", "model/org/Name/version/v1"),
        ("hf://gpt2@refs/pr/1/model.bin", "model/gpt2/version/refs%2Fpr%2F1"),
        (f"pkg:huggingface/org/Name@{COMMIT.upper()}", f"model/org/Name/version/{COMMIT}"),
        ("pkg:huggingface/LumiOpen/Poro-34B@100B", "model/LumiOpen/Poro-34B/version/100B"),
        ("pkg:huggingface/org/Name@refs%2Fpr%2F1", "model/org/Name/version/refs%2Fpr%2F1"),
        ("https://huggingface.co/datasets/org/Name", "dataset/org/Name"),
        ("https://huggingface.co/datasets/squad", "dataset/squad"),
        ("git@huggingface.co:datasets/org/Name", "dataset/org/Name"),
        ("hf://datasets/org/Name/train.csv", "dataset/org/Name"),
        ("hf://datasets/org/Name@~parquet/x", "dataset/org/Name/version/~parquet"),
        ("pkg:huggingface/bigcode/the-stack@v1.1?type=dataset", "dataset/bigcode/the-stack/version/v1.1"),
        ("pkg:huggingface/datasets/bigcode/the-stack", "dataset/bigcode/the-stack"),
    ],
)
def test_the_hub(text: str, iri: str | None) -> None:
    assert named(text) == iri
    found = hub_resource(text, IRIS)
    assert (found.iri.value.removeprefix(IRIS.base) if found else None) == iri


@pytest.mark.parametrize(
    "text",
    [
        "org/name",
        "gpt2",
        "https://huggingface.co",
        "https://huggingface.co/",
        "https://huggingface.co/google",
        "https://huggingface.co/docs/transformers",
        "https://huggingface.co/papers/2203.02155",
        "https://huggingface.co/collections/a/b",
        "https://huggingface.co/spaces/a/b",
        "https://huggingface.co/org/name/discussions/1",
        "https://huggingface.co/datasets/org/name/viewer",
        "https://huggingface.co/org/../name",
        "https://huggingface.co/org//name",
        "https://huggingface.co/org/na%20me",
        "https://huggingface.co.evil.org/org/name",
        "https://evil.org/huggingface.co/org/name",
        "hf.co.evil.org/org/name",
        "hf.co/org",
        "https://huggingface.co@evil.org/org/name",
        "https://huggingface.co:port/org/name",
        "https://[huggingface.co/org/name",
        "hf://",
        "hf://spaces/a/b",
        "hf://datasets",
        "hf:/org/name",
        "see https://huggingface.co/org/name",
        "https://huggingface.co/org/name and more",
        "https://huggingface.co/org/name\ud800",
        "https://huggingface.co/org/na\x00me",
        "",
        "   ",
    ],
)
def test_no_resource_of_the_hub(text: str) -> None:
    assert hub_resource(text, IRIS) is None


def test_ids_name_something_of_the_kind_that_is_said() -> None:
    for kind in ("model", "dataset"):
        for name in ("gpt2", "org/Name", "org/Name.v2"):
            found = hub_resource(f" {name} ", IRIS, kind)
            assert found is not None
            assert (found.kind, found.resource) == (kind, IRIS.resource(kind, name))
    for name in ("a/b/c", "..", "org/..", "my model", "docs/x", "/org/name", "org/", "a" * 97, "данные"):
        assert hub_resource(name, IRIS, "model") is None
    stated = hub_resource("https://huggingface.co/datasets/org/name", IRIS, "model")
    assert stated is not None and stated.kind == "dataset"


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("10.1000/ABC.Def", "10.1000/abc.def"),
        ("doi:10.1000/abc.def", "10.1000/abc.def"),
        ("DOI: 10.1000/abc.def", "10.1000/abc.def"),
        ("doi 10.1000/abc.def", "10.1000/abc.def"),
        ("doi.org/10.1000/abc.def", "10.1000/abc.def"),
        ("info:doi/10.1000/abc.def", "10.1000/abc.def"),
        ("urn:doi:10.1000/abc.def", "10.1000/abc.def"),
        ("http://dx.doi.org/10.1000/ABC.def", "10.1000/abc.def"),
        ("https://www.doi.org/10.1000/abc.def?x=1#y", "10.1000/abc.def"),
        ("https://doi.org/10.1000%2Fabc.def", "10.1000/abc.def"),
        ("10.1000.10/123", "10.1000.10/123"),
        ("10.1002/(SICI)1<1::AID-A>3.0.CO;2-#", "10.1002/(sici)1%3C1::aid-a%3E3.0.co;2-%23"),
        ("https://doi.org/10.1002/(sici)1%3C1::aid-a%3E3.0.co;2-%23", "10.1002/(sici)1%3C1::aid-a%3E3.0.co;2-%23"),
        ("10.1000/50%", "10.1000/50%25"),
        ("10.1000/É", "10.1000/É"),
    ],
)
def test_dois(text: str, iri: str) -> None:
    assert doi_iri(text) == NamedNode(f"https://doi.org/{iri}")
    assert named(text) == f"https://doi.org/{iri}"


@pytest.mark.parametrize(
    "text",
    [
        "10.1000",
        "10.1000/",
        "10.1/x",
        "11.1000/x",
        "10.1000/a b",
        "v10.1000/x",
        "https://doi.org/",
        "https://doi.org/10.1000/a%20b",
        "https://doi.org.evil.org/10.1000/x",
        "https://example.org/10.1000/x",
        "10.1000/a\x00",
        "10.1000/a\ud800",
        "https://doi.org/10.1000/a%00",
    ],
)
def test_no_dois(text: str) -> None:
    assert doi_iri(text) is None
    assert named(text) is None


@pytest.mark.parametrize(
    ("text", "work"),
    [
        ("arXiv:2203.02155", "2203.02155"),
        ("arxiv:2203.02155v12", "2203.02155"),
        ("arXiv: 2203.02155v2 [cs.CL]", "2203.02155"),
        ("https://arxiv.org/abs/2203.02155v1", "2203.02155"),
        ("http://www.arxiv.org/pdf/2203.02155", "2203.02155"),
        ("https://arxiv.org/pdf/2203.02155v2.pdf", "2203.02155"),
        ("https://export.arxiv.org/html/2203.02155", "2203.02155"),
        ("10.48550/arXiv.2203.02155", "2203.02155"),
        ("https://doi.org/10.48550/ARXIV.2203.02155", "2203.02155"),
        ("arXiv:0704.0001", "0704.0001"),
        ("arXiv:1412.9999", "1412.9999"),
        ("arXiv:hep-th/9901001", "hep-th/9901001"),
        ("arXiv:q-bio/0401001", "q-bio/0401001"),
        ("arxiv.org/abs/2203.02155", "2203.02155"),
        ("https://arxiv.org/abs/math.GT/0309136v1", "math/0309136"),
        ("arXiv:cond-mat/0703001", "cond-mat/0703001"),
    ],
)
def test_arxiv(text: str, work: str) -> None:
    assert arxiv_iri(text) == NamedNode(f"https://arxiv.org/abs/{work}")
    assert named(text) == f"https://arxiv.org/abs/{work}"


def test_a_bare_number_is_an_arxiv_id_only_where_one_is_expected() -> None:
    assert arxiv_iri("2203.02155v3") == arxiv_iri("arXiv:2203.02155")
    assert arxiv_iri("hep-th/9901001") == NamedNode("https://arxiv.org/abs/hep-th/9901001")
    assert named("2203.02155") is None
    assert named("hep-th/9901001") is None


@pytest.mark.parametrize(
    "text",
    [
        "arXiv:2213.02155",
        "arXiv:0703.0001",
        "arXiv:1501.0001",
        "arXiv:1412.00001",
        "arXiv:2203.2155",
        "arXiv:math/03091361",
        "https://arxiv.org/list/cs.CL/recent",
        "https://arxiv.org/abs/",
        "https://arxiv.org/a/2203.02155",
        "https://arxiv.org.evil.org/abs/2203.02155",
        "10.48550/other.2203.02155",
    ],
)
def test_no_arxiv_ids(text: str) -> None:
    assert arxiv_iri(text) is None


@pytest.mark.parametrize(
    ("text", "line", "version"),
    [
        ("pkg:PyPI/Torch_Vision@0.19.1", "pkg:pypi/torch-vision", "pkg:pypi/torch-vision@0.19.1"),
        ("pkg:pypi/torch-vision", "pkg:pypi/torch-vision", None),
        ("PKG://npm/%40scope/name@1.0.0", "pkg:npm/%40scope/name", "pkg:npm/%40scope/name@1.0.0"),
        ("pkg:conda/numpy@1?build=b&arch=x", "pkg:conda/numpy?arch=x&build=b", "pkg:conda/numpy@1?arch=x&build=b"),
        (
            "pkg:mlflow/creditfraud@3?repository_url=https://adb-1.azuredatabricks.net/api/2.0/mlflow",
            "pkg:mlflow/creditfraud?repository_url=https://adb-1.azuredatabricks.net/api/2.0/mlflow",
            "pkg:mlflow/creditfraud@3?repository_url=https://adb-1.azuredatabricks.net/api/2.0/mlflow",
        ),
        ("pkg:huggingface/a/b?type=space", "pkg:huggingface/a/b?type=space", None),
        (
            f"pkg:huggingface/a/b@{COMMIT}?repository_url=https://hub-ci.huggingface.co",
            "pkg:huggingface/a/b?repository_url=https://hub-ci.huggingface.co",
            f"pkg:huggingface/a/b@{COMMIT}?repository_url=https://hub-ci.huggingface.co",
        ),
        ("pkg:generic/weights#a/b", "pkg:generic/weights", "pkg:generic/weights#a/b"),
    ],
)
def test_packages_keep_their_package_url(text: str, line: str, version: str | None) -> None:
    found = package(text, IRIS)
    assert found is not None and found.kind is None
    assert found.resource == NamedNode(line)
    assert found.version == (NamedNode(version) if version else None)
    assert package(found.iri.value, IRIS) == found


@pytest.mark.parametrize(
    "text", ["pkg:", "pkg:pypi", "pkg:pypi/", "pkg:2x/y", "pkg:pypi/a?b", "pkg:a b/c", "pypi/a", "pkg:pypi/\ud800"]
)
def test_no_package_urls(text: str) -> None:
    assert package(text, IRIS) is None


@pytest.mark.parametrize(
    ("url", "iri"),
    [
        ("https://github.com/acme/churn.git", "code/github.com/acme/churn"),
        ("https://github.com/Acme/Churn", "code/github.com/acme/churn"),
        ("github.com/acme/churn", "code/github.com/acme/churn"),
        ("http://www.github.com/acme/churn/", "code/github.com/acme/churn"),
        ("https://ann:token@github.com/acme/churn.git?x=1", "code/github.com/acme/churn"),
        ("git@github.com:acme/churn.git", "code/github.com/acme/churn"),
        ("org-12@github.com:acme/churn", "code/github.com/acme/churn"),
        ("ssh://git@github.com:22/acme/churn", "code/github.com/acme/churn"),
        ("git://github.com/acme/churn.git", "code/github.com/acme/churn"),
        ("pkg:github/Acme/churn", "code/github.com/acme/churn"),
        ("pkg:github/acme/churn@V1.0#docs", "code/github.com/acme/churn/version/V1.0"),
        (f"https://github.com/acme/churn/commit/{COMMIT.upper()}", f"code/github.com/acme/churn/version/{COMMIT}"),
        (f"https://github.com/acme/churn/blob/{COMMIT}/a/b.py#L1", f"code/github.com/acme/churn/version/{COMMIT}"),
        ("https://github.com/acme/churn/tree/v1.0", "code/github.com/acme/churn/version/v1.0"),
        ("https://github.com/acme/churn/tree/feature/x", "code/github.com/acme/churn"),
        ("https://github.com/acme/churn/blob/main/train.py", "code/github.com/acme/churn"),
        ("https://github.com/acme/churn/issues/1", "code/github.com/acme/churn"),
        ("git+https://github.com/acme/churn.git@v1", "code/github.com/acme/churn/version/v1"),
        ("git+ssh://git@git.example.org/Acme/Churn", "code/git.example.org/Acme/Churn"),
        ("https://gitlab.com/a/b/C.git", "code/gitlab.com/a/b/C"),
        ("https://git.example.org:8443/a/b.git", "code/git.example.org:8443/a/b"),
        ("ssh://git@git.example.org:2222/a/b", "code/git.example.org/a/b"),
        ("pkg:bitbucket/birkenfeld/Pygments-main@244fd47e07d1014f0aed9c", None),
    ],
)
def test_repositories(url: str, iri: str | None) -> None:
    assert named(url) == (iri or "code/bitbucket.org/birkenfeld/pygments-main/version/244fd47e07d1014f0aed9c")


def test_the_commit_of_a_repository() -> None:
    found = repository("https://gitlab.example.org/a/b/-/tree/v1", IRIS)
    assert found is not None and found.revision == "v1"
    found = repository("https://github.com/acme/churn/tree/v1", IRIS, COMMIT.upper())
    assert found is not None and found.iri.value == f"{IRIS.base}code/github.com/acme/churn/version/{COMMIT}"
    found = repository("git.example.org:a/b", IRIS, " ")
    assert found is not None and found.iri.value == f"{IRIS.base}code/git.example.org/a/b"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "churn",
        "/srv/churn",
        "file:///srv/churn.git",
        "https://github.com",
        "https://github.com/acme",
        "https://github.com/orgs/acme",
        "https://github.com/../churn",
        "https:///a/b",
        "https://example.org/a/../b",
        "https://example.org/a//b",
    ],
)
def test_no_repositories(url: str) -> None:
    assert repository_name(url) is None
    assert repository(url, IRIS, COMMIT) is None


@pytest.mark.parametrize(
    "text", ["s3://bucket/key", "https://example.org/churn", "isbn:978", "a:b", "ann@example.org: hi", "C:\\data"]
)
def test_pages_and_other_texts_are_no_repositories(text: str) -> None:
    assert named(text) is None


CONTENT = hashlib.sha256(b"test")


@pytest.mark.parametrize(
    "text",
    [
        f"sha256:{CONTENT.hexdigest()}",
        f" SHA-256: {CONTENT.hexdigest().upper()} ",
        f"sha256={CONTENT.hexdigest()}",
        f"sha_256-{CONTENT.hexdigest()}",
        f"sha256-{b64encode(CONTENT.digest()).decode()}",
    ],
)
def test_checksums(text: str) -> None:
    assert checksum(text) == Digest("sha256", CONTENT.hexdigest())


@pytest.mark.parametrize(
    ("spelling", "name", "count"),
    [
        ("MD5", "md5", 32),
        ("SHA-1", "sha1", 40),
        ("SHA3-256", "sha3-256", 64),
        ("sha3_256", "sha3-256", 64),
        ("BLAKE2b-512", "blake2b-512", 128),
        ("blake3", "blake3", 64),
    ],
)
def test_algorithms(spelling: str, name: str, count: int) -> None:
    assert checksum(f"{spelling}:{'A' * count}") == Digest(name, "a" * count)
    assert checksum("A" * count, spelling) == Digest(name, "a" * count)
    assert checksum("A" * (count - 1), spelling) is None


@pytest.mark.parametrize(
    "text", ["", "a" * 64, "sha256:", "sha256:" + "g" * 64, "sha256:" + "a" * 63, "crc32:12345678", "sha512/256:00"]
)
def test_no_checksums(text: str) -> None:
    assert checksum(text) is None


SEGMENT = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,9}", fullmatch=True)
STARTS = st.sampled_from(
    [
        "",
        "hf://",
        "https://huggingface.co/",
        "https://hf.co/datasets/",
        "pkg:",
        "pkg:huggingface/",
        "pkg:pypi/",
        "10.1000/",
        "doi:10.1000/",
        "https://doi.org/10.1000/",
        "arXiv:",
        "https://arxiv.org/abs/",
        "git@",
        "https://github.com/",
        "git+https://",
        "ssh://git@",
        "sha256:",
        "pkg:generic/",
        "pkg:github/",
    ]
)
OUTSIDE = st.sampled_from(
    ["pkg:pypi/", "pkg:generic/", "pkg:npm/", "pkg:huggingface/a/b?x=", "10.1000/", "doi:10.1000/"]
)
PIECES = st.lists(
    st.one_of(
        SEGMENT,
        st.sampled_from(["/", "@", ":", "?", "#", "%", "%2F", "%00", "..", " ", "tree", "resolve", "=", "&", "[", "é"]),
        st.text(max_size=4),
    ),
    max_size=12,
).map("".join)
TEXTS = st.builds(lambda start, tail: start + tail, STARTS, PIECES)


@given(TEXTS)
@example("pkg:generic/a%2Fb")
@example("pkg:generic/x://y")
def test_any_text_names_a_valid_iri_or_nothing(text: str) -> None:
    found = identify(text, IRIS)
    nodes = [found.resource, found.iri] if found else []
    nodes += [node for node in (doi_iri(text), arxiv_iri(text)) if node]
    for node in nodes:
        written = serialize([Triple(node, node, node)], format=RdfFormat.N_TRIPLES)
        assert written is not None
        assert next(parse(written, format=RdfFormat.N_TRIPLES)).subject == node
        assert not node.value.startswith(IRIS.base) or node.value.count("//") == 1
    checksum(text)
    repository(text, IRIS, text)
    hub_resource(text, IRIS, "model")


@given(st.builds(lambda start, name, tail: start + name + tail, OUTSIDE, SEGMENT, PIECES))
def test_outside_iris_are_their_own_identifiers(text: str) -> None:
    found = identify(text, IRIS)
    if found is not None and found.kind is None:
        again = identify(found.iri.value, IRIS)
        assert again is not None and again.iri == found.iri


@given(TEXTS)
def test_a_normal_checksum_is_its_own_normal_form(text: str) -> None:
    digest = checksum("sha1:" + hashlib.sha1(text.encode("utf-8", "replace")).hexdigest().upper())
    assert digest is not None
    assert checksum(f"{digest.algorithm}:{digest.value}") == digest


@given(SEGMENT, SEGMENT, SEGMENT, SEGMENT)
def test_different_ids_stay_different(owner: str, name: str, other: str, third: str) -> None:
    first, second = f"{owner}/{name}", f"{other}/{third}"
    assume(first != second)
    for kind in ("model", "dataset"):
        one, two = hub_resource(first, IRIS, kind), hub_resource(second, IRIS, kind)
        assert one is None or two is None or one != two or first.removesuffix(".git") == second.removesuffix(".git")


@given(SEGMENT, SEGMENT, SEGMENT)
def test_all_spellings_of_a_model_lead_to_it(owner: str, name: str, revision: str) -> None:
    expected = hub_resource(f"{owner}/{name}", IRIS, "model")
    assume(expected is not None and "." not in revision[-1:] + name[-4:])
    assert expected is not None
    for text in (f"https://huggingface.co/{owner}/{name}", f"hf://{owner}/{name}/x", f"pkg:huggingface/{owner}/{name}"):
        assert hub_resource(text, IRIS) == expected
    spellings = {
        hub_resource(f"https://hf.co/{owner}/{name}/resolve/{revision}/x", IRIS),
        hub_resource(f"hf://{owner}/{name}@{revision}/x", IRIS),
        hub_resource(f"pkg:huggingface/{owner}/{name}@{revision}", IRIS),
    }
    assert spellings == {hub_resource(f"https://hf.co/{owner}/{name}/tree/{revision}", IRIS)}


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=12))
def test_a_doi_is_one_whatever_its_spelling(suffix: str) -> None:
    found = doi_iri("10.1000/" + suffix)
    assume(found is not None)
    assert found is not None
    assert doi_iri(found.value) == doi_iri("doi:10.1000/" + suffix) == found


@pytest.mark.parametrize("piece", ["/", "@", ":", ".", "%", "a/", "10.", "1.", "&a=b", "-", "[", "doi:", "refs/pr/"])
def test_long_texts_are_no_identifiers(piece: str) -> None:
    for start in ("", "https://huggingface.co/", "pkg:generic/a", "10.1000", "arXiv:", "git@h:", "sha256:"):
        text = start + piece * 1_000_000
        assert identify(text, IRIS) is None
        assert doi_iri(text) is arxiv_iri(text) is checksum(text) is repository_name(text) is None
        identify((start + piece * MAX_IDENTIFIER)[:MAX_IDENTIFIER], IRIS)
