"""IRIs of resources lead to their records, and records say what the lake says, in the form that the client likes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urljoin

import pytest
from linked_lakes import TURTLE, follow, get, published, quads, say
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple

import modellake
from modellake.core.vocab import DCT, FOAF, LAKE, PROV, RDF
from modellake.lake.lake import Lake
from modellake.ledger.tokens import Tokens
from modellake.web.access import Access
from modellake.web.served import Served
from servers import ask, running

CHURN = """
<model/acme/churn> a lake:Model ; dct:title "Churn"@en , "Attrition"@fr ; lake:trainedOn <dataset/acme/calls> ;
    <urn:x:size> "1.50"^^xsd:decimal .
<model/acme/churn/version/1> a lake:ModelVersion ; lake:versionOf <model/acme/churn> ; dcat:version "1" ;
    lake:hasDistribution <model/acme/churn/version/1#file-a.bin> .
<model/acme/churn/version/1#file-a.bin> a lake:ModelDistribution ; dct:title "a.bin" .
<dataset/acme/calls> a lake:Dataset ; dct:title "Calls" .
<https://other.example.org/data?x=1> a lake:Dataset ; dct:title "Elsewhere" .
"""
SYNTAXES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
QUADS = {"application/trig": RdfFormat.TRIG, "application/n-quads": RdfFormat.N_QUADS}
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """For tests that write nothing."""
    with published(tmp_path_factory.mktemp("churn")) as opened:
        say(opened, CHURN)
        yield opened


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[Lake]:
    """For tests that write."""
    with published(tmp_path) as opened:
        say(opened, CHURN)
        yield opened


def triples(statements: list[Quad]) -> set[Triple]:
    return {item.triple for item in statements}


def test_a_resource_leads_to_its_record(lake: Lake) -> None:
    for place in ("model/acme/churn", "model/acme/churn/version/1", "dataset/acme/calls"):
        reply = get(lake.iris.base + place)
        assert reply.status == 303
        assert urljoin(lake.iris.base + place, reply.headers["location"]) == f"{lake.iris.base}record/{place}"
        assert f'<{reply.headers["location"]}>; rel="describedby"' in reply.headers["link"]


@pytest.mark.parametrize("media_type", [*SYNTAXES, *QUADS])
def test_every_syntax_says_the_same(lake: Lake, media_type: str) -> None:
    url, reply = follow(f"{lake.iris.base}model/acme/churn", {"Accept": media_type})
    assert url == f"{lake.iris.base}record/model/acme/churn"
    assert reply.media_type == media_type
    said = triples(quads(reply, (SYNTAXES | QUADS)[media_type]))
    assert said == triples(quads(get(url, TURTLE)))
    assert lake.state("acme/churn").statements <= said


def test_a_record_says_what_it_is(lake: Lake) -> None:
    record, topic = (
        NamedNode(f"{lake.iris.base}record/model/acme/churn"),
        NamedNode(f"{lake.iris.base}model/acme/churn"),
    )
    said = triples(quads(get(record.value)))
    assert Triple(record, FOAF.primaryTopic, topic) in said
    assert Triple(record, RDF.type, NamedNode("http://www.w3.org/ns/dcat#CatalogRecord")) in said
    assert Triple(record, PROV.wasGeneratedBy, lake.iris.commit(1)) in said
    assert lake.ledger.commit(1).time in {item.object.value for item in said if item.predicate == DCT.modified}
    assert Triple(topic, RDF.type, NamedNode("http://www.w3.org/ns/dcat#Resource")) in said


def test_lexical_forms_are_those_that_were_sent(lake: Lake) -> None:
    text = get(f"{lake.iris.base}record/model/acme/churn", {"Accept": "application/n-triples"}).body.decode()
    assert '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>' in text


def test_parts_are_in_the_record_of_the_whole(lake: Lake) -> None:
    url, reply = follow(f"{lake.iris.base}model/acme/churn/version/1")
    part = NamedNode(f"{lake.iris.base}model/acme/churn/version/1#file-a.bin")
    assert Triple(part, DCT.title, Literal("a.bin")) in triples(quads(reply))
    assert 'id="file-a.bin"' in get(url, HTML).body.decode()


@pytest.mark.parametrize(
    "name",
    [
        "https%3A%2F%2Fother.example.org%2Fdata%3Fx%3D1",
        "https%3a%2f%2fother.example.org%2fdata%3fx%3d1",
        "https%3A//other.example.org/data%3Fx=1",
        "https://other.example.org/data%3Fx=1",
        "https:/other.example.org/data%3Fx%3D1",
        "https://other.example.org/data?x=1",
    ],
)
def test_resources_elsewhere_have_records_here(lake: Lake, name: str) -> None:
    """Whatever a proxy on the way makes of the percent-encoding."""
    said = quads(get(f"{lake.iris.base}record/{name}"))
    assert Triple(NamedNode("https://other.example.org/data?x=1"), DCT.title, Literal("Elsewhere")) in triples(said)


@pytest.mark.parametrize("name", ["m%6Fdel/acme/churn", "model/acme/churn/", "model/acme/churn?utm=1"])
def test_other_spellings_of_an_address(lake: Lake, name: str) -> None:
    url, reply = follow(lake.iris.base + name)
    assert (reply.status, url) == (200, f"{lake.iris.base}record/model/acme/churn")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/rdf+xml;q=0.5, application/ld+json;q=0.9, text/turtle;q=0.8", "application/ld+json"),
        ("text/turtle;q=0, application/x-turtle;q=0, */*", "application/n-triples"),
        ("application/trig, text/turtle;q=0.9", "application/trig"),
    ],
)
def test_the_client_chooses(lake: Lake, accept: str | None, media_type: str) -> None:
    reply = get(f"{lake.iris.base}record/model/acme/churn", {"Accept": accept} if accept else {})
    assert (reply.status, reply.media_type) == (200, media_type)
    assert "Accept" in reply.headers["vary"]


def test_what_nobody_can_write(lake: Lake) -> None:
    reply = get(f"{lake.iris.base}record/model/acme/churn", {"Accept": "image/png"})
    assert (reply.status, json.loads(reply.body)["code"]) == (406, "http.not-acceptable")
    reply = get(f"{lake.iris.base}record/model/acme/churn?format=png")
    assert (reply.status, json.loads(reply.body)["code"]) == (400, "http.malformed")


def test_links_to_each_syntax_lead_to_it(lake: Lake) -> None:
    url = f"{lake.iris.base}record/model/acme/churn"
    links = re.findall(r'<([^>]*)>; rel="alternate"; type="([^"]*)"', get(url).headers["link"])
    assert {media_type for _, media_type in links} == {*SYNTAXES, *QUADS}
    for href, media_type in links:
        assert get(urljoin(url, href), HTML).media_type == media_type
    assert f'<{url}>; rel="canonical"' in get(url).headers["link"]
    about = re.search(r'<([^>]*)>; rel="describes"', get(url).headers["link"])
    assert about and urljoin(url, about[1]) == f"{lake.iris.base}model/acme/churn"


# Validators


def test_what_has_not_changed_is_not_sent(lake: Lake) -> None:
    url = f"{lake.iris.base}record/model/acme/churn"
    tags = set()
    for accept in (*SYNTAXES, *QUADS, "text/html"):
        first = get(url, {"Accept": accept})
        tag = first.headers["etag"]
        assert re.fullmatch(r'"[^"]+"', tag), "it is strong"
        tags.add(tag)
        for held in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            again = get(url, {"Accept": accept, "If-None-Match": held})
            assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert get(url, {"Accept": accept, "If-None-Match": '"x"'}).status == 200
    assert len(tags) == len(SYNTAXES) + len(QUADS) + 1


def test_equal_tags_mean_equal_bytes(lake: Lake) -> None:
    url = f"{lake.iris.base}record/model/acme/churn"
    for accept in (*SYNTAXES, *QUADS, "text/html"):
        found = {(reply.headers["etag"], reply.body) for reply in (get(url, {"Accept": accept}) for _ in range(3))}
        assert len(found) == 1


def test_dates(lake: Lake) -> None:
    url = f"{lake.iris.base}record/model/acme/churn"
    modified = get(url).headers["last-modified"]
    assert get(url, {**TURTLE, "If-Modified-Since": modified}).status == 304
    assert get(url, {**TURTLE, "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}).status == 200
    assert get(url, {**TURTLE, "If-Modified-Since": "yesterday"}).status == 200
    # A tag says more than a date.
    assert get(url, {**TURTLE, "If-Modified-Since": modified, "If-None-Match": '"x"'}).status == 200


@pytest.mark.parametrize("accept", ["text/turtle", "text/html"])
def test_what_is_not_wanted_as_it_is_is_not_sent(lake: Lake, accept: str) -> None:
    url = f"{lake.iris.base}record/model/acme/churn"
    reply = get(url, {"Accept": accept})
    tag, modified = reply.headers["etag"], reply.headers["last-modified"]
    coded = f'{tag[:-1]}-gzip"'
    for wanted in ("*", tag, f'"x", W/"y" ,{tag}', coded):
        assert get(url, {"Accept": accept, "If-Match": wanted}).status == 200
    for other in ('"x"', f"W/{tag}", tag.strip('"'), ""):
        refused = get(url, {"Accept": accept, "If-Match": other, "If-None-Match": tag})
        assert (refused.status, json.loads(refused.body)["code"]) == (412, "record.changed")
    long_ago = "Thu, 01 Jan 1970 00:00:00 GMT"
    assert get(url, {"Accept": accept, "If-Unmodified-Since": long_ago}).status == 412
    for until in (modified, "yesterday"):
        assert get(url, {"Accept": accept, "If-Unmodified-Since": until}).status == 200
    assert get(url, {"Accept": accept, "If-Unmodified-Since": long_ago, "If-Match": tag}).status == 200


def test_a_commit_changes_the_tags_of_what_it_changes(changing: Lake) -> None:
    lake = changing
    churn, calls = f"{lake.iris.base}record/model/acme/churn", f"{lake.iris.base}record/dataset/acme/calls"
    before = [get(url).headers["etag"] for url in (churn, calls)]
    say(lake, '<model/acme/churn> dct:title "Churn, once more"@en .', "urn:source:b")
    after = [get(url).headers["etag"] for url in (churn, calls)]
    assert before[0] != after[0]
    assert before[1] == after[1]
    assert get(churn, {**TURTLE, "If-None-Match": before[0]}).status == 200


def test_compressed_answers_have_tags_of_their_own(lake: Lake) -> None:
    url = f"{lake.iris.base}record/model/acme/churn"
    plain, packed = (get(url, {**HTML, "Accept-Encoding": coding}) for coding in ("identity", "gzip"))
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] != plain.headers["etag"]
    for tag in (plain.headers["etag"], packed.headers["etag"]):
        assert get(url, {**HTML, "Accept-Encoding": "gzip", "If-None-Match": tag}).status == 304


def test_head(lake: Lake) -> None:
    url = f"{lake.iris.base}record/model/acme/churn"
    head, whole = get(url, method="HEAD"), get(url)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-length"] == str(len(whole.body))


# The past


def test_records_as_they_were(changing: Lake) -> None:
    lake = changing
    say(lake, '<model/acme/churn> dct:title "Renamed"@en .', "urn:source:b")
    lake.withdraw("urn:source:a", message="gone")
    lake.withdraw("urn:source:b", message="gone too")
    topic = lake.iris.resource("model", "acme/churn")
    for when in ("1", "2", "3", lake.ledger.commit(2).hash, lake.ledger.commit(2).time):
        sequence = lake.history.sequence_at(when)
        url, reply = follow(f"{topic.value}?as-of={quote(when)}")
        said = triples(quads(reply))
        assert lake.history.state(topic, sequence).statements <= said
        assert "memento-datetime" in reply.headers
        links = re.findall(r'<([^>]*)>; rel="alternate"; type="application/trig"', reply.headers["link"])
        trig = quads(get(urljoin(url, links[0])), RdfFormat.TRIG)
        entailed = {item.triple for item in trig if item.graph_name == lake.iris.graph("entailed")}
        default = {item.triple for item in trig if str(item.graph_name) == "DEFAULT"}
        assert default - entailed == lake.history.state(topic, sequence).statements
        assert f"after commit {sequence}" in follow(f"{topic.value}?as-of={quote(when)}", HTML)[1].body.decode()
        tag = reply.headers["etag"]
        assert get(url, {**TURTLE, "If-None-Match": tag}).status == 304
    assert follow(topic.value)[1].status == 410
    assert "?as-of=3" in json.loads(follow(topic.value, {"Accept": "*/*"})[1].body)["remedy"]


@pytest.mark.parametrize(
    ("when", "status", "code"),
    [
        ("0", 404, "resource.unknown"),
        ("99", 404, "ledger.commit-unknown"),
        ("soon", 400, "as-of.malformed"),
        ("0001-01-01T00:00:00%2B23:59", 400, "as-of.malformed"),
        ("0001-01-01T00:00:00Z", 404, "resource.unknown"),
    ],
)
def test_moments_that_there_are_not(lake: Lake, when: str, status: int, code: str) -> None:
    reply = get(f"{lake.iris.base}record/model/acme/churn?as-of={when}")
    assert (reply.status, json.loads(reply.body)["code"]) == (status, code)


def test_parameters_go_on_to_the_record(lake: Lake) -> None:
    url, reply = follow(f"{lake.iris.base}model/acme/churn?format=nt", HTML)
    assert (reply.media_type, url.partition("?")[2]) == ("application/n-triples", "format=nt")


# What is no record any more, or never was one


def test_what_was_withdrawn(changing: Lake) -> None:
    lake = changing
    lake.withdraw("urn:source:a", message="It was a mistake")
    for place in ("model/acme/churn", "record/model/acme/churn"):
        reply = get(lake.iris.base + place, {"Accept": "*/*"})
        told = json.loads(reply.body)
        assert (reply.status, told["code"]) == (410, "resource.withdrawn")
        assert (told["commit"], told["message"]) == (2, "It was a mistake")
        said = get(lake.iris.base + place, TURTLE)
        assert said.status == 410
        assert b"wasInvalidatedBy" in said.body
        assert "It was a mistake" not in get(lake.iris.base + place, HTML).body.decode()
    assert get(f"{lake.iris.base}record/commit/2").status == 200


def test_what_comes_back(changing: Lake) -> None:
    lake = changing
    lake.withdraw("urn:source:a", message="It was a mistake")
    say(lake, CHURN)
    assert follow(f"{lake.iris.base}model/acme/churn")[1].status == 200


def test_merged_names_lead_to_the_one_that_is_kept(changing: Lake) -> None:
    lake = changing
    say(lake, '<model/other/churn> a lake:Model ; dct:title "Churn" .', "urn:source:b")
    lake.accept_duplicate("other/churn", "acme/churn", reason="the same", into="acme/churn")
    for place in ("model/other/churn", "record/model/other/churn"):
        url, reply = follow(lake.iris.base + place)
        assert (url, reply.status) == (f"{lake.iris.base}record/model/acme/churn", 200)
    said = triples(quads(reply))
    assert Triple(NamedNode(f"{lake.iris.base}model/other/churn"), LAKE.mergedInto, lake.resolve("acme/churn")) in said
    lake.reject_duplicate("other/churn", "acme/churn", reason="not the same")
    assert follow(f"{lake.iris.base}model/other/churn")[0] == f"{lake.iris.base}record/model/other/churn"


def test_what_is_merged_elsewhere_changes_what_refers_to_it(changing: Lake) -> None:
    """The record of a model names the dataset by another name after a merge: no date may say that nothing changed."""
    lake = changing
    url = f"{lake.iris.base}record/model/acme/churn"
    before = get(url)
    say(lake, '<dataset/other/calls> a lake:Dataset ; dct:title "Calls" .', "urn:source:b")
    lake.accept_duplicate("dataset/acme/calls", "dataset/other/calls", reason="the same", into="dataset/other/calls")
    after = get(url)
    assert b"dataset/other/calls" in after.body
    assert before.headers["etag"] != after.headers["etag"]
    assert lake.history.state(lake.resolve("acme/churn")).statements <= triples(quads(after))


def test_unknown_names_have_neighbors(lake: Lake) -> None:
    reply = get(f"{lake.iris.base}model/acme/chrun")
    told = json.loads(reply.body)
    assert (reply.status, reply.media_type, told["code"]) == (404, "application/problem+json", "resource.unknown")
    assert "model/acme/churn" in told["remedy"]
    assert "/catalog" in json.loads(get(f"{lake.iris.base}nothing/at/all").body)["remedy"]


def test_commits_sources_and_agents(lake: Lake) -> None:
    commit = NamedNode(f"{lake.iris.base}commit/1")
    url, reply = follow(commit.value)
    assert url == f"{lake.iris.base}record/commit/1"
    said = triples(quads(reply))
    assert Triple(commit, PROV.generated, NamedNode(f"{lake.iris.base}record/model/acme/churn")) in said
    (agent,) = {item.object.value for item in said if item.predicate == PROV.wasAssociatedWith}
    assert follow(agent)[1].status == 200
    assert follow(f"{lake.iris.base}record/urn%3Asource%3Aa")[1].status == 200
    assert follow(f"{lake.iris.base}graph/provenance")[0] == f"{lake.iris.base}.well-known/void"
    assert get(f"{lake.iris.base}commit/99").status == 404


def test_a_commit_of_many_records_is_streamed(changing: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modellake.web.linked.records._MANY", 100)
    lake, count = changing, 150
    say(lake, "".join(f"<zoo/{number}> dct:identifier 'x' . " for number in range(count)), "urn:source:many")
    url = f"{lake.iris.base}record/commit/2"
    for media_type, format in SYNTAXES.items():
        reply = get(url, {"Accept": media_type})
        said = triples(quads(reply, format))
        assert sum(item.predicate == PROV.generated for item in said) == count
        assert FOAF.primaryTopic in {item.predicate for item in said}
        assert "etag" not in reply.headers


def test_spaces_that_nobody_here_may_read(changing: Lake) -> None:
    lake = changing
    from modellake.core.description import Description, Source

    statements = lake.describe('<urn:secret> a <urn:Secret> ; <urn:says> "secret" .', format="turtle")[0].statements
    source = Source(NamedNode("urn:source:secret"), "secret")
    lake.commit(Description(source, statements, space="private"))
    assert lake.ledger.has_record(f"{lake.iris.base}record/urn%3Asecret")
    for again in range(2):
        reply = get(f"{lake.iris.base}record/urn%3Asecret", {"Accept": "*/*"})
        assert (reply.status, b"secret" in reply.body) == (404, False), again
        lake.withdraw("urn:source:secret", message="gone")


# Hostile input

PATHS = [
    "record/../sparql",
    "record/..%2f..%2fetc%2fpasswd",
    "record/%2e%2e/%2e%2e/etc/passwd",
    "record/%00",
    "model/%00",
    "record/%",
    "record/%zz",
    "record/%ff%fe",
    "record/http%3A%2F%2F%00",
    "record/%0d%0aX-Evil:%20yes",
    "model/%0d%0aSet-Cookie:%20a=b",
    "record/" + "a" * 9000,
    "model/a%252Fb",
    "record//",
    "//evil.example.org/x",
    "record/javascript%3Aalert(1)",
    "record/%22%3E%3Cscript%3E",
    "model/<script>",
    "model/{}|\\^`",
    "ontology/../../etc",
    "ontology/..%2f..%2fpyproject.toml",
    "shapes/gate/..%2f..%2f..%2fREADME.md",
    "ontology/%00",
    ".well-known/../sparql",
    "catalog/..%2f",
    "record/record/model/acme/churn",
    "record/" + "%E2%80%AE" * 50,
    "?format=%ff",
    "record/?format=ttl",
]


@pytest.mark.parametrize("path", PATHS)
def test_paths_that_lead_nowhere(lake: Lake, path: str) -> None:
    reply = ask(lake.iris.base, f"/{path}" if " " not in path else quote(path))
    assert reply.status in (200, 303, 400, 404), reply.body
    assert not {"x-evil", "set-cookie"} & set(reply.headers)
    assert b"Traceback" not in reply.body
    assert b"root:" not in reply.body
    if reply.status == 303:
        assert reply.headers["location"].startswith((".", "/"))


def test_addresses_without_end(lake: Lake) -> None:
    for place in ("record/", "model/", "catalog/", "ontology/"):
        assert ask(lake.iris.base, f"/{place}" + "a" * 20_000).status in (404, 414)
    assert ask(lake.iris.base, "/record/" + "a" * 20_000).status == 414
    assert ask(lake.iris.base, "/record/" + "a" * 70_000).status == 400


class Tags(HTMLParser):
    """What a page is made of, as a browser sees it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</bdi></td><script>x",
    "<!--",
    "]]><script>x</script>",
    "{{ 7*7 }}",
    "{% include '/etc/passwd' %}",
    "&lt;script&gt;",
    "javascript:alert(1)",
    "</title><script>alert(1)</script>",
    "\u202etxt.exe",
    "a\u0000b",
    "<style>*{display:none}</style>",
    "` onclick=alert(1)",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_literals_stay_text(changing: Lake, payload: str) -> None:
    lake = changing
    subject = NamedNode(f"{lake.iris.base}model/evil/one")
    texts = [
        Triple(subject, RDF.type, LAKE.Model),
        Triple(subject, DCT.title, Literal(payload)),
        Triple(subject, DCT.description, Literal(payload, language="en")),
        Triple(subject, NamedNode("urn:x:note"), Literal(payload, datatype=NamedNode("urn:x:y"))),
    ]
    from modellake.core.description import Description, Source

    lake.commit(Description(Source(NamedNode("urn:source:evil"), payload.replace("\0", "")), texts))
    harmless = Tags(get(f"{lake.iris.base}record/dataset/acme/calls", HTML).body.decode())
    for place in ("record/model/evil/one", "catalog/model", "catalog"):
        page = get(lake.iris.base + place, HTML).body.decode()
        seen = Tags(page)
        assert not {"script", "img", "svg", "iframe", "object"} & set(seen.names)
        assert not [name for name, _ in seen.attributes if name.startswith("on")]
        assert {value.partition(":")[0] for name, value in seen.attributes if name == "href" and ":" in value} <= {
            "http",
            "https",
        }
        assert seen.names.count("style") == harmless.names.count("style") == 1
        assert seen.names.count("title") == 1


