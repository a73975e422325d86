"""The shapes keep the rules of the house: named, explained, local to one record, all exercised."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.term import Node
from shape_engines import EXAMPLES, GATE, SH, SHAPES, gate_graph, read_example, reference_results, rust_results

LAKE = rdflib.Namespace("https://w3id.org/model-lake#")
SCHEMES = GATE.parents[1] / "ontology" / "schemes"
SEVERITIES = {SH.Violation, SH.Warning, SH.Info}
TARGETS = (SH.targetClass, SH.targetSubjectsOf)
# Paths through these lead to nodes of the same record.
INTO_FRAGMENTS = {LAKE.hasDisclosure}


@lru_cache(maxsize=1)
def gate() -> rdflib.Graph:
    return gate_graph()


def targeted() -> set[Node]:
    return {node for target in TARGETS for node in gate().subjects(target)}


def reporting() -> set[Node]:
    """The shapes that results can name: those with a target and a rule, and their property shapes."""
    inner = {shape for node in targeted() for shape in gate().objects(node, SH.property)}
    return inner | {node for node in targeted() if (node, SH.message, None) in gate()}


def every_shape() -> set[Node]:
    kinds = (SH.NodeShape, SH.PropertyShape)
    return {node for kind in kinds for node in gate().subjects(rdflib.RDF.type, kind)}


def languages(node: Node) -> list[str]:
    return sorted(str(text.language) for text in gate().objects(node, SH.message) if isinstance(text, rdflib.Literal))


def local(node: Node) -> str:
    return str(node).removeprefix(SHAPES)


def test_every_shape_has_a_readable_iri() -> None:
    shapes = every_shape() | set(gate().objects(None, SH.property))
    assert [node for node in shapes if not str(node).startswith(SHAPES)] == []
    assert [local(node) for node in shapes if not local(node).replace("-", "").isalnum()] == []


def test_every_shape_that_reports_has_a_severity_and_messages_in_two_languages() -> None:
    wrong = [local(node) for node in reporting() if gate().value(node, SH.severity) not in SEVERITIES]
    assert wrong == []
    assert [local(node) for node in reporting() if languages(node) != ["en", "fr"]] == []


def test_no_shape_looks_beyond_its_record() -> None:
    assert list(gate().subject_objects(SH.inversePath)) == []
    for path in set(gate().objects(None, SH.path)):
        steps = list(Collection(gate(), path)) if (path, rdflib.RDF.first, None) in gate() else []
        assert set(steps[:-1]) <= INTO_FRAGMENTS


def test_shapes_are_shacl_core() -> None:
    assert list(gate().subject_objects(SH.sparql)) + list(gate().subject_objects(SH.rule)) == []


def test_every_shape_that_reports_is_fired_by_a_failing_example() -> None:
    fired = {shape for path in EXAMPLES.rglob("failing-*.ttl") for shape, _, _ in read_example(path).expected}
    assert {local(node) for node in reporting()} - fired == set()


def test_every_other_shape_is_a_building_block_in_use() -> None:
    used = set(gate().objects(None, rdflib.RDF.first)) | set(gate().objects(None, SH["not"]))
    used |= set(gate().objects(None, SH.property))
    assert {local(node) for node in every_shape() - targeted() - used} == set()


@pytest.mark.parametrize(
    ("shape", "scheme"),
    [
        ("Described-lifecycleStageKnown", "stage"),
        ("Described-zoneKnown", "zone"),
        ("DatasetSplit-splitRoleKnown", "split"),
        ("Derivation-kindKnown", "derivation"),
        ("Run-runStatus", "run-status"),
        ("Deployment-status", "deployment-status"),
        ("Evaluation-party", "evaluation-party"),
        ("DisclosureStatement-status", "disclosure"),
        ("EnvironmentDetails-acceleratorKindKnown", "hardware"),
        ("EnvironmentalMeasurement-activityKnown", "activity"),
        ("Measured-method", "measurement-method"),
        ("ComplianceAssessment-status", "compliance-status"),
        ("LicenseFinding-status", "finding-status"),
        ("Incident-status", "incident-status"),
        ("AuditEvent-stageKnown", "stage"),
    ],
)
def test_a_closed_list_is_its_scheme(shape: str, scheme: str) -> None:
    listed = set(Collection(gate(), gate().value(rdflib.URIRef(SHAPES + shape), SH["in"])))
    undisclosed = {LAKE.withheld, LAKE.unknown, LAKE.notApplicable}
    concepts = concepts_of(scheme)
    assert listed - undisclosed == concepts - undisclosed
    assert concepts <= listed


def concepts_of(scheme: str) -> set[Node]:
    graph = rdflib.Graph()
    for file in SCHEMES.glob("*.ttl"):
        graph.parse(file)
    return set(graph.subjects(rdflib.SKOS.inScheme, rdflib.URIRef(f"https://w3id.org/model-lake/{scheme}")))


def test_the_one_difference_between_the_engines(tmp_path: Path) -> None:
    """rdflib reads ``"9.43E-1"^^xsd:decimal`` as 0.943; XSD 1.1 (3.3.3) allows a decimal no exponent."""
    example = tmp_path / "decimal.ttl"
    example.write_text(
        "@prefix lake: <https://w3id.org/model-lake#> .\n"
        "@prefix ex: <https://example.org/lake/> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "ex:e a lake:Evaluation ; lake:evaluates ex:v ; lake:metric ex:m ;\n"
        '    lake:value "9.43E-1"^^xsd:decimal .\n'
    )
    read = read_example(example)
    (difference,) = set(rust_results(read)) ^ set(reference_results(read))
    assert difference in rust_results(read)
    assert (difference.shape, difference.severity) == ("Evaluation-result", "Violation")
