"""What training cost the environment, with units."""

from __future__ import annotations

import pytest
from cards import describe, describe_yaml, objects, values

VERSION = "model/acme/churn/version/main"
HF = "https://w3id.org/model-lake/source/huggingface#"
ACTIVITY = "https://w3id.org/model-lake/activity#"


def test_the_key_gives_grams() -> None:
    description = describe_yaml(
        "co2_eq_emissions:\n  emissions: 7600\n  source: CodeCarbon 2.3\n  training_type: pre-training\n"
        "  geographical_location: DE\n  hardware_used: 4 A100"
    )
    (node,) = objects(description, VERSION, "lake:hasEnvironmentalMeasurement")
    assert objects(description, node, "rdf:type") == ["https://w3id.org/model-lake#EnvironmentalMeasurement"]
    assert objects(description, node, "lake:carbonEmitted") == ["7.6"]
    assert objects(description, node, "lake:coveredActivity") == [f"{ACTIVITY}training"]
    assert objects(description, node, "lake:measuredWith") == ["CodeCarbon 2.3"]
    assert objects(description, node, "lake:region") == ["DE"]
    assert objects(description, node, HF + "emissions") == ["7600"]
    assert objects(description, node, HF + "hardware_used") == ["4 A100"]


@pytest.mark.parametrize(
    ("written", "kilograms"),
    [("12.5", ["0.0125"]), ("0", ["0"]), ("1000", ["1"]), ("-1", []), ("'about 3 kg'", []), ("1:30", []), (".inf", [])],
)
def test_a_bare_number_is_grams_too(written: str, kilograms: list[str]) -> None:
    description = describe_yaml(f"co2_eq_emissions: {written}")
    assert values(description, "lake:carbonEmitted") == kilograms
    assert values(description, HF + "co2_eq_emissions")


def test_a_place_in_words_is_no_region_and_a_paper_no_instrument() -> None:
    description = describe_yaml("co2_eq_emissions: {emissions: 1, geographical_location: 'Quebec', source: a paper}")
    assert values(description, "lake:region") == values(description, "lake:measuredWith") == []
    assert values(description, HF + "geographical_location") == ["Quebec"]


LINES = """## Environmental Impact

- **Hardware Type:** {hardware}
- **Hours used:** {hours}
- **Cloud Provider:** AWS
- **Compute Region:** {region}
- **Carbon Emitted:** {carbon}
"""


def impact(hardware: str = "A100", hours: str = "5", region: str = "us-east-1", carbon: str = "1 kg") -> str:
    prose = LINES.format(hardware=hardware, hours=hours, region=region, carbon=carbon)
    return f"---\nlicense: mit\n---\n{prose}"


@pytest.mark.parametrize(
    ("written", "kilograms"),
    [
        ("12.5 kg", ["12.5"]),
        ("~ 12 kg CO2eq", ["12"]),
        ("1,500 kgCO2e", ["1500"]),
        ("310 kg of CO2 eq.", ["310"]),
        ("49.49 g", ["0.04949"]),
        ("2 grams CO2 equivalent", ["0.002"]),
        ("3 tonnes", ["3000"]),
        ("3 tCO2eq", ["3000"]),
        ("0.5 metric tons CO₂", ["500"]),
        ("3 tons", []),
        ("12.5", []),
        ("1,5 kg", []),
        ("unknown", []),
        ("5 gigatons of hope", []),
        ("[More Information Needed]", []),
    ],
)
def test_emissions_in_words_need_a_unit(written: str, kilograms: list[str]) -> None:
    description = describe(impact(carbon=written))
    assert values(description, "lake:carbonEmitted") == kilograms
    assert len(objects(description, VERSION, "lake:hasEnvironmentalMeasurement")) == len(kilograms)
    kept = values(description, HF + "carbon_emitted")
    assert kept == ([] if "More" in written else [written])


@pytest.mark.parametrize(
    ("written", "hours"),
    [("1,000 GPU hours", ["1000"]), ("72 A100-hours", ["72"]), ("72", []), ("72 hours", []), ("~3 TPU hrs", ["3"])],
)
def test_hours_count_where_they_are_hours_of_accelerators(written: str, hours: list[str]) -> None:
    description = describe(impact(hours=written, carbon=""))
    assert values(description, "lake:acceleratorHours") == hours
    assert values(description, HF + "hours_used") == [written]


def test_the_other_lines_are_kept_as_they_are() -> None:
    description = describe(impact(region="FR"))
    (node,) = objects(description, VERSION, HF + "environmental_impact")
    assert objects(description, node, HF + "hardware_type") == ["A100"]
    assert objects(description, node, HF + "cloud_provider") == ["AWS"]
    assert objects(description, node, "lake:region") == ["FR"]
    assert values(describe(impact(region="us-east-1")), "lake:region") == []


def test_the_empty_template_says_nothing() -> None:
    unfilled = "[More Information Needed]"
    prose = LINES.format(hardware=unfilled, hours=unfilled, region=unfilled, carbon=unfilled).replace("AWS", unfilled)
    description = describe(f"---\nlicense: mit\n---\n{prose}")
    assert values(description, HF + "environmental_impact") == []