IRIS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,%3Cscript%3Ealert(1)%3C/script%3E",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://example.org/x",
    "urn:x",
    "http:alert",
    "https:javascript:alert(1)",
]


@pytest.mark.parametrize("iri", IRIS)
def test_hostile_iris_are_no_links(changing: Lake, iri: str) -> None:
    lake = changing
    say(lake, f'<model/evil/two> a lake:Model ; dct:title "Two" ; dct:relation {NamedNode(iri)} .', "urn:source:evil")
    page = get(f"{lake.iris.base}record/model/evil/two", HTML).body.decode()
    assert iri in page
    targets = [value for name, value in Tags(page).attributes if name == "href"]
    assert not [target for target in targets if iri in target]


def test_pages_lead_to_what_is_described_and_to_nothing_else_of_the_lake(changing: Lake) -> None:
    """What is described here is linked to its record, wherever its IRI is; what is not is no link."""
    lake = changing
    say(
        lake,
        """<model/acme/links> a lake:Model ; dct:title "Links" ; lake:trainedOn <https://other.example.org/data?x=1> ,
           <dataset/acme/calls#part> , <dataset/nobody/knows> , <https://elsewhere.example.org/data> .""",
        "urn:source:links",
    )
    url = f"{lake.iris.base}record/model/acme/links"
    page = get(url, HTML).body.decode()
    targets = [urljoin(url, value) for name, value in Tags(page).attributes if name == "href"]
    assert f"{lake.iris.base}record/https%3A%2F%2Fother.example.org%2Fdata%3Fx%3D1" in targets
    assert f"{lake.iris.base}dataset/acme/calls#part" in targets
    assert "https://elsewhere.example.org/data" in targets
    assert "dataset/nobody/knows" in page
    assert not [target for target in targets if target.endswith("nobody/knows")]
    for target in targets:
        if target.startswith(lake.iris.base):
            assert follow(target.partition("#")[0], HTML)[1].status == 200, target


