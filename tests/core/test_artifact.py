"""Typed records: their fields are the ontology's, their statements pass the gate, no name is too odd."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from modellake.core import activities, records
from modellake.core.activities import (
    Agent,
    Deployment,
    Environment,
    EnvironmentalMeasurement,
    Evaluation,
    Experiment,
    License,
    Metric,
    MetricObservation,
    Package,
    ParameterSetting,
    RunRecord,
    Tag,
)
from modellake.core.artifact import Artifact, fields_of
from modellake.core.errors import UsageError
from modellake.core.iris import LakeIRIs, home_of
from modellake.core.namespace import namespace_iri, terms_of
from modellake.core.records import (
    Checksum,
    CodeDistribution,
    CodeRepository,
    CodeVersion,
    Dataset,
    DatasetDistribution,
    DatasetSplit,
    DatasetVersion,
    DisclosureStatement,
    Document,
    Model,
    ModelDistribution,
    ModelVersion,
)
from modellake.core.report import Severity
from modellake.core.vocab import DCT, LAKE, METRIC, RDF, SPDX, TASK, XSD
from modellake.rdf.canon import canonical_ntriples, parse_ntriples
from modellake.rdf.closure import load_hierarchy
from modellake.rdf.shapes import load_gate

IRIS = LakeIRIs("https://lake.example.org/")
DIGEST = "ab" * 32


def node(path: str) -> NamedNode:
    return NamedNode(IRIS.base + path)


def all_records() -> list[type[Artifact]]:
    found = {item for module in (records, activities) for item in vars(module).values() if isinstance(item, type)}
    classes = [item for item in found if issubclass(item, Artifact) and item is not Artifact]
    return sorted((item for item in classes if not item.__name__.startswith("_")), key=lambda item: item.__name__)


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


# What Python calls otherwise than the vocabulary, because the field `name` is the resource's own.
RENAMED = {"full_name": "name", "tag_name": "name", "tag_value": "value"}


@pytest.mark.parametrize("record", all_records(), ids=lambda record: record.__name__)
def test_fields_are_the_properties_of_the_ontology(record: type[Artifact]) -> None:
    fields = fields_of(record)
    assert fields
    for name, field in fields.items():
        iri = field.property.value
        assert RENAMED.get(name, name) == snake_case(re.split("[#/]", iri)[-1])
        if iri.startswith(namespace_iri(LAKE)):
            assert field.property in terms_of(LAKE)


@pytest.mark.parametrize("record", all_records(), ids=lambda record: record.__name__)
def test_classes_are_the_classes_of_the_ontology(record: type[Artifact]) -> None:
    if record.term.value.startswith(namespace_iri(LAKE)):
        assert record.term in terms_of(LAKE)
        assert record.term.value.endswith(("#" + record.__name__, "#Run"))


def test_every_kind_of_run_is_a_class_of_runs() -> None:
    runs = {term for term in terms_of(LAKE) if re.search("#([A-Z][A-Za-z]*)?Run$", term.value)}
    assert set(activities.RUN_KINDS.values()) == runs


def whole_lake() -> list[Artifact]:
    """One record of every kind, as people would write them."""
    churn = Model(
        name="acme/churn",
        title="Churn",
        description="Who leaves?",
        task="tabular-classification",
        creator="ann@example.org",
        publisher=node("agent/acme"),
        declared_license="apache-2.0",
        landing_page="https://acme.example/churn",
        has_document=Document(title="README.md", text="# Churn"),
    )
    customers = Dataset(
        name="acme/customers",
        description="Who they are.",
        creator="ann@example.org",
        declared_license=LAKE.withheld,
        page="https://acme.example/customers",
    )
    june = DatasetVersion(
        version_of=customers,
        version="2024-06",
        has_dataset_distribution=DatasetDistribution(
            file_name="all.csv", byte_size=10, media_type="text/csv", checksum=DIGEST
        ),
        has_split=[DatasetSplit(split_role="train", checksum=DIGEST), DatasetSplit(split_role="test")],
    )
    test_split = DatasetSplit(split_of=june, split_role="test")
    repository = CodeRepository(
        name="github.com/acme/churn",
        description="Trains it.",
        creator="ann@example.org",
        repository_url="git@github.com:acme/churn.git",
        declared_license="MIT",
    )
    code = CodeVersion(
        version_of=repository,
        version="1f3a9bc",
        commit_identifier="1f3a9bc" + "0" * 33,
        has_uncommitted_changes=False,
        has_distribution=CodeDistribution(file_name="train.py", checksum=DIGEST, byte_size=1),
    )
    environment = Environment(
        name="e1",
        python_version="3.11.9",
        operating_system="Debian GNU/Linux 12",
        memory_size=2**34,
        accelerator_kind="gpu",
        accelerator_count=2,
        container_image="ghcr.io/acme/train@sha256:" + DIGEST,
        lock_file=CodeDistribution(file_name="uv.lock", checksum=DIGEST, byte_size=1),
        has_package=[Package(package_name="numpy", package_version="2.4.0", checksum=DIGEST)],
        additional_property=Tag(tag_name="processor.count", tag_value=8),
    )
    run = RunRecord(
        name="r1",
        kind="training",
        title="first",
        run_status="finished",
        started_at_time=datetime(2026, 3, 1, 9, tzinfo=UTC),
        ended_at_time="2026-03-01T17:30:00Z",
        was_associated_with="ann@example.org",
        used_training_data=DatasetSplit(split_of=june, split_role="train"),
        used_test_data=test_split,
        used_code=code,
        used_environment=environment,
        produced="acme/churn@1",
        in_experiment="depth",
        has_parameter_setting=[
            ParameterSetting(parameter_name="max_depth", parameter_value=3),
            ParameterSetting(parameter_name="layers", parameter_value=[8, 4]),
        ],
        has_observation=[MetricObservation(metric="loss", value=0.31, step=0)],
        additional_property=Tag(tag_name="team", tag_value="risk"),
        has_environmental_measurement=EnvironmentalMeasurement(
            energy_consumed=0.25,
            carbon_emitted=0.01,
            covered_activity="training",
            measurement_method="estimated",
            measured_with="codecarbon 3.3.2",
            region="FR",
        ),
    )
    first = ModelVersion(
        version_of=churn,
        version="1",
        trained_on=DatasetSplit(split_of=june, split_role="train"),
        tested_on=test_split,
        produced_by=run,
        parameter_count=128,
        has_distribution=ModelDistribution(file_name="model.skops", byte_size=9, checksum=f"sha256:{DIGEST}"),
    )
    second = ModelVersion(
        version_of=churn,
        version="2",
        previous_version="1",
        fine_tuned_from=first,
        has_disclosure=DisclosureStatement(
            about_property="trainedOn", disclosure_status="withheld", reason="Trade secret."
        ),
        landing_page="https://acme.example/churn/2",
    )
    return [
        churn,
        customers,
        june,
        repository,
        code,
        environment,
        run,
        first,
        second,
        Agent(name="ann@example.org", kind="person", full_name="Ann", acted_on_behalf_of="acme"),
        Agent(name="acme", kind="organization", full_name="Acme"),
        Experiment(name="depth", title="How deep?"),
        License(name="own", title="Our own", license_text="Ask."),
        Metric(name="profit", pref_label="profit", higher_is_better=True, minimum_value=0),
        Evaluation(evaluates=first, metric="accuracy", value=0.93, on_data=test_split, evaluated_by="acme"),
        Evaluation(evaluates=first, metric="profit", value="a lot", on_data=test_split, evaluated_by="acme"),
        Deployment(name="live", serves=first, deployment_status="live"),
    ]


def test_records_pass_the_gate_without_a_word() -> None:
    statements = {item for record in whole_lake() for item in record.statements(IRIS)}
    state = statements | load_hierarchy().entailed(statements)
    findings = load_gate().validate(state)
    assert [item.to_text() for item in findings if item.severity is not Severity.INFO] == []


def test_the_gate_sees_what_is_wrong_in_a_record() -> None:
    wrong = ModelVersion(version_of="acme/churn", version="1", has_distribution=ModelDistribution(checksum="zz"))
    statements = set(wrong.statements(IRIS))
    findings = load_gate().validate(statements | load_hierarchy().entailed(statements))
    assert any("checksum" in (item.shape or "").lower() for item in findings)


def test_statements_survive_a_round_trip() -> None:
    for record in whole_lake():
        statements = set(record.statements(IRIS))
        assert set(parse_ntriples(canonical_ntriples(statements))) == statements


def test_parts_live_in_the_record_of_their_owner() -> None:
    for record in whole_lake():
        home = home_of(record.iri(IRIS))
        assert {home_of(item.subject) for item in record.statements(IRIS)} == {home}  # type: ignore[arg-type]


def test_every_class_is_used_above() -> None:
    used = {type(record) for record in whole_lake()} | {
        type(part)
        for record in whole_lake()
        for value in vars(record).values()
        for part in (value if isinstance(value, tuple) else (value,))
        if isinstance(part, Artifact)
    }
    assert set(all_records()) - used == {records.ArtifactDistribution, Checksum}


def test_iris_of_lines_versions_and_parts() -> None:
    version = ModelVersion(version_of="acme/churn", version="1.2")
    assert version.iri(IRIS) == node("model/acme/churn/version/1.2")
    file = ModelDistribution(file_name="model.safetensors", checksum=DIGEST)
    said = ModelVersion(version_of="acme/churn", version="1.2", has_distribution=file).statements(IRIS)
    place = node("model/acme/churn/version/1.2#file-model.safetensors")
    assert Triple(version.iri(IRIS), LAKE.hasDistribution, place) in said
    assert Triple(NamedNode(place.value + "-checksum-sha256"), SPDX.checksumValue, Literal(DIGEST)) in said


def test_a_part_has_no_iri_of_its_own() -> None:
    with pytest.raises(UsageError) as caught:
        ModelDistribution(file_name="x").iri(IRIS)
    assert caught.value.code == "part.unowned"
    with pytest.raises(UsageError):
        DatasetSplit(split_role="test").iri(IRIS)


def test_a_split_is_the_same_inside_its_version_and_alone() -> None:
    version = DatasetVersion(version_of="a/b", version="1", has_split=DatasetSplit(split_role="test"))
    alone = DatasetSplit(split_of="a/b@1", split_role="test")
    assert set(alone.statements(IRIS)) <= set(version.statements(IRIS))


@pytest.mark.parametrize(
    ("given_as", "meant"),
    [
        ("acme/churn", "model/acme/churn"),
        ("acme/churn@1.2", "model/acme/churn/version/1.2"),
        ("acme/churn@rel/1", "model/acme/churn/version/rel%2F1"),
        (" acme/churn ", "model/acme/churn"),
        ("acme/churn@", "model/acme/churn"),
        ("a b/ü@é", "model/a%20b/%C3%BC/version/%C3%A9"),
    ],
)
def test_short_names(given_as: str, meant: str) -> None:
    said = ModelVersion(version_of="x", version="1", fine_tuned_from=given_as).statements(IRIS)
    assert [item.object for item in said if item.predicate == LAKE.fineTunedFrom] == [node(meant)]


@pytest.mark.parametrize(
    ("given_as", "meant"),
    [
        ("https://huggingface.co/a/b", "https://huggingface.co/a/b"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("urn:uuid:1", "urn:uuid:1"),
        ("lake:withheld", LAKE.withheld.value),
    ],
)
def test_iris_and_curies(given_as: str, meant: str) -> None:
    said = ModelVersion(version_of="x", version="1", trained_on=[given_as, NamedNode(meant)]).statements(IRIS)
    assert {item.object for item in said if item.predicate == LAKE.trainedOn} == {NamedNode(meant)}


def test_concepts_licenses_and_agents() -> None:
    model = Model(name="m", task=["Text Classification", "my-own"], declared_license="mit", creator="ann@x.org")
    said = set(model.statements(IRIS))
    subject = model.iri(IRIS)
    assert Triple(subject, LAKE.task, TASK.text_classification) in said
    assert Triple(subject, LAKE.task, node("task/my-own")) in said
    assert Triple(subject, LAKE.declaredLicense, NamedNode("http://spdx.org/licenses/MIT")) in said
    assert Triple(subject, DCT.creator, node("agent/ann@x.org")) in said


def test_a_line_without_a_title_is_called_by_its_name() -> None:
    said = Model(name="acme/churn").statements(IRIS)
    assert Triple(node("model/acme/churn"), DCT.title, Literal("acme/churn")) in said
    assert Model(name="acme/churn", title="Churn").title == "Churn"


def test_texts_keep_their_language() -> None:
    said = Model(name="m", title=[Literal("Abwanderung", language="de"), "Churn"]).statements(IRIS)
    titles = {item.object for item in said if item.predicate == DCT.title}
    assert titles == {Literal("Abwanderung", language="de"), Literal("Churn")}


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (True, Literal("true", datatype=XSD.boolean)),
        (3, Literal("3", datatype=XSD.integer)),
        (1e-05, Literal("1e-05", datatype=XSD.double)),
        (float("nan"), Literal("NaN", datatype=XSD.double)),
        (float("-inf"), Literal("-INF", datatype=XSD.double)),
        (Decimal("1.50"), Literal("1.50", datatype=XSD.decimal)),
        (Decimal("NaN"), Literal("NaN")),
        ("relu", Literal("relu")),
        (None, None),
        ([1, None], Literal("[1, null]")),
        ({"b": {2, 1}}, Literal('{"b": ["1", "2"]}')),
        (date(2026, 1, 2), Literal("2026-01-02", datatype=XSD.date)),
        (object, Literal("<class 'object'>")),
    ],
)
def test_parameter_values_keep_their_datatype(value: object, literal: Literal | None) -> None:
    setting = ParameterSetting(parameter_name="p", parameter_value=value)
    said = setting.statements_of(node("run/r"), IRIS)
    assert [item.object for item in said if item.predicate == LAKE.parameterValue] == ([literal] if literal else [])


def test_scalars_of_numpy_are_numbers() -> None:
    numpy = pytest.importorskip("numpy")
    for value, datatype in (
        (numpy.float32(0.5), XSD.double),
        (numpy.int64(7), XSD.integer),
        (numpy.True_, XSD.boolean),
    ):
        said = ParameterSetting(parameter_name="p", parameter_value=value).statements_of(node("run/r"), IRIS)
        literals = [item.object for item in said if item.predicate == LAKE.parameterValue]
        assert [item.datatype for item in literals if isinstance(item, Literal)] == [datatype]


@pytest.mark.parametrize(
    ("value", "predicate", "literal"),
    [
        (0.943, LAKE.value, Literal("0.943", datatype=XSD.decimal)),
        (1e-07, LAKE.value, Literal("0.0000001", datatype=XSD.decimal)),
        (1, LAKE.value, Literal("1", datatype=XSD.decimal)),
        (1 / 511, LAKE.value, Literal("0.001956947162426614", datatype=XSD.decimal)),  # 19 digits; engines hold 18
        (1e-18, LAKE.value, Literal("0.000000000000000001", datatype=XSD.decimal)),
        (1e-30, LAKE.verbatimValue, Literal("1e-30")),
        (1e30, LAKE.verbatimValue, Literal("1e+30")),
        (float("nan"), LAKE.verbatimValue, Literal("nan")),
        (float("inf"), LAKE.verbatimValue, Literal("inf")),
        ("12.3 (± 0.2)", LAKE.verbatimValue, Literal("12.3 (± 0.2)")),
    ],
)
def test_measured_values(value: object, predicate: NamedNode, literal: Literal) -> None:
    evaluation = Evaluation(evaluates="m@1", metric="accuracy", value=value)
    assert Triple(evaluation.iri(IRIS), predicate, literal) in evaluation.statements(IRIS)


def test_an_evaluation_is_called_by_what_was_measured() -> None:
    first = Evaluation(evaluates="m@1", metric="accuracy", value=0.1, on_data="d@1")
    assert first.iri(IRIS) == Evaluation(evaluates="m@1", metric="accuracy", value=0.2, on_data="d@1").iri(IRIS)
    assert first.iri(IRIS) != Evaluation(evaluates="m@1", metric="f1", value=0.1, on_data="d@1").iri(IRIS)
    assert Triple(first.iri(IRIS), LAKE.metric, METRIC.accuracy) in first.statements(IRIS)


def test_values_that_no_field_can_hold_are_told() -> None:
    with pytest.raises(UsageError, match="parameterCount"):
        Model(name="m", parameter_count="many").statements(IRIS)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="names no resource"):
        Model(name="m", trained_on=3).statements(IRIS)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no address"):
        Model(name="m", landing_page="acme").statements(IRIS)
    with pytest.raises(UsageError, match="needs a name"):
        Model(name="  ").statements(IRIS)
    with pytest.raises(UsageError, match="no kind"):
        RunRecord(name="r", kind="walking").statements(IRIS)


def test_records_are_values() -> None:
    assert Model(name="m", keyword=["a"]) == Model(name="m", keyword=("a",))  # type: ignore[arg-type]
    assert len({Model(name="m", keyword=["a"]), Model(name="m", keyword=["a"])}) == 1


@given(name=st.text(st.characters(codec=None), min_size=1), label=st.text(st.characters(codec=None), min_size=1))
def test_no_name_is_too_odd(name: str, label: str) -> None:
    try:
        version = ModelVersion(
            version_of=name, version=label, title=name, fine_tuned_from=f"{name}@{label}", task=name, creator=name
        )
        statements = version.statements(IRIS)
    except UsageError as error:
        assert error.code in ("name.empty", "version.empty")
        assert not name.strip().strip("/") or not label.strip()
        return
    assert set(parse_ntriples(canonical_ntriples(statements))) == set(statements)
    assert Triple(version.iri(IRIS), RDF.type, LAKE.ModelVersion) in statements


def test_dots_are_no_way_out_of_a_room() -> None:
    assert ".." not in Model(name="../../record/x").iri(IRIS).value