def test_links_of_a_page_stay_at_the_host(lake: Lake) -> None:
    page = get(f"{lake.iris.base}record/model/acme/churn", HTML).body.decode()
    targets = [value for name, value in Tags(page).attributes if name == "href"]
    own = [target for target in targets if target.startswith("../")]
    assert any(target.endswith("dataset/acme/calls") for target in own)
    assert not [target for target in targets if target.startswith(lake.iris.base)]
    for target in own:
        assert follow(urljoin(f"{lake.iris.base}record/model/acme/churn", target), HTML)[1].status == 200


def test_a_long_record(changing: Lake) -> None:
    """It is streamed, and its page has an end."""
    lake = changing
    many = " , ".join(f'"keyword {number}"' for number in range(30_000))
    say(lake, f'<model/acme/long> a lake:Model ; dct:title "Long" ; dcat:keyword {many} .', "urn:source:long")
    url = f"{lake.iris.base}record/model/acme/long"
    for media_type, format in SYNTAXES.items():
        said = triples(quads(get(url, {"Accept": media_type}), format))
        assert lake.state("acme/long").statements <= said
    page = get(url, HTML).body.decode()
    assert "statements are shown" in page
    assert page.count("keyword") < 6000
    tag = get(url).headers["etag"]
    assert get(url, {**TURTLE, "If-None-Match": tag}).status == 304


# Other hosts, and stores without a lake


def test_a_lake_at_another_address_than_its_own(tmp_path: Path) -> None:
    """RDF has the lake's IRIs, links stay where the client is."""
    base = "https://lake.example.org/lakes/main/"
    with modellake.open(tmp_path / "lake", base_iri=base) as lake, running(Served(lake=lake)) as url:
        say(lake, CHURN)
        end, reply = follow(f"{url}/model/acme/churn")
        assert end == f"{url}/record/model/acme/churn"
        assert lake.state("acme/churn").statements <= triples(quads(reply))
        assert f'<{base}record/model/acme/churn>; rel="canonical"' in reply.headers["link"]
        page = get(end, HTML).body.decode()
        targets = {value for name, value in Tags(page).attributes if name == "href"}
        assert "../../../dataset/acme/calls" in targets
        assert not [target for target in targets if "lake.example.org" in target]


@pytest.mark.parametrize("path", ["", "/lakes/main"])
def test_a_proxy_that_hands_on_whole_paths(tmp_path: Path, path: str) -> None:
    """Whether it takes the path of the base IRI away or not, every room is where it should be."""
    base = "https://lake.example.org/lakes/main/"
    with modellake.open(tmp_path / "lake", base_iri=base) as lake, running(Served(lake=lake)) as server:
        say(lake, CHURN)
        url = server + path
        end, reply = follow(f"{url}/model/acme/churn")
        assert (end, reply.status) == (f"{url}/record/model/acme/churn", 200)
        for place in ("/", "/catalog", "/catalog/model", "/.well-known/void", "/ontology", "/shapes/gate/model"):
            page = get(url + place, HTML)
            assert page.status == 200
            for target in [value for name, value in Tags(page.body.decode()).attributes if name == "href"]:
                if target.startswith("."):
                    assert urljoin(url + place, target).startswith(f"{url}/"), target
        assert get(f"{url}/health").status == 200
        assert f"<{url}/sparql>" in get(f"{url}/sparql").body.decode()
        assert get(f"{url}/sparql?query=ASK%7B%7D", {}).status == 200
        assert get(f"{url}/openapi.json", {}).status == 200


def test_who_may_read(tmp_path: Path) -> None:
    """Strangers get what is public: nothing of a lake that takes tokens, all of one that everybody may read."""
    places = ["", "catalog", "catalog/model", ".well-known/void", "model/acme/churn", "record/model/acme/churn"]
    with (
        modellake.open(tmp_path / "lake", base_iri="https://lake.example.org/") as lake,
        closing(Tokens(lake.directory)) as tokens,
    ):
        say(lake, CHURN)
        tokens.create("ci", "reader")
        for public, statuses in ((False, {401}), (True, {200, 303})):
            access = Access(tokens, required=True, public_read=public)
            with running(Served(lake=lake), access=access) as url:
                for place in (*places, "model/acme/nothing"):
                    reply = get(f"{url}/{place}")
                    assert reply.status in (statuses | {404} if place.endswith("nothing") and public else statuses)
                    assert public or b"Churn" not in reply.body
                assert get(f"{url}/ontology").status == get(f"{url}/shapes/gate/model").status == 200


def test_a_bare_store_has_no_records() -> None:
    from modellake.store.plain import PlainEngine

    with running(Served(plain=PlainEngine())) as url:
        for place in ("record/x", "catalog", "catalog/model", ".well-known/void"):
            reply = get(f"{url}/{place}")
            assert (reply.status, json.loads(reply.body)["code"]) == (404, "resource.no-lake")
        assert get(f"{url}/ontology").status == 200
        assert get(f"{url}/model/x").status == 404
