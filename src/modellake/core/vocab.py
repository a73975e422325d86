# fmt: off
"""Every IRI that modellake uses: written by `modellake.rdf.vocabulary` from the ontology, do not edit."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

from modellake.core.namespace import Namespace


class ACTIVITY(Namespace, iri="https://w3id.org/model-lake/activity#"):
    """Terms of https://w3id.org/model-lake/activity#"""

    data_collection: Final = NamedNode("https://w3id.org/model-lake/activity#data-collection")
    data_preparation: Final = NamedNode("https://w3id.org/model-lake/activity#data-preparation")
    deployment: Final = NamedNode("https://w3id.org/model-lake/activity#deployment")
    design: Final = NamedNode("https://w3id.org/model-lake/activity#design")
    fine_tuning: Final = NamedNode("https://w3id.org/model-lake/activity#fine-tuning")
    inference: Final = NamedNode("https://w3id.org/model-lake/activity#inference")
    other: Final = NamedNode("https://w3id.org/model-lake/activity#other")
    training: Final = NamedNode("https://w3id.org/model-lake/activity#training")
    validation: Final = NamedNode("https://w3id.org/model-lake/activity#validation")


class AI(Namespace, iri="https://w3id.org/dpv/ai#"):
    """Terms of https://w3id.org/dpv/ai#"""

    AIAgent: Final = NamedNode("https://w3id.org/dpv/ai#AIAgent")
    AIBias: Final = NamedNode("https://w3id.org/dpv/ai#AIBias")
    AISystem: Final = NamedNode("https://w3id.org/dpv/ai#AISystem")
    ContinuousValidationStage: Final = NamedNode("https://w3id.org/dpv/ai#ContinuousValidationStage")
    DesignStage: Final = NamedNode("https://w3id.org/dpv/ai#DesignStage")
    DevelopmentStage: Final = NamedNode("https://w3id.org/dpv/ai#DevelopmentStage")
    hasModel: Final = NamedNode("https://w3id.org/dpv/ai#hasModel")
    hasTestingData: Final = NamedNode("https://w3id.org/dpv/ai#hasTestingData")
    hasTrainingData: Final = NamedNode("https://w3id.org/dpv/ai#hasTrainingData")
    hasValidationData: Final = NamedNode("https://w3id.org/dpv/ai#hasValidationData")
    MachineLearningModel: Final = NamedNode("https://w3id.org/dpv/ai#MachineLearningModel")
    OperationStage: Final = NamedNode("https://w3id.org/dpv/ai#OperationStage")
    RetirementStage: Final = NamedNode("https://w3id.org/dpv/ai#RetirementStage")
    TestingData: Final = NamedNode("https://w3id.org/dpv/ai#TestingData")
    TrainedModel: Final = NamedNode("https://w3id.org/dpv/ai#TrainedModel")
    TrainingData: Final = NamedNode("https://w3id.org/dpv/ai#TrainingData")
    ValidationData: Final = NamedNode("https://w3id.org/dpv/ai#ValidationData")
    ValidationStage: Final = NamedNode("https://w3id.org/dpv/ai#ValidationStage")
    VerificationStage: Final = NamedNode("https://w3id.org/dpv/ai#VerificationStage")


class AIACT(Namespace, iri="https://w3id.org/dpv/legal/eu/aiact#"):
    """Terms of https://w3id.org/dpv/legal/eu/aiact#"""

    AIActComplianceUnknown: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#AIActComplianceUnknown")
    AIActCompliant: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#AIActCompliant")
    AIActNonCompliant: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#AIActNonCompliant")
    AIDeployer: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#AIDeployer")
    AIDistributor: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#AIDistributor")
    AIImporter: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#AIImporter")
    AIProvider: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#AIProvider")
    AuthorisedRepresentative: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#AuthorisedRepresentative")
    DownstreamAIProvider: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#DownstreamAIProvider")
    hasRiskLevel: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#hasRiskLevel")
    IntendedPurpose: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#IntendedPurpose")
    ReasonablyForeseeableMisuse: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#ReasonablyForeseeableMisuse")
    RecalledFromService: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#RecalledFromService")
    RiskLevelHigh: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#RiskLevelHigh")
    RiskLevelMinimal: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#RiskLevelMinimal")
    RiskLevelProhibited: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#RiskLevelProhibited")
    RiskLevelTransparencyRequired: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#RiskLevelTransparencyRequired")
    SeriousIncident: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#SeriousIncident")
    SystemicRisk: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#SystemicRisk")
    TechnicalDocumentation: Final = NamedNode("https://w3id.org/dpv/legal/eu/aiact#TechnicalDocumentation")


class AIRO(Namespace, iri="https://w3id.org/airo#"):
    """Terms of https://w3id.org/airo#"""

    AIDeployer: Final = NamedNode("https://w3id.org/airo#AIDeployer")
    AIDeveloper: Final = NamedNode("https://w3id.org/airo#AIDeveloper")
    AIModel: Final = NamedNode("https://w3id.org/airo#AIModel")
    AIProvider: Final = NamedNode("https://w3id.org/airo#AIProvider")
    AISubject: Final = NamedNode("https://w3id.org/airo#AISubject")
    AISystem: Final = NamedNode("https://w3id.org/airo#AISystem")
    AIUser: Final = NamedNode("https://w3id.org/airo#AIUser")
    Documentation: Final = NamedNode("https://w3id.org/airo#Documentation")
    HardwarePlatform: Final = NamedNode("https://w3id.org/airo#HardwarePlatform")
    hasComponent: Final = NamedNode("https://w3id.org/airo#hasComponent")
    hasLicense: Final = NamedNode("https://w3id.org/airo#hasLicense")
    hasLifecyclePhase: Final = NamedNode("https://w3id.org/airo#hasLifecyclePhase")
    hasModality: Final = NamedNode("https://w3id.org/airo#hasModality")
    hasModel: Final = NamedNode("https://w3id.org/airo#hasModel")
    hasPurpose: Final = NamedNode("https://w3id.org/airo#hasPurpose")
    hasTestingData: Final = NamedNode("https://w3id.org/airo#hasTestingData")
    hasTrainingData: Final = NamedNode("https://w3id.org/airo#hasTrainingData")
    hasValidationData: Final = NamedNode("https://w3id.org/airo#hasValidationData")
    Impact: Final = NamedNode("https://w3id.org/airo#Impact")
    License: Final = NamedNode("https://w3id.org/airo#License")
    Purpose: Final = NamedNode("https://w3id.org/airo#Purpose")
    Regulation: Final = NamedNode("https://w3id.org/airo#Regulation")
    Risk: Final = NamedNode("https://w3id.org/airo#Risk")
    RiskSource: Final = NamedNode("https://w3id.org/airo#RiskSource")
    runsOnHardware: Final = NamedNode("https://w3id.org/airo#runsOnHardware")
    Version: Final = NamedNode("https://w3id.org/airo#Version")


class BIBO(Namespace, iri="http://purl.org/ontology/bibo/"):
    """Terms of http://purl.org/ontology/bibo/"""

    status: Final = NamedNode("http://purl.org/ontology/bibo/status")


class CR(Namespace, iri="http://mlcommons.org/croissant/"):
    """Terms of http://mlcommons.org/croissant/"""

    arrayShape: Final = NamedNode("http://mlcommons.org/croissant/arrayShape")
    dataType: Final = NamedNode("http://mlcommons.org/croissant/dataType")
    EvaluationResult: Final = NamedNode("http://mlcommons.org/croissant/EvaluationResult")
    EvaluationTask: Final = NamedNode("http://mlcommons.org/croissant/EvaluationTask")
    ExecutionSpec: Final = NamedNode("http://mlcommons.org/croissant/ExecutionSpec")
    Field: Final = NamedNode("http://mlcommons.org/croissant/Field")
    FileObject: Final = NamedNode("http://mlcommons.org/croissant/FileObject")
    metric: Final = NamedNode("http://mlcommons.org/croissant/metric")
    RecordSet: Final = NamedNode("http://mlcommons.org/croissant/RecordSet")
    Split: Final = NamedNode("http://mlcommons.org/croissant/Split")
    TestSplit: Final = NamedNode("http://mlcommons.org/croissant/TestSplit")
    TrainSplit: Final = NamedNode("http://mlcommons.org/croissant/TrainSplit")
    ValidationSplit: Final = NamedNode("http://mlcommons.org/croissant/ValidationSplit")
    value: Final = NamedNode("http://mlcommons.org/croissant/value")


class DCAT(Namespace, iri="http://www.w3.org/ns/dcat#"):
    """Terms of http://www.w3.org/ns/dcat#"""

    accessURL: Final = NamedNode("http://www.w3.org/ns/dcat#accessURL")
    byteSize: Final = NamedNode("http://www.w3.org/ns/dcat#byteSize")
    Catalog: Final = NamedNode("http://www.w3.org/ns/dcat#Catalog")
    catalog: Final = NamedNode("http://www.w3.org/ns/dcat#catalog")
    CatalogRecord: Final = NamedNode("http://www.w3.org/ns/dcat#CatalogRecord")
    DataService: Final = NamedNode("http://www.w3.org/ns/dcat#DataService")
    Dataset: Final = NamedNode("http://www.w3.org/ns/dcat#Dataset")
    dataset: Final = NamedNode("http://www.w3.org/ns/dcat#dataset")
    Distribution: Final = NamedNode("http://www.w3.org/ns/dcat#Distribution")
    distribution: Final = NamedNode("http://www.w3.org/ns/dcat#distribution")
    downloadURL: Final = NamedNode("http://www.w3.org/ns/dcat#downloadURL")
    endpointURL: Final = NamedNode("http://www.w3.org/ns/dcat#endpointURL")
    keyword: Final = NamedNode("http://www.w3.org/ns/dcat#keyword")
    landingPage: Final = NamedNode("http://www.w3.org/ns/dcat#landingPage")
    mediaType: Final = NamedNode("http://www.w3.org/ns/dcat#mediaType")
    previousVersion: Final = NamedNode("http://www.w3.org/ns/dcat#previousVersion")
    record: Final = NamedNode("http://www.w3.org/ns/dcat#record")
    Resource: Final = NamedNode("http://www.w3.org/ns/dcat#Resource")
    resource: Final = NamedNode("http://www.w3.org/ns/dcat#resource")
    servesDataset: Final = NamedNode("http://www.w3.org/ns/dcat#servesDataset")
    service: Final = NamedNode("http://www.w3.org/ns/dcat#service")
    theme: Final = NamedNode("http://www.w3.org/ns/dcat#theme")
    version: Final = NamedNode("http://www.w3.org/ns/dcat#version")


class DCT(Namespace, iri="http://purl.org/dc/terms/"):
    """Terms of http://purl.org/dc/terms/"""

    accessRights: Final = NamedNode("http://purl.org/dc/terms/accessRights")
    bibliographicCitation: Final = NamedNode("http://purl.org/dc/terms/bibliographicCitation")
    conformsTo: Final = NamedNode("http://purl.org/dc/terms/conformsTo")
    contributor: Final = NamedNode("http://purl.org/dc/terms/contributor")
    created: Final = NamedNode("http://purl.org/dc/terms/created")
    creator: Final = NamedNode("http://purl.org/dc/terms/creator")
    description: Final = NamedNode("http://purl.org/dc/terms/description")
    format: Final = NamedNode("http://purl.org/dc/terms/format")
    hasPart: Final = NamedNode("http://purl.org/dc/terms/hasPart")
    identifier: Final = NamedNode("http://purl.org/dc/terms/identifier")
    isPartOf: Final = NamedNode("http://purl.org/dc/terms/isPartOf")
    isReplacedBy: Final = NamedNode("http://purl.org/dc/terms/isReplacedBy")
    issued: Final = NamedNode("http://purl.org/dc/terms/issued")
    isVersionOf: Final = NamedNode("http://purl.org/dc/terms/isVersionOf")
    language: Final = NamedNode("http://purl.org/dc/terms/language")
    license: Final = NamedNode("http://purl.org/dc/terms/license")
    LicenseDocument: Final = NamedNode("http://purl.org/dc/terms/LicenseDocument")
    modified: Final = NamedNode("http://purl.org/dc/terms/modified")
    publisher: Final = NamedNode("http://purl.org/dc/terms/publisher")
    rightsHolder: Final = NamedNode("http://purl.org/dc/terms/rightsHolder")
    source: Final = NamedNode("http://purl.org/dc/terms/source")
    spatial: Final = NamedNode("http://purl.org/dc/terms/spatial")
    temporal: Final = NamedNode("http://purl.org/dc/terms/temporal")
    title: Final = NamedNode("http://purl.org/dc/terms/title")


class DERIVATION(Namespace, iri="https://w3id.org/model-lake/derivation#"):
    """Terms of https://w3id.org/model-lake/derivation#"""

    adapter: Final = NamedNode("https://w3id.org/model-lake/derivation#adapter")
    continued_pretraining: Final = NamedNode("https://w3id.org/model-lake/derivation#continued-pretraining")
    conversion: Final = NamedNode("https://w3id.org/model-lake/derivation#conversion")
    distillation: Final = NamedNode("https://w3id.org/model-lake/derivation#distillation")
    finetune: Final = NamedNode("https://w3id.org/model-lake/derivation#finetune")
    merge: Final = NamedNode("https://w3id.org/model-lake/derivation#merge")
    pruning: Final = NamedNode("https://w3id.org/model-lake/derivation#pruning")
    quantized: Final = NamedNode("https://w3id.org/model-lake/derivation#quantized")


class DQV(Namespace, iri="http://www.w3.org/ns/dqv#"):
    """Terms of http://www.w3.org/ns/dqv#"""

    computedOn: Final = NamedNode("http://www.w3.org/ns/dqv#computedOn")
    isMeasurementOf: Final = NamedNode("http://www.w3.org/ns/dqv#isMeasurementOf")
    Metric: Final = NamedNode("http://www.w3.org/ns/dqv#Metric")
    QualityMeasurement: Final = NamedNode("http://www.w3.org/ns/dqv#QualityMeasurement")
    value: Final = NamedNode("http://www.w3.org/ns/dqv#value")


class FACET(Namespace, iri="https://w3id.org/model-lake/facet#"):
    """Terms of https://w3id.org/model-lake/facet#"""

    how: Final = NamedNode("https://w3id.org/model-lake/facet#how")
    what: Final = NamedNode("https://w3id.org/model-lake/facet#what")
    when: Final = NamedNode("https://w3id.org/model-lake/facet#when")
    where: Final = NamedNode("https://w3id.org/model-lake/facet#where")
    who: Final = NamedNode("https://w3id.org/model-lake/facet#who")
    why: Final = NamedNode("https://w3id.org/model-lake/facet#why")


class FAIR4ML(Namespace, iri="https://w3id.org/fair4ml#"):
    """Terms of https://w3id.org/fair4ml#"""

    evaluatedMLModel: Final = NamedNode("https://w3id.org/fair4ml#evaluatedMLModel")
    evaluationDataset: Final = NamedNode("https://w3id.org/fair4ml#evaluationDataset")
    evaluationMetrics: Final = NamedNode("https://w3id.org/fair4ml#evaluationMetrics")
    evaluationResults: Final = NamedNode("https://w3id.org/fair4ml#evaluationResults")
    extrinsicEvaluation: Final = NamedNode("https://w3id.org/fair4ml#extrinsicEvaluation")
    fineTunedFrom: Final = NamedNode("https://w3id.org/fair4ml#fineTunedFrom")
    hasCO2eEmissions: Final = NamedNode("https://w3id.org/fair4ml#hasCO2eEmissions")
    hasEvaluation: Final = NamedNode("https://w3id.org/fair4ml#hasEvaluation")
    intendedUse: Final = NamedNode("https://w3id.org/fair4ml#intendedUse")
    MLModel: Final = NamedNode("https://w3id.org/fair4ml#MLModel")
    MLModelEvaluation: Final = NamedNode("https://w3id.org/fair4ml#MLModelEvaluation")
    mlTask: Final = NamedNode("https://w3id.org/fair4ml#mlTask")
    modelCategory: Final = NamedNode("https://w3id.org/fair4ml#modelCategory")
    modelRisksBiasLimitations: Final = NamedNode("https://w3id.org/fair4ml#modelRisksBiasLimitations")
    testedOn: Final = NamedNode("https://w3id.org/fair4ml#testedOn")
    trainedOn: Final = NamedNode("https://w3id.org/fair4ml#trainedOn")
    validatedOn: Final = NamedNode("https://w3id.org/fair4ml#validatedOn")


class FOAF(Namespace, iri="http://xmlns.com/foaf/0.1/"):
    """Terms of http://xmlns.com/foaf/0.1/"""

    Document: Final = NamedNode("http://xmlns.com/foaf/0.1/Document")
    homepage: Final = NamedNode("http://xmlns.com/foaf/0.1/homepage")
    mbox: Final = NamedNode("http://xmlns.com/foaf/0.1/mbox")
    name: Final = NamedNode("http://xmlns.com/foaf/0.1/name")
    page: Final = NamedNode("http://xmlns.com/foaf/0.1/page")
    primaryTopic: Final = NamedNode("http://xmlns.com/foaf/0.1/primaryTopic")


class HARDWARE(Namespace, iri="https://w3id.org/model-lake/hardware#"):
    """Terms of https://w3id.org/model-lake/hardware#"""

    asic: Final = NamedNode("https://w3id.org/model-lake/hardware#asic")
    cpu: Final = NamedNode("https://w3id.org/model-lake/hardware#cpu")
    fpga: Final = NamedNode("https://w3id.org/model-lake/hardware#fpga")
    gpu: Final = NamedNode("https://w3id.org/model-lake/hardware#gpu")
    hpu: Final = NamedNode("https://w3id.org/model-lake/hardware#hpu")
    ipu: Final = NamedNode("https://w3id.org/model-lake/hardware#ipu")
    microcontroller: Final = NamedNode("https://w3id.org/model-lake/hardware#microcontroller")
    npu: Final = NamedNode("https://w3id.org/model-lake/hardware#npu")
    tpu: Final = NamedNode("https://w3id.org/model-lake/hardware#tpu")


class IT6(Namespace, iri="http://data.europa.eu/it6/"):
    """Terms of http://data.europa.eu/it6/"""

    bias: Final = NamedNode("http://data.europa.eu/it6/bias")
    carbonEmitted: Final = NamedNode("http://data.europa.eu/it6/carbonEmitted")
    ComputerInfrastructure: Final = NamedNode("http://data.europa.eu/it6/ComputerInfrastructure")
    EnvironmentalImpact: Final = NamedNode("http://data.europa.eu/it6/EnvironmentalImpact")
    EstimationProcedure: Final = NamedNode("http://data.europa.eu/it6/EstimationProcedure")
    Evaluation: Final = NamedNode("http://data.europa.eu/it6/Evaluation")
    EvaluationMeasure: Final = NamedNode("http://data.europa.eu/it6/EvaluationMeasure")
    File: Final = NamedNode("http://data.europa.eu/it6/File")
    fineTunedFrom: Final = NamedNode("http://data.europa.eu/it6/fineTunedFrom")
    HarmRisk: Final = NamedNode("http://data.europa.eu/it6/HarmRisk")
    hasInputModality: Final = NamedNode("http://data.europa.eu/it6/hasInputModality")
    hasOutputModality: Final = NamedNode("http://data.europa.eu/it6/hasOutputModality")
    intendedUse: Final = NamedNode("http://data.europa.eu/it6/intendedUse")
    Library: Final = NamedNode("http://data.europa.eu/it6/Library")
    limitations: Final = NamedNode("http://data.europa.eu/it6/limitations")
    MachineLearningModel: Final = NamedNode("http://data.europa.eu/it6/MachineLearningModel")
    modelArchitecture: Final = NamedNode("http://data.europa.eu/it6/modelArchitecture")
    Parameter: Final = NamedNode("http://data.europa.eu/it6/Parameter")
    powerConsumption: Final = NamedNode("http://data.europa.eu/it6/powerConsumption")
    Run: Final = NamedNode("http://data.europa.eu/it6/Run")
    servesModel: Final = NamedNode("http://data.europa.eu/it6/servesModel")
    Split: Final = NamedNode("http://data.europa.eu/it6/Split")
    TaskType: Final = NamedNode("http://data.europa.eu/it6/TaskType")
    testedOn: Final = NamedNode("http://data.europa.eu/it6/testedOn")
    totalNumberOfParameters: Final = NamedNode("http://data.europa.eu/it6/totalNumberOfParameters")
    trainedOn: Final = NamedNode("http://data.europa.eu/it6/trainedOn")
    validatedOn: Final = NamedNode("http://data.europa.eu/it6/validatedOn")


class LAKE(Namespace, iri="https://w3id.org/model-lake#"):
    """Terms of https://w3id.org/model-lake#"""

    aboutProperty: Final = NamedNode("https://w3id.org/model-lake#aboutProperty")
    acceleratorCount: Final = NamedNode("https://w3id.org/model-lake#acceleratorCount")
    acceleratorHours: Final = NamedNode("https://w3id.org/model-lake#acceleratorHours")
    acceleratorKind: Final = NamedNode("https://w3id.org/model-lake#acceleratorKind")
    acceleratorModel: Final = NamedNode("https://w3id.org/model-lake#acceleratorModel")
    adapterOf: Final = NamedNode("https://w3id.org/model-lake#adapterOf")
    affectedGroup: Final = NamedNode("https://w3id.org/model-lake#affectedGroup")
    affects: Final = NamedNode("https://w3id.org/model-lake#affects")
    againstRequirement: Final = NamedNode("https://w3id.org/model-lake#againstRequirement")
    AgentArtifact: Final = NamedNode("https://w3id.org/model-lake#AgentArtifact")
    appliedCommit: Final = NamedNode("https://w3id.org/model-lake#appliedCommit")
    appliedSequence: Final = NamedNode("https://w3id.org/model-lake#appliedSequence")
    Approval: Final = NamedNode("https://w3id.org/model-lake#Approval")
    architecture: Final = NamedNode("https://w3id.org/model-lake#architecture")
    architectureFamily: Final = NamedNode("https://w3id.org/model-lake#architectureFamily")
    Artifact: Final = NamedNode("https://w3id.org/model-lake#Artifact")
    ArtifactDistribution: Final = NamedNode("https://w3id.org/model-lake#ArtifactDistribution")
    ArtifactVersion: Final = NamedNode("https://w3id.org/model-lake#ArtifactVersion")
    assertedBy: Final = NamedNode("https://w3id.org/model-lake#assertedBy")
    assertionMethod: Final = NamedNode("https://w3id.org/model-lake#assertionMethod")
    assessedBy: Final = NamedNode("https://w3id.org/model-lake#assessedBy")
    assesses: Final = NamedNode("https://w3id.org/model-lake#assesses")
    Assessment: Final = NamedNode("https://w3id.org/model-lake#Assessment")
    AuditEvent: Final = NamedNode("https://w3id.org/model-lake#AuditEvent")
    authorizedBy: Final = NamedNode("https://w3id.org/model-lake#authorizedBy")
    betweenData: Final = NamedNode("https://w3id.org/model-lake#betweenData")
    carbonEmitted: Final = NamedNode("https://w3id.org/model-lake#carbonEmitted")
    category: Final = NamedNode("https://w3id.org/model-lake#category")
    checkedLicense: Final = NamedNode("https://w3id.org/model-lake#checkedLicense")
    Claim: Final = NamedNode("https://w3id.org/model-lake#Claim")
    CodeDistribution: Final = NamedNode("https://w3id.org/model-lake#CodeDistribution")
    CodeRepository: Final = NamedNode("https://w3id.org/model-lake#CodeRepository")
    CodeVersion: Final = NamedNode("https://w3id.org/model-lake#CodeVersion")
    Commit: Final = NamedNode("https://w3id.org/model-lake#Commit")
    commitHash: Final = NamedNode("https://w3id.org/model-lake#commitHash")
    commitIdentifier: Final = NamedNode("https://w3id.org/model-lake#commitIdentifier")
    comparesResource: Final = NamedNode("https://w3id.org/model-lake#comparesResource")
    ComplianceAssessment: Final = NamedNode("https://w3id.org/model-lake#ComplianceAssessment")
    ComplianceStatus: Final = NamedNode("https://w3id.org/model-lake#ComplianceStatus")
    complianceStatus: Final = NamedNode("https://w3id.org/model-lake#complianceStatus")
    concerns: Final = NamedNode("https://w3id.org/model-lake#concerns")
    concludedLicense: Final = NamedNode("https://w3id.org/model-lake#concludedLicense")
    confidence: Final = NamedNode("https://w3id.org/model-lake#confidence")
    confidenceLevel: Final = NamedNode("https://w3id.org/model-lake#confidenceLevel")
    containerImage: Final = NamedNode("https://w3id.org/model-lake#containerImage")
    contextLength: Final = NamedNode("https://w3id.org/model-lake#contextLength")
    continuedPretrainingOf: Final = NamedNode("https://w3id.org/model-lake#continuedPretrainingOf")
    ContinuedPretrainingRun: Final = NamedNode("https://w3id.org/model-lake#ContinuedPretrainingRun")
    ConversionRun: Final = NamedNode("https://w3id.org/model-lake#ConversionRun")
    convertedFrom: Final = NamedNode("https://w3id.org/model-lake#convertedFrom")
    coveredActivity: Final = NamedNode("https://w3id.org/model-lake#coveredActivity")
    DataOverlap: Final = NamedNode("https://w3id.org/model-lake#DataOverlap")
    DataPreparationRun: Final = NamedNode("https://w3id.org/model-lake#DataPreparationRun")
    Dataset: Final = NamedNode("https://w3id.org/model-lake#Dataset")
    DatasetDistribution: Final = NamedNode("https://w3id.org/model-lake#DatasetDistribution")
    DatasetSplit: Final = NamedNode("https://w3id.org/model-lake#DatasetSplit")
    DatasetVersion: Final = NamedNode("https://w3id.org/model-lake#DatasetVersion")
    declaredLicense: Final = NamedNode("https://w3id.org/model-lake#declaredLicense")
    Deployment: Final = NamedNode("https://w3id.org/model-lake#Deployment")
    deploymentOf: Final = NamedNode("https://w3id.org/model-lake#deploymentOf")
    DeploymentRun: Final = NamedNode("https://w3id.org/model-lake#DeploymentRun")
    DeploymentStatus: Final = NamedNode("https://w3id.org/model-lake#DeploymentStatus")
    deploymentStatus: Final = NamedNode("https://w3id.org/model-lake#deploymentStatus")
    derivationKind: Final = NamedNode("https://w3id.org/model-lake#derivationKind")
    derivedFromDataset: Final = NamedNode("https://w3id.org/model-lake#derivedFromDataset")
    derivedFromModel: Final = NamedNode("https://w3id.org/model-lake#derivedFromModel")
    Disclosure: Final = NamedNode("https://w3id.org/model-lake#Disclosure")
    DisclosureStatement: Final = NamedNode("https://w3id.org/model-lake#DisclosureStatement")
    disclosureStatus: Final = NamedNode("https://w3id.org/model-lake#disclosureStatus")
    DistillationRun: Final = NamedNode("https://w3id.org/model-lake#DistillationRun")
    distilledFrom: Final = NamedNode("https://w3id.org/model-lake#distilledFrom")
    Distinction: Final = NamedNode("https://w3id.org/model-lake#Distinction")
    Document: Final = NamedNode("https://w3id.org/model-lake#Document")
    elementType: Final = NamedNode("https://w3id.org/model-lake#elementType")
    energyConsumed: Final = NamedNode("https://w3id.org/model-lake#energyConsumed")
    Environment: Final = NamedNode("https://w3id.org/model-lake#Environment")
    EnvironmentalMeasurement: Final = NamedNode("https://w3id.org/model-lake#EnvironmentalMeasurement")
    estimated: Final = NamedNode("https://w3id.org/model-lake#estimated")
    evaluatedBy: Final = NamedNode("https://w3id.org/model-lake#evaluatedBy")
    evaluates: Final = NamedNode("https://w3id.org/model-lake#evaluates")
    Evaluation: Final = NamedNode("https://w3id.org/model-lake#Evaluation")
    EvaluationParty: Final = NamedNode("https://w3id.org/model-lake#EvaluationParty")
    evaluationParty: Final = NamedNode("https://w3id.org/model-lake#evaluationParty")
    EvaluationProtocol: Final = NamedNode("https://w3id.org/model-lake#EvaluationProtocol")
    EvaluationRun: Final = NamedNode("https://w3id.org/model-lake#EvaluationRun")
    Evidence: Final = NamedNode("https://w3id.org/model-lake#Evidence")
    Experiment: Final = NamedNode("https://w3id.org/model-lake#Experiment")
    exposedAs: Final = NamedNode("https://w3id.org/model-lake#exposedAs")
    Facet: Final = NamedNode("https://w3id.org/model-lake#Facet")
    failed: Final = NamedNode("https://w3id.org/model-lake#failed")
    Field: Final = NamedNode("https://w3id.org/model-lake#Field")
    fieldName: Final = NamedNode("https://w3id.org/model-lake#fieldName")
    fieldShape: Final = NamedNode("https://w3id.org/model-lake#fieldShape")
    fieldType: Final = NamedNode("https://w3id.org/model-lake#fieldType")
    fileName: Final = NamedNode("https://w3id.org/model-lake#fileName")
    FindingStatus: Final = NamedNode("https://w3id.org/model-lake#FindingStatus")
    findingStatus: Final = NamedNode("https://w3id.org/model-lake#findingStatus")
    fineTunedFrom: Final = NamedNode("https://w3id.org/model-lake#fineTunedFrom")
    FineTuningRun: Final = NamedNode("https://w3id.org/model-lake#FineTuningRun")
    finished: Final = NamedNode("https://w3id.org/model-lake#finished")
    firstParty: Final = NamedNode("https://w3id.org/model-lake#firstParty")
    formatVersion: Final = NamedNode("https://w3id.org/model-lake#formatVersion")
    forPurpose: Final = NamedNode("https://w3id.org/model-lake#forPurpose")
    forUse: Final = NamedNode("https://w3id.org/model-lake#forUse")
    fromStage: Final = NamedNode("https://w3id.org/model-lake#fromStage")
    groupsProperty: Final = NamedNode("https://w3id.org/model-lake#groupsProperty")
    harvester: Final = NamedNode("https://w3id.org/model-lake#harvester")
    hasAncestorModel: Final = NamedNode("https://w3id.org/model-lake#hasAncestorModel")
    hasComponent: Final = NamedNode("https://w3id.org/model-lake#hasComponent")
    hasDatasetDistribution: Final = NamedNode("https://w3id.org/model-lake#hasDatasetDistribution")
    hasDisclosure: Final = NamedNode("https://w3id.org/model-lake#hasDisclosure")
    hasDistribution: Final = NamedNode("https://w3id.org/model-lake#hasDistribution")
    hasDocument: Final = NamedNode("https://w3id.org/model-lake#hasDocument")
    hasEnvironmentalMeasurement: Final = NamedNode("https://w3id.org/model-lake#hasEnvironmentalMeasurement")
    hasEvaluation: Final = NamedNode("https://w3id.org/model-lake#hasEvaluation")
    hasEvidence: Final = NamedNode("https://w3id.org/model-lake#hasEvidence")
    hasInputField: Final = NamedNode("https://w3id.org/model-lake#hasInputField")
    hasIntendedPurpose: Final = NamedNode("https://w3id.org/model-lake#hasIntendedPurpose")
    hasKnownBias: Final = NamedNode("https://w3id.org/model-lake#hasKnownBias")
    hasLimitation: Final = NamedNode("https://w3id.org/model-lake#hasLimitation")
    hasObservation: Final = NamedNode("https://w3id.org/model-lake#hasObservation")
    hasOutOfScopeUse: Final = NamedNode("https://w3id.org/model-lake#hasOutOfScopeUse")
    hasOutputField: Final = NamedNode("https://w3id.org/model-lake#hasOutputField")
    hasPackage: Final = NamedNode("https://w3id.org/model-lake#hasPackage")
    hasParameterSetting: Final = NamedNode("https://w3id.org/model-lake#hasParameterSetting")
    hasSignature: Final = NamedNode("https://w3id.org/model-lake#hasSignature")
    hasSplit: Final = NamedNode("https://w3id.org/model-lake#hasSplit")
    hasUncommittedChanges: Final = NamedNode("https://w3id.org/model-lake#hasUncommittedChanges")
    higherIsBetter: Final = NamedNode("https://w3id.org/model-lake#higherIsBetter")
    Identification: Final = NamedNode("https://w3id.org/model-lake#Identification")
    IdentityDecision: Final = NamedNode("https://w3id.org/model-lake#IdentityDecision")
    identityEvidence: Final = NamedNode("https://w3id.org/model-lake#identityEvidence")
    importsGlobal: Final = NamedNode("https://w3id.org/model-lake#importsGlobal")
    importsRiskyGlobal: Final = NamedNode("https://w3id.org/model-lake#importsRiskyGlobal")
    Incident: Final = NamedNode("https://w3id.org/model-lake#Incident")
    incidentSeverity: Final = NamedNode("https://w3id.org/model-lake#incidentSeverity")
    IncidentStatus: Final = NamedNode("https://w3id.org/model-lake#IncidentStatus")
    incidentStatus: Final = NamedNode("https://w3id.org/model-lake#incidentStatus")
    inExperiment: Final = NamedNode("https://w3id.org/model-lake#inExperiment")
    inputModality: Final = NamedNode("https://w3id.org/model-lake#inputModality")
    inServiceFrom: Final = NamedNode("https://w3id.org/model-lake#inServiceFrom")
    inServiceUntil: Final = NamedNode("https://w3id.org/model-lake#inServiceUntil")
    IntendedPurpose: Final = NamedNode("https://w3id.org/model-lake#IntendedPurpose")
    KnownBias: Final = NamedNode("https://w3id.org/model-lake#KnownBias")
    library: Final = NamedNode("https://w3id.org/model-lake#library")
    License: Final = NamedNode("https://w3id.org/model-lake#License")
    LicenseFinding: Final = NamedNode("https://w3id.org/model-lake#LicenseFinding")
    licenseText: Final = NamedNode("https://w3id.org/model-lake#licenseText")
    lifecycleStage: Final = NamedNode("https://w3id.org/model-lake#lifecycleStage")
    Limitation: Final = NamedNode("https://w3id.org/model-lake#Limitation")
    live: Final = NamedNode("https://w3id.org/model-lake#live")
    loadingFrom: Final = NamedNode("https://w3id.org/model-lake#loadingFrom")
    lockFile: Final = NamedNode("https://w3id.org/model-lake#lockFile")
    lowerBound: Final = NamedNode("https://w3id.org/model-lake#lowerBound")
    maximumValue: Final = NamedNode("https://w3id.org/model-lake#maximumValue")
    measured: Final = NamedNode("https://w3id.org/model-lake#measured")
    measuredWith: Final = NamedNode("https://w3id.org/model-lake#measuredWith")
    MeasurementMethod: Final = NamedNode("https://w3id.org/model-lake#MeasurementMethod")
    measurementMethod: Final = NamedNode("https://w3id.org/model-lake#measurementMethod")
    memorySize: Final = NamedNode("https://w3id.org/model-lake#memorySize")
    mergedFrom: Final = NamedNode("https://w3id.org/model-lake#mergedFrom")
    mergedInto: Final = NamedNode("https://w3id.org/model-lake#mergedInto")
    mergeWeight: Final = NamedNode("https://w3id.org/model-lake#mergeWeight")
    MergingRun: Final = NamedNode("https://w3id.org/model-lake#MergingRun")
    message: Final = NamedNode("https://w3id.org/model-lake#message")
    MetadataRecord: Final = NamedNode("https://w3id.org/model-lake#MetadataRecord")
    Metric: Final = NamedNode("https://w3id.org/model-lake#Metric")
    metric: Final = NamedNode("https://w3id.org/model-lake#metric")
    MetricObservation: Final = NamedNode("https://w3id.org/model-lake#MetricObservation")
    minimumValue: Final = NamedNode("https://w3id.org/model-lake#minimumValue")
    mitigated: Final = NamedNode("https://w3id.org/model-lake#mitigated")
    Model: Final = NamedNode("https://w3id.org/model-lake#Model")
    ModelDistribution: Final = NamedNode("https://w3id.org/model-lake#ModelDistribution")
    ModelVersion: Final = NamedNode("https://w3id.org/model-lake#ModelVersion")
    notApplicable: Final = NamedNode("https://w3id.org/model-lake#notApplicable")
    notAssessed: Final = NamedNode("https://w3id.org/model-lake#notAssessed")
    notSatisfied: Final = NamedNode("https://w3id.org/model-lake#notSatisfied")
    numericPrecision: Final = NamedNode("https://w3id.org/model-lake#numericPrecision")
    occurredAt: Final = NamedNode("https://w3id.org/model-lake#occurredAt")
    ofRegulation: Final = NamedNode("https://w3id.org/model-lake#ofRegulation")
    onData: Final = NamedNode("https://w3id.org/model-lake#onData")
    operatingSystem: Final = NamedNode("https://w3id.org/model-lake#operatingSystem")
    operatorSet: Final = NamedNode("https://w3id.org/model-lake#operatorSet")
    OutOfScopeUse: Final = NamedNode("https://w3id.org/model-lake#OutOfScopeUse")
    outputModality: Final = NamedNode("https://w3id.org/model-lake#outputModality")
    overlapShare: Final = NamedNode("https://w3id.org/model-lake#overlapShare")
    Package: Final = NamedNode("https://w3id.org/model-lake#Package")
    packageName: Final = NamedNode("https://w3id.org/model-lake#packageName")
    packageVersion: Final = NamedNode("https://w3id.org/model-lake#packageVersion")
    parameterCount: Final = NamedNode("https://w3id.org/model-lake#parameterCount")
    parameterName: Final = NamedNode("https://w3id.org/model-lake#parameterName")
    ParameterSetting: Final = NamedNode("https://w3id.org/model-lake#ParameterSetting")
    parameterValue: Final = NamedNode("https://w3id.org/model-lake#parameterValue")
    partlySatisfied: Final = NamedNode("https://w3id.org/model-lake#partlySatisfied")
    partOfRun: Final = NamedNode("https://w3id.org/model-lake#partOfRun")
    permitted: Final = NamedNode("https://w3id.org/model-lake#permitted")
    permittedWithDuties: Final = NamedNode("https://w3id.org/model-lake#permittedWithDuties")
    planned: Final = NamedNode("https://w3id.org/model-lake#planned")
    prefersResource: Final = NamedNode("https://w3id.org/model-lake#prefersResource")
    previousVersion: Final = NamedNode("https://w3id.org/model-lake#previousVersion")
    processor: Final = NamedNode("https://w3id.org/model-lake#processor")
    produced: Final = NamedNode("https://w3id.org/model-lake#produced")
    producedBy: Final = NamedNode("https://w3id.org/model-lake#producedBy")
    prohibited: Final = NamedNode("https://w3id.org/model-lake#prohibited")
    Promotion: Final = NamedNode("https://w3id.org/model-lake#Promotion")
    promptTemplate: Final = NamedNode("https://w3id.org/model-lake#promptTemplate")
    prunedFrom: Final = NamedNode("https://w3id.org/model-lake#prunedFrom")
    PruningRun: Final = NamedNode("https://w3id.org/model-lake#PruningRun")
    pythonVersion: Final = NamedNode("https://w3id.org/model-lake#pythonVersion")
    QuantizationRun: Final = NamedNode("https://w3id.org/model-lake#QuantizationRun")
    quantizedFrom: Final = NamedNode("https://w3id.org/model-lake#quantizedFrom")
    randomSeed: Final = NamedNode("https://w3id.org/model-lake#randomSeed")
    reason: Final = NamedNode("https://w3id.org/model-lake#reason")
    region: Final = NamedNode("https://w3id.org/model-lake#region")
    Regulation: Final = NamedNode("https://w3id.org/model-lake#Regulation")
    replacedBy: Final = NamedNode("https://w3id.org/model-lake#replacedBy")
    reported: Final = NamedNode("https://w3id.org/model-lake#reported")
    reportedBy: Final = NamedNode("https://w3id.org/model-lake#reportedBy")
    repositoryURL: Final = NamedNode("https://w3id.org/model-lake#repositoryURL")
    Requirement: Final = NamedNode("https://w3id.org/model-lake#Requirement")
    resolution: Final = NamedNode("https://w3id.org/model-lake#resolution")
    resolved: Final = NamedNode("https://w3id.org/model-lake#resolved")
    retired: Final = NamedNode("https://w3id.org/model-lake#retired")
    Retraction: Final = NamedNode("https://w3id.org/model-lake#Retraction")
    RiskAssessment: Final = NamedNode("https://w3id.org/model-lake#RiskAssessment")
    riskLevel: Final = NamedNode("https://w3id.org/model-lake#riskLevel")
    rowCount: Final = NamedNode("https://w3id.org/model-lake#rowCount")
    Run: Final = NamedNode("https://w3id.org/model-lake#Run")
    running: Final = NamedNode("https://w3id.org/model-lake#running")
    RunStatus: Final = NamedNode("https://w3id.org/model-lake#RunStatus")
    runStatus: Final = NamedNode("https://w3id.org/model-lake#runStatus")
    sampleSize: Final = NamedNode("https://w3id.org/model-lake#sampleSize")
    satisfied: Final = NamedNode("https://w3id.org/model-lake#satisfied")
    sequence: Final = NamedNode("https://w3id.org/model-lake#sequence")
    serves: Final = NamedNode("https://w3id.org/model-lake#serves")
    shotCount: Final = NamedNode("https://w3id.org/model-lake#shotCount")
    Signature: Final = NamedNode("https://w3id.org/model-lake#Signature")
    slice: Final = NamedNode("https://w3id.org/model-lake#slice")
    Source: Final = NamedNode("https://w3id.org/model-lake#Source")
    splitOf: Final = NamedNode("https://w3id.org/model-lake#splitOf")
    splitRole: Final = NamedNode("https://w3id.org/model-lake#splitRole")
    step: Final = NamedNode("https://w3id.org/model-lake#step")
    suspended: Final = NamedNode("https://w3id.org/model-lake#suspended")
    System: Final = NamedNode("https://w3id.org/model-lake#System")
    task: Final = NamedNode("https://w3id.org/model-lake#task")
    tensorCount: Final = NamedNode("https://w3id.org/model-lake#tensorCount")
    testedOn: Final = NamedNode("https://w3id.org/model-lake#testedOn")
    text: Final = NamedNode("https://w3id.org/model-lake#text")
    thirdParty: Final = NamedNode("https://w3id.org/model-lake#thirdParty")
    tokenCount: Final = NamedNode("https://w3id.org/model-lake#tokenCount")
    toStage: Final = NamedNode("https://w3id.org/model-lake#toStage")
    trainedOn: Final = NamedNode("https://w3id.org/model-lake#trainedOn")
    trainingCompute: Final = NamedNode("https://w3id.org/model-lake#trainingCompute")
    TrainingRun: Final = NamedNode("https://w3id.org/model-lake#TrainingRun")
    underInvestigation: Final = NamedNode("https://w3id.org/model-lake#underInvestigation")
    underProtocol: Final = NamedNode("https://w3id.org/model-lake#underProtocol")
    underRegulation: Final = NamedNode("https://w3id.org/model-lake#underRegulation")
    undetermined: Final = NamedNode("https://w3id.org/model-lake#undetermined")
    unknown: Final = NamedNode("https://w3id.org/model-lake#unknown")
    upperBound: Final = NamedNode("https://w3id.org/model-lake#upperBound")
    usedCode: Final = NamedNode("https://w3id.org/model-lake#usedCode")
    usedData: Final = NamedNode("https://w3id.org/model-lake#usedData")
    usedEnvironment: Final = NamedNode("https://w3id.org/model-lake#usedEnvironment")
    usedModel: Final = NamedNode("https://w3id.org/model-lake#usedModel")
    usedTestData: Final = NamedNode("https://w3id.org/model-lake#usedTestData")
    usedTrainingData: Final = NamedNode("https://w3id.org/model-lake#usedTrainingData")
    usedValidationData: Final = NamedNode("https://w3id.org/model-lake#usedValidationData")
    usesModel: Final = NamedNode("https://w3id.org/model-lake#usesModel")
    usesOperator: Final = NamedNode("https://w3id.org/model-lake#usesOperator")
    usesTool: Final = NamedNode("https://w3id.org/model-lake#usesTool")
    validatedOn: Final = NamedNode("https://w3id.org/model-lake#validatedOn")
    value: Final = NamedNode("https://w3id.org/model-lake#value")
    verbatimValue: Final = NamedNode("https://w3id.org/model-lake#verbatimValue")
    verifiedBy: Final = NamedNode("https://w3id.org/model-lake#verifiedBy")
    versionOf: Final = NamedNode("https://w3id.org/model-lake#versionOf")
    waterConsumed: Final = NamedNode("https://w3id.org/model-lake#waterConsumed")
    Withdrawal: Final = NamedNode("https://w3id.org/model-lake#Withdrawal")
    withheld: Final = NamedNode("https://w3id.org/model-lake#withheld")
    zone: Final = NamedNode("https://w3id.org/model-lake#zone")


class METRIC(Namespace, iri="https://w3id.org/model-lake/metric#"):
    """Terms of https://w3id.org/model-lake/metric#"""

    accuracy: Final = NamedNode("https://w3id.org/model-lake/metric#accuracy")
    average_precision: Final = NamedNode("https://w3id.org/model-lake/metric#average_precision")
    bertscore: Final = NamedNode("https://w3id.org/model-lake/metric#bertscore")
    bleu: Final = NamedNode("https://w3id.org/model-lake/metric#bleu")
    bleurt: Final = NamedNode("https://w3id.org/model-lake/metric#bleurt")
    brier_score: Final = NamedNode("https://w3id.org/model-lake/metric#brier_score")
    cer: Final = NamedNode("https://w3id.org/model-lake/metric#cer")
    chrf: Final = NamedNode("https://w3id.org/model-lake/metric#chrf")
    code_eval: Final = NamedNode("https://w3id.org/model-lake/metric#code_eval")
    comet: Final = NamedNode("https://w3id.org/model-lake/metric#comet")
    exact_match: Final = NamedNode("https://w3id.org/model-lake/metric#exact_match")
    f1: Final = NamedNode("https://w3id.org/model-lake/metric#f1")
    fid: Final = NamedNode("https://w3id.org/model-lake/metric#fid")
    glue: Final = NamedNode("https://w3id.org/model-lake/metric#glue")
    google_bleu: Final = NamedNode("https://w3id.org/model-lake/metric#google_bleu")
    log_loss: Final = NamedNode("https://w3id.org/model-lake/metric#log_loss")
    loss: Final = NamedNode("https://w3id.org/model-lake/metric#loss")
    mae: Final = NamedNode("https://w3id.org/model-lake/metric#mae")
    mape: Final = NamedNode("https://w3id.org/model-lake/metric#mape")
    mase: Final = NamedNode("https://w3id.org/model-lake/metric#mase")
    matthews_correlation: Final = NamedNode("https://w3id.org/model-lake/metric#matthews_correlation")
    mauve: Final = NamedNode("https://w3id.org/model-lake/metric#mauve")
    mean_average_precision: Final = NamedNode("https://w3id.org/model-lake/metric#mean_average_precision")
    mean_iou: Final = NamedNode("https://w3id.org/model-lake/metric#mean_iou")
    mean_reward: Final = NamedNode("https://w3id.org/model-lake/metric#mean_reward")
    meteor: Final = NamedNode("https://w3id.org/model-lake/metric#meteor")
    mrr: Final = NamedNode("https://w3id.org/model-lake/metric#mrr")
    mse: Final = NamedNode("https://w3id.org/model-lake/metric#mse")
    ndcg: Final = NamedNode("https://w3id.org/model-lake/metric#ndcg")
    pearsonr: Final = NamedNode("https://w3id.org/model-lake/metric#pearsonr")
    perplexity: Final = NamedNode("https://w3id.org/model-lake/metric#perplexity")
    precision: Final = NamedNode("https://w3id.org/model-lake/metric#precision")
    r2: Final = NamedNode("https://w3id.org/model-lake/metric#r2")
    r_squared: Final = NamedNode("https://w3id.org/model-lake/metric#r_squared")
    recall: Final = NamedNode("https://w3id.org/model-lake/metric#recall")
    rmse: Final = NamedNode("https://w3id.org/model-lake/metric#rmse")
    roc_auc: Final = NamedNode("https://w3id.org/model-lake/metric#roc_auc")
    rouge: Final = NamedNode("https://w3id.org/model-lake/metric#rouge")
    rouge1: Final = NamedNode("https://w3id.org/model-lake/metric#rouge1")
    rouge2: Final = NamedNode("https://w3id.org/model-lake/metric#rouge2")
    rougeL: Final = NamedNode("https://w3id.org/model-lake/metric#rougeL")
    rougeLsum: Final = NamedNode("https://w3id.org/model-lake/metric#rougeLsum")
    sacrebleu: Final = NamedNode("https://w3id.org/model-lake/metric#sacrebleu")
    sari: Final = NamedNode("https://w3id.org/model-lake/metric#sari")
    seqeval: Final = NamedNode("https://w3id.org/model-lake/metric#seqeval")
    smape: Final = NamedNode("https://w3id.org/model-lake/metric#smape")
    spearmanr: Final = NamedNode("https://w3id.org/model-lake/metric#spearmanr")
    squad: Final = NamedNode("https://w3id.org/model-lake/metric#squad")
    squad_v2: Final = NamedNode("https://w3id.org/model-lake/metric#squad_v2")
    super_glue: Final = NamedNode("https://w3id.org/model-lake/metric#super_glue")
    ter: Final = NamedNode("https://w3id.org/model-lake/metric#ter")
    v_measure: Final = NamedNode("https://w3id.org/model-lake/metric#v_measure")
    wer: Final = NamedNode("https://w3id.org/model-lake/metric#wer")


class MLS(Namespace, iri="http://www.w3.org/ns/mls#"):
    """Terms of http://www.w3.org/ns/mls#"""

    Dataset: Final = NamedNode("http://www.w3.org/ns/mls#Dataset")
    EvaluationMeasure: Final = NamedNode("http://www.w3.org/ns/mls#EvaluationMeasure")
    EvaluationSpecification: Final = NamedNode("http://www.w3.org/ns/mls#EvaluationSpecification")
    executes: Final = NamedNode("http://www.w3.org/ns/mls#executes")
    Experiment: Final = NamedNode("http://www.w3.org/ns/mls#Experiment")
    hasInput: Final = NamedNode("http://www.w3.org/ns/mls#hasInput")
    hasOutput: Final = NamedNode("http://www.w3.org/ns/mls#hasOutput")
    hasValue: Final = NamedNode("http://www.w3.org/ns/mls#hasValue")
    HyperParameterSetting: Final = NamedNode("http://www.w3.org/ns/mls#HyperParameterSetting")
    Implementation: Final = NamedNode("http://www.w3.org/ns/mls#Implementation")
    Model: Final = NamedNode("http://www.w3.org/ns/mls#Model")
    ModelEvaluation: Final = NamedNode("http://www.w3.org/ns/mls#ModelEvaluation")
    Run: Final = NamedNode("http://www.w3.org/ns/mls#Run")
    specifiedBy: Final = NamedNode("http://www.w3.org/ns/mls#specifiedBy")
    Task: Final = NamedNode("http://www.w3.org/ns/mls#Task")


class MLSOMEASURE(Namespace, iri="http://w3id.org/mlso/vocab/evaluation_measure/"):
    """Terms of http://w3id.org/mlso/vocab/evaluation_measure/"""

    accuracy: Final = NamedNode("http://w3id.org/mlso/vocab/evaluation_measure/accuracy")
    area_under_curve: Final = NamedNode("http://w3id.org/mlso/vocab/evaluation_measure/area_under_curve")
    f_measure: Final = NamedNode("http://w3id.org/mlso/vocab/evaluation_measure/f_measure")
    matthews_correlation_coefficient: Final = NamedNode("http://w3id.org/mlso/vocab/evaluation_measure/matthews_correlation_coefficient")
    mean_absolute_error: Final = NamedNode("http://w3id.org/mlso/vocab/evaluation_measure/mean_absolute_error")
    pearson_correlation_coefficient: Final = NamedNode("http://w3id.org/mlso/vocab/evaluation_measure/pearson_correlation_coefficient")
    precision: Final = NamedNode("http://w3id.org/mlso/vocab/evaluation_measure/precision")
    recall: Final = NamedNode("http://w3id.org/mlso/vocab/evaluation_measure/recall")
    root_mean_squared_error: Final = NamedNode("http://w3id.org/mlso/vocab/evaluation_measure/root_mean_squared_error")


class MLSOTASK(Namespace, iri="http://w3id.org/mlso/vocab/ml_task_type/"):
    """Terms of http://w3id.org/mlso/vocab/ml_task_type/"""

    ActivityDetection: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/ActivityDetection")
    AudioClassification: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/AudioClassification")
    AudioGeneration: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/AudioGeneration")
    Data_to_TextGeneration: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/Data-to-TextGeneration")
    DepthEstimation: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/DepthEstimation")
    FillMask: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/FillMask")
    GeneralReinforcementLearning: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/GeneralReinforcementLearning")
    GraphLearning: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/GraphLearning")
    ImageCaptioning: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/ImageCaptioning")
    ImageClassification: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/ImageClassification")
    ImageSegmentation: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/ImageSegmentation")
    KeypointDetection: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/KeypointDetection")
    ObjectDetection: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/ObjectDetection")
    QuestionAnswering: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/QuestionAnswering")
    RepresentationLearning: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/RepresentationLearning")
    RobotManipulation: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/RobotManipulation")
    SentenceSimilarity: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/SentenceSimilarity")
    SpeechEnhancement: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/SpeechEnhancement")
    SpeechRecognition: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/SpeechRecognition")
    Summarization: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/Summarization")
    Table_to_TextGeneration: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/Table-to-TextGeneration")
    Text_to_ImageGeneration: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/Text-to-ImageGeneration")
    Text_To_SpeechSynthesis: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/Text-To-SpeechSynthesis")
    Text2TextGeneration: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/Text2TextGeneration")
    TextClassification: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/TextClassification")
    TextGeneration: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/TextGeneration")
    TextRetrieval: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/TextRetrieval")
    TimeSeriesForecasting: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/TimeSeriesForecasting")
    TokenClassification: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/TokenClassification")
    Translation: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/Translation")
    UnconditionalImageGeneration: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/UnconditionalImageGeneration")
    UnsupervisedImage_To_ImageTranslation: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/UnsupervisedImage-To-ImageTranslation")
    VideoClassification: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/VideoClassification")
    Zero_ShotImageClassification: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/Zero-ShotImageClassification")
    Zero_ShotObjectDetection: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/Zero-ShotObjectDetection")
    Zero_ShotTextClassification: Final = NamedNode("http://w3id.org/mlso/vocab/ml_task_type/Zero-ShotTextClassification")


class MODALITY(Namespace, iri="https://w3id.org/model-lake/modality#"):
    """Terms of https://w3id.org/model-lake/modality#"""

    _3d: Final = NamedNode("https://w3id.org/model-lake/modality#3d")
    action: Final = NamedNode("https://w3id.org/model-lake/modality#action")
    audio: Final = NamedNode("https://w3id.org/model-lake/modality#audio")
    code: Final = NamedNode("https://w3id.org/model-lake/modality#code")
    document: Final = NamedNode("https://w3id.org/model-lake/modality#document")
    embedding: Final = NamedNode("https://w3id.org/model-lake/modality#embedding")
    geospatial: Final = NamedNode("https://w3id.org/model-lake/modality#geospatial")
    graph: Final = NamedNode("https://w3id.org/model-lake/modality#graph")
    image: Final = NamedNode("https://w3id.org/model-lake/modality#image")
    label: Final = NamedNode("https://w3id.org/model-lake/modality#label")
    number: Final = NamedNode("https://w3id.org/model-lake/modality#number")
    tabular: Final = NamedNode("https://w3id.org/model-lake/modality#tabular")
    text: Final = NamedNode("https://w3id.org/model-lake/modality#text")
    time_series: Final = NamedNode("https://w3id.org/model-lake/modality#time-series")
    video: Final = NamedNode("https://w3id.org/model-lake/modality#video")


class ODRL(Namespace, iri="http://www.w3.org/ns/odrl/2/"):
    """Terms of http://www.w3.org/ns/odrl/2/"""

    Action: Final = NamedNode("http://www.w3.org/ns/odrl/2/Action")
    Agreement: Final = NamedNode("http://www.w3.org/ns/odrl/2/Agreement")
    derive: Final = NamedNode("http://www.w3.org/ns/odrl/2/derive")
    hasPolicy: Final = NamedNode("http://www.w3.org/ns/odrl/2/hasPolicy")
    includedIn: Final = NamedNode("http://www.w3.org/ns/odrl/2/includedIn")
    Profile: Final = NamedNode("http://www.w3.org/ns/odrl/2/Profile")
    use: Final = NamedNode("http://www.w3.org/ns/odrl/2/use")


class OWL(Namespace, iri="http://www.w3.org/2002/07/owl#"):
    """Terms of http://www.w3.org/2002/07/owl#"""

    AnnotationProperty: Final = NamedNode("http://www.w3.org/2002/07/owl#AnnotationProperty")
    Class: Final = NamedNode("http://www.w3.org/2002/07/owl#Class")
    DatatypeProperty: Final = NamedNode("http://www.w3.org/2002/07/owl#DatatypeProperty")
    imports: Final = NamedNode("http://www.w3.org/2002/07/owl#imports")
    inverseOf: Final = NamedNode("http://www.w3.org/2002/07/owl#inverseOf")
    NamedIndividual: Final = NamedNode("http://www.w3.org/2002/07/owl#NamedIndividual")
    ObjectProperty: Final = NamedNode("http://www.w3.org/2002/07/owl#ObjectProperty")
    Ontology: Final = NamedNode("http://www.w3.org/2002/07/owl#Ontology")
    sameAs: Final = NamedNode("http://www.w3.org/2002/07/owl#sameAs")
    Thing: Final = NamedNode("http://www.w3.org/2002/07/owl#Thing")
    TransitiveProperty: Final = NamedNode("http://www.w3.org/2002/07/owl#TransitiveProperty")
    versionInfo: Final = NamedNode("http://www.w3.org/2002/07/owl#versionInfo")
    versionIRI: Final = NamedNode("http://www.w3.org/2002/07/owl#versionIRI")


class PROV(Namespace, iri="http://www.w3.org/ns/prov#"):
    """Terms of http://www.w3.org/ns/prov#"""

    actedOnBehalfOf: Final = NamedNode("http://www.w3.org/ns/prov#actedOnBehalfOf")
    Activity: Final = NamedNode("http://www.w3.org/ns/prov#Activity")
    Agent: Final = NamedNode("http://www.w3.org/ns/prov#Agent")
    agent: Final = NamedNode("http://www.w3.org/ns/prov#agent")
    Association: Final = NamedNode("http://www.w3.org/ns/prov#Association")
    atLocation: Final = NamedNode("http://www.w3.org/ns/prov#atLocation")
    Attribution: Final = NamedNode("http://www.w3.org/ns/prov#Attribution")
    Bundle: Final = NamedNode("http://www.w3.org/ns/prov#Bundle")
    Derivation: Final = NamedNode("http://www.w3.org/ns/prov#Derivation")
    endedAtTime: Final = NamedNode("http://www.w3.org/ns/prov#endedAtTime")
    Entity: Final = NamedNode("http://www.w3.org/ns/prov#Entity")
    entity: Final = NamedNode("http://www.w3.org/ns/prov#entity")
    generated: Final = NamedNode("http://www.w3.org/ns/prov#generated")
    generatedAtTime: Final = NamedNode("http://www.w3.org/ns/prov#generatedAtTime")
    hadPlan: Final = NamedNode("http://www.w3.org/ns/prov#hadPlan")
    hadRole: Final = NamedNode("http://www.w3.org/ns/prov#hadRole")
    invalidatedAtTime: Final = NamedNode("http://www.w3.org/ns/prov#invalidatedAtTime")
    Organization: Final = NamedNode("http://www.w3.org/ns/prov#Organization")
    Person: Final = NamedNode("http://www.w3.org/ns/prov#Person")
    Plan: Final = NamedNode("http://www.w3.org/ns/prov#Plan")
    qualifiedAssociation: Final = NamedNode("http://www.w3.org/ns/prov#qualifiedAssociation")
    qualifiedAttribution: Final = NamedNode("http://www.w3.org/ns/prov#qualifiedAttribution")
    qualifiedDerivation: Final = NamedNode("http://www.w3.org/ns/prov#qualifiedDerivation")
    SoftwareAgent: Final = NamedNode("http://www.w3.org/ns/prov#SoftwareAgent")
    specializationOf: Final = NamedNode("http://www.w3.org/ns/prov#specializationOf")
    startedAtTime: Final = NamedNode("http://www.w3.org/ns/prov#startedAtTime")
    used: Final = NamedNode("http://www.w3.org/ns/prov#used")
    wasAssociatedWith: Final = NamedNode("http://www.w3.org/ns/prov#wasAssociatedWith")
    wasAttributedTo: Final = NamedNode("http://www.w3.org/ns/prov#wasAttributedTo")
    wasDerivedFrom: Final = NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
    wasGeneratedBy: Final = NamedNode("http://www.w3.org/ns/prov#wasGeneratedBy")
    wasInfluencedBy: Final = NamedNode("http://www.w3.org/ns/prov#wasInfluencedBy")
    wasInvalidatedBy: Final = NamedNode("http://www.w3.org/ns/prov#wasInvalidatedBy")
    wasRevisionOf: Final = NamedNode("http://www.w3.org/ns/prov#wasRevisionOf")


class RDF(Namespace, iri="http://www.w3.org/1999/02/22-rdf-syntax-ns#"):
    """Terms of http://www.w3.org/1999/02/22-rdf-syntax-ns#"""

    langString: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")
    object: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#object")
    predicate: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate")
    Property: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#Property")
    subject: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#subject")
    type: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    value: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#value")


class RDFS(Namespace, iri="http://www.w3.org/2000/01/rdf-schema#"):
    """Terms of http://www.w3.org/2000/01/rdf-schema#"""

    comment: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")
    domain: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#domain")
    isDefinedBy: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#isDefinedBy")
    label: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    Literal: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#Literal")
    range: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#range")
    seeAlso: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#seeAlso")
    subClassOf: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    subPropertyOf: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#subPropertyOf")


class RISK(Namespace, iri="https://w3id.org/model-lake/risk#"):
    """Terms of https://w3id.org/model-lake/risk#"""

    high: Final = NamedNode("https://w3id.org/model-lake/risk#high")
    minimal: Final = NamedNode("https://w3id.org/model-lake/risk#minimal")
    prohibited: Final = NamedNode("https://w3id.org/model-lake/risk#prohibited")
    systemic: Final = NamedNode("https://w3id.org/model-lake/risk#systemic")
    transparency: Final = NamedNode("https://w3id.org/model-lake/risk#transparency")


class ROLE(Namespace, iri="https://w3id.org/model-lake/role#"):
    """Terms of https://w3id.org/model-lake/role#"""

    affected_person: Final = NamedNode("https://w3id.org/model-lake/role#affected-person")
    annotator: Final = NamedNode("https://w3id.org/model-lake/role#annotator")
    approver: Final = NamedNode("https://w3id.org/model-lake/role#approver")
    auditor: Final = NamedNode("https://w3id.org/model-lake/role#auditor")
    authorized_representative: Final = NamedNode("https://w3id.org/model-lake/role#authorized-representative")
    curator: Final = NamedNode("https://w3id.org/model-lake/role#curator")
    data_owner: Final = NamedNode("https://w3id.org/model-lake/role#data-owner")
    data_scientist: Final = NamedNode("https://w3id.org/model-lake/role#data-scientist")
    data_steward: Final = NamedNode("https://w3id.org/model-lake/role#data-steward")
    deployer: Final = NamedNode("https://w3id.org/model-lake/role#deployer")
    developer: Final = NamedNode("https://w3id.org/model-lake/role#developer")
    distributor: Final = NamedNode("https://w3id.org/model-lake/role#distributor")
    downstream_provider: Final = NamedNode("https://w3id.org/model-lake/role#downstream-provider")
    engineer: Final = NamedNode("https://w3id.org/model-lake/role#engineer")
    evaluator: Final = NamedNode("https://w3id.org/model-lake/role#evaluator")
    funder: Final = NamedNode("https://w3id.org/model-lake/role#funder")
    importer: Final = NamedNode("https://w3id.org/model-lake/role#importer")
    maintainer: Final = NamedNode("https://w3id.org/model-lake/role#maintainer")
    provider: Final = NamedNode("https://w3id.org/model-lake/role#provider")
    publisher: Final = NamedNode("https://w3id.org/model-lake/role#publisher")
    user: Final = NamedNode("https://w3id.org/model-lake/role#user")


class SCHEMA(Namespace, iri="https://schema.org/"):
    """Terms of https://schema.org/"""

    Action: Final = NamedNode("https://schema.org/Action")
    additionalProperty: Final = NamedNode("https://schema.org/additionalProperty")
    codeRepository: Final = NamedNode("https://schema.org/codeRepository")
    CreativeWork: Final = NamedNode("https://schema.org/CreativeWork")
    DataDownload: Final = NamedNode("https://schema.org/DataDownload")
    Dataset: Final = NamedNode("https://schema.org/Dataset")
    distribution: Final = NamedNode("https://schema.org/distribution")
    domainIncludes: Final = NamedNode("https://schema.org/domainIncludes")
    exampleOfWork: Final = NamedNode("https://schema.org/exampleOfWork")
    hasPart: Final = NamedNode("https://schema.org/hasPart")
    isBasedOn: Final = NamedNode("https://schema.org/isBasedOn")
    isPartOf: Final = NamedNode("https://schema.org/isPartOf")
    license: Final = NamedNode("https://schema.org/license")
    MediaObject: Final = NamedNode("https://schema.org/MediaObject")
    name: Final = NamedNode("https://schema.org/name")
    PropertyValue: Final = NamedNode("https://schema.org/PropertyValue")
    rangeIncludes: Final = NamedNode("https://schema.org/rangeIncludes")
    SoftwareApplication: Final = NamedNode("https://schema.org/SoftwareApplication")
    SoftwareSourceCode: Final = NamedNode("https://schema.org/SoftwareSourceCode")
    unitCode: Final = NamedNode("https://schema.org/unitCode")
    value: Final = NamedNode("https://schema.org/value")


class SEVERITY(Namespace, iri="https://w3id.org/model-lake/severity#"):
    """Terms of https://w3id.org/model-lake/severity#"""

    major: Final = NamedNode("https://w3id.org/model-lake/severity#major")
    minor: Final = NamedNode("https://w3id.org/model-lake/severity#minor")
    negligible: Final = NamedNode("https://w3id.org/model-lake/severity#negligible")
    serious: Final = NamedNode("https://w3id.org/model-lake/severity#serious")


class SKOS(Namespace, iri="http://www.w3.org/2004/02/skos/core#"):
    """Terms of http://www.w3.org/2004/02/skos/core#"""

    altLabel: Final = NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
    broader: Final = NamedNode("http://www.w3.org/2004/02/skos/core#broader")
    closeMatch: Final = NamedNode("http://www.w3.org/2004/02/skos/core#closeMatch")
    Concept: Final = NamedNode("http://www.w3.org/2004/02/skos/core#Concept")
    ConceptScheme: Final = NamedNode("http://www.w3.org/2004/02/skos/core#ConceptScheme")
    definition: Final = NamedNode("http://www.w3.org/2004/02/skos/core#definition")
    exactMatch: Final = NamedNode("http://www.w3.org/2004/02/skos/core#exactMatch")
    example: Final = NamedNode("http://www.w3.org/2004/02/skos/core#example")
    inScheme: Final = NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")
    narrowMatch: Final = NamedNode("http://www.w3.org/2004/02/skos/core#narrowMatch")
    notation: Final = NamedNode("http://www.w3.org/2004/02/skos/core#notation")
    note: Final = NamedNode("http://www.w3.org/2004/02/skos/core#note")
    prefLabel: Final = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    relatedMatch: Final = NamedNode("http://www.w3.org/2004/02/skos/core#relatedMatch")
    scopeNote: Final = NamedNode("http://www.w3.org/2004/02/skos/core#scopeNote")
    topConceptOf: Final = NamedNode("http://www.w3.org/2004/02/skos/core#topConceptOf")


class SPDX(Namespace, iri="http://spdx.org/rdf/terms#"):
    """Terms of http://spdx.org/rdf/terms#"""

    algorithm: Final = NamedNode("http://spdx.org/rdf/terms#algorithm")
    Checksum: Final = NamedNode("http://spdx.org/rdf/terms#Checksum")
    checksum: Final = NamedNode("http://spdx.org/rdf/terms#checksum")
    checksumAlgorithm_md5: Final = NamedNode("http://spdx.org/rdf/terms#checksumAlgorithm_md5")
    checksumAlgorithm_sha1: Final = NamedNode("http://spdx.org/rdf/terms#checksumAlgorithm_sha1")
    checksumAlgorithm_sha256: Final = NamedNode("http://spdx.org/rdf/terms#checksumAlgorithm_sha256")
    checksumAlgorithm_sha384: Final = NamedNode("http://spdx.org/rdf/terms#checksumAlgorithm_sha384")
    checksumAlgorithm_sha512: Final = NamedNode("http://spdx.org/rdf/terms#checksumAlgorithm_sha512")
    checksumValue: Final = NamedNode("http://spdx.org/rdf/terms#checksumValue")
    ConjunctiveLicenseSet: Final = NamedNode("http://spdx.org/rdf/terms#ConjunctiveLicenseSet")
    DisjunctiveLicenseSet: Final = NamedNode("http://spdx.org/rdf/terms#DisjunctiveLicenseSet")
    licenseException: Final = NamedNode("http://spdx.org/rdf/terms#licenseException")
    member: Final = NamedNode("http://spdx.org/rdf/terms#member")
    OrLaterOperator: Final = NamedNode("http://spdx.org/rdf/terms#OrLaterOperator")
    WithExceptionOperator: Final = NamedNode("http://spdx.org/rdf/terms#WithExceptionOperator")


class SPDX3AI(Namespace, iri="https://spdx.org/rdf/3.0.1/terms/AI/"):
    """Terms of https://spdx.org/rdf/3.0.1/terms/AI/"""

    AIPackage: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/AI/AIPackage")
    EnergyConsumption: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/AI/EnergyConsumption")
    energyQuantity: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/AI/energyQuantity")
    hyperparameter: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/AI/hyperparameter")
    limitation: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/AI/limitation")
    metric: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/AI/metric")
    safetyRiskAssessment: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/AI/safetyRiskAssessment")
    typeOfModel: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/AI/typeOfModel")


class SPDX3CORE(Namespace, iri="https://spdx.org/rdf/3.0.1/terms/Core/"):
    """Terms of https://spdx.org/rdf/3.0.1/terms/Core/"""

    Artifact: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/Artifact")
    NoAssertionElement: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement")
    NoneElement: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/NoneElement")


class SPDX3DATASET(Namespace, iri="https://spdx.org/rdf/3.0.1/terms/Dataset/"):
    """Terms of https://spdx.org/rdf/3.0.1/terms/Dataset/"""

    DatasetPackage: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Dataset/DatasetPackage")
    intendedUse: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Dataset/intendedUse")
    knownBias: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Dataset/knownBias")


class SPDX3RELATION(Namespace, iri="https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/"):
    """Terms of https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/"""

    contains: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/contains")
    descendantOf: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/descendantOf")
    hasConcludedLicense: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/hasConcludedLicense")
    hasDeclaredLicense: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/hasDeclaredLicense")
    hasDependencyManifest: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/hasDependencyManifest")
    hasDistributionArtifact: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/hasDistributionArtifact")
    hasDocumentation: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/hasDocumentation")
    hasEvidence: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/hasEvidence")
    testedOn: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/testedOn")
    trainedOn: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/trainedOn")
    usesTool: Final = NamedNode("https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/usesTool")


class SPLIT(Namespace, iri="https://w3id.org/model-lake/split#"):
    """Terms of https://w3id.org/model-lake/split#"""

    calibration: Final = NamedNode("https://w3id.org/model-lake/split#calibration")
    test: Final = NamedNode("https://w3id.org/model-lake/split#test")
    train: Final = NamedNode("https://w3id.org/model-lake/split#train")
    validation: Final = NamedNode("https://w3id.org/model-lake/split#validation")


class STAGE(Namespace, iri="https://w3id.org/model-lake/stage#"):
    """Terms of https://w3id.org/model-lake/stage#"""

    archived: Final = NamedNode("https://w3id.org/model-lake/stage#archived")
    data_preparation: Final = NamedNode("https://w3id.org/model-lake/stage#data-preparation")
    deprecated: Final = NamedNode("https://w3id.org/model-lake/stage#deprecated")
    design: Final = NamedNode("https://w3id.org/model-lake/stage#design")
    development: Final = NamedNode("https://w3id.org/model-lake/stage#development")
    monitoring: Final = NamedNode("https://w3id.org/model-lake/stage#monitoring")
    production: Final = NamedNode("https://w3id.org/model-lake/stage#production")
    recalled: Final = NamedNode("https://w3id.org/model-lake/stage#recalled")
    retired: Final = NamedNode("https://w3id.org/model-lake/stage#retired")
    staging: Final = NamedNode("https://w3id.org/model-lake/stage#staging")
    validation: Final = NamedNode("https://w3id.org/model-lake/stage#validation")


class TASK(Namespace, iri="https://w3id.org/model-lake/task#"):
    """Terms of https://w3id.org/model-lake/task#"""

    any_to_any: Final = NamedNode("https://w3id.org/model-lake/task#any-to-any")
    audio_classification: Final = NamedNode("https://w3id.org/model-lake/task#audio-classification")
    audio_text_to_text: Final = NamedNode("https://w3id.org/model-lake/task#audio-text-to-text")
    audio_to_audio: Final = NamedNode("https://w3id.org/model-lake/task#audio-to-audio")
    automatic_speech_recognition: Final = NamedNode("https://w3id.org/model-lake/task#automatic-speech-recognition")
    biology: Final = NamedNode("https://w3id.org/model-lake/task#biology")
    conversational: Final = NamedNode("https://w3id.org/model-lake/task#conversational")
    depth_estimation: Final = NamedNode("https://w3id.org/model-lake/task#depth-estimation")
    document_question_answering: Final = NamedNode("https://w3id.org/model-lake/task#document-question-answering")
    feature_extraction: Final = NamedNode("https://w3id.org/model-lake/task#feature-extraction")
    fill_mask: Final = NamedNode("https://w3id.org/model-lake/task#fill-mask")
    graph_ml: Final = NamedNode("https://w3id.org/model-lake/task#graph-ml")
    image_classification: Final = NamedNode("https://w3id.org/model-lake/task#image-classification")
    image_feature_extraction: Final = NamedNode("https://w3id.org/model-lake/task#image-feature-extraction")
    image_segmentation: Final = NamedNode("https://w3id.org/model-lake/task#image-segmentation")
    image_text_to_image: Final = NamedNode("https://w3id.org/model-lake/task#image-text-to-image")
    image_text_to_text: Final = NamedNode("https://w3id.org/model-lake/task#image-text-to-text")
    image_text_to_video: Final = NamedNode("https://w3id.org/model-lake/task#image-text-to-video")
    image_to_3d: Final = NamedNode("https://w3id.org/model-lake/task#image-to-3d")
    image_to_image: Final = NamedNode("https://w3id.org/model-lake/task#image-to-image")
    image_to_text: Final = NamedNode("https://w3id.org/model-lake/task#image-to-text")
    image_to_video: Final = NamedNode("https://w3id.org/model-lake/task#image-to-video")
    keypoint_detection: Final = NamedNode("https://w3id.org/model-lake/task#keypoint-detection")
    mask_generation: Final = NamedNode("https://w3id.org/model-lake/task#mask-generation")
    multiple_choice: Final = NamedNode("https://w3id.org/model-lake/task#multiple-choice")
    object_detection: Final = NamedNode("https://w3id.org/model-lake/task#object-detection")
    other: Final = NamedNode("https://w3id.org/model-lake/task#other")
    question_answering: Final = NamedNode("https://w3id.org/model-lake/task#question-answering")
    reinforcement_learning: Final = NamedNode("https://w3id.org/model-lake/task#reinforcement-learning")
    robotics: Final = NamedNode("https://w3id.org/model-lake/task#robotics")
    sentence_similarity: Final = NamedNode("https://w3id.org/model-lake/task#sentence-similarity")
    summarization: Final = NamedNode("https://w3id.org/model-lake/task#summarization")
    table_question_answering: Final = NamedNode("https://w3id.org/model-lake/task#table-question-answering")
    table_to_text: Final = NamedNode("https://w3id.org/model-lake/task#table-to-text")
    tabular_classification: Final = NamedNode("https://w3id.org/model-lake/task#tabular-classification")
    tabular_regression: Final = NamedNode("https://w3id.org/model-lake/task#tabular-regression")
    tabular_to_text: Final = NamedNode("https://w3id.org/model-lake/task#tabular-to-text")
    text_classification: Final = NamedNode("https://w3id.org/model-lake/task#text-classification")
    text_generation: Final = NamedNode("https://w3id.org/model-lake/task#text-generation")
    text_ranking: Final = NamedNode("https://w3id.org/model-lake/task#text-ranking")
    text_retrieval: Final = NamedNode("https://w3id.org/model-lake/task#text-retrieval")
    text_to_3d: Final = NamedNode("https://w3id.org/model-lake/task#text-to-3d")
    text_to_audio: Final = NamedNode("https://w3id.org/model-lake/task#text-to-audio")
    text_to_image: Final = NamedNode("https://w3id.org/model-lake/task#text-to-image")
    text_to_speech: Final = NamedNode("https://w3id.org/model-lake/task#text-to-speech")
    text_to_video: Final = NamedNode("https://w3id.org/model-lake/task#text-to-video")
    text2text_generation: Final = NamedNode("https://w3id.org/model-lake/task#text2text-generation")
    time_series_forecasting: Final = NamedNode("https://w3id.org/model-lake/task#time-series-forecasting")
    token_classification: Final = NamedNode("https://w3id.org/model-lake/task#token-classification")
    translation: Final = NamedNode("https://w3id.org/model-lake/task#translation")
    unconditional_image_generation: Final = NamedNode("https://w3id.org/model-lake/task#unconditional-image-generation")
    video_classification: Final = NamedNode("https://w3id.org/model-lake/task#video-classification")
    video_text_to_text: Final = NamedNode("https://w3id.org/model-lake/task#video-text-to-text")
    video_to_video: Final = NamedNode("https://w3id.org/model-lake/task#video-to-video")
    visual_document_retrieval: Final = NamedNode("https://w3id.org/model-lake/task#visual-document-retrieval")
    visual_question_answering: Final = NamedNode("https://w3id.org/model-lake/task#visual-question-answering")
    voice_activity_detection: Final = NamedNode("https://w3id.org/model-lake/task#voice-activity-detection")
    zero_shot_classification: Final = NamedNode("https://w3id.org/model-lake/task#zero-shot-classification")
    zero_shot_image_classification: Final = NamedNode("https://w3id.org/model-lake/task#zero-shot-image-classification")
    zero_shot_object_detection: Final = NamedNode("https://w3id.org/model-lake/task#zero-shot-object-detection")


class USAGE(Namespace, iri="https://w3id.org/model-lake/usage#"):
    """Terms of https://w3id.org/model-lake/usage#"""

    convert: Final = NamedNode("https://w3id.org/model-lake/usage#convert")
    distil: Final = NamedNode("https://w3id.org/model-lake/usage#distil")
    embed: Final = NamedNode("https://w3id.org/model-lake/usage#embed")
    evaluate: Final = NamedNode("https://w3id.org/model-lake/usage#evaluate")
    fine_tune: Final = NamedNode("https://w3id.org/model-lake/usage#fine-tune")
    generate_output: Final = NamedNode("https://w3id.org/model-lake/usage#generate-output")
    merge: Final = NamedNode("https://w3id.org/model-lake/usage#merge")
    quantize: Final = NamedNode("https://w3id.org/model-lake/usage#quantize")
    serve: Final = NamedNode("https://w3id.org/model-lake/usage#serve")
    train: Final = NamedNode("https://w3id.org/model-lake/usage#train")
    use_output_for_training: Final = NamedNode("https://w3id.org/model-lake/usage#use-output-for-training")


class VANN(Namespace, iri="http://purl.org/vocab/vann/"):
    """Terms of http://purl.org/vocab/vann/"""

    preferredNamespacePrefix: Final = NamedNode("http://purl.org/vocab/vann/preferredNamespacePrefix")
    preferredNamespaceUri: Final = NamedNode("http://purl.org/vocab/vann/preferredNamespaceUri")


class VS(Namespace, iri="http://www.w3.org/2003/06/sw-vocab-status/ns#"):
    """Terms of http://www.w3.org/2003/06/sw-vocab-status/ns#"""

    term_status: Final = NamedNode("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")


class XSD(Namespace, iri="http://www.w3.org/2001/XMLSchema#"):
    """Terms of http://www.w3.org/2001/XMLSchema#"""

    boolean: Final = NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
    date: Final = NamedNode("http://www.w3.org/2001/XMLSchema#date")
    dateTime: Final = NamedNode("http://www.w3.org/2001/XMLSchema#dateTime")
    decimal: Final = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    double: Final = NamedNode("http://www.w3.org/2001/XMLSchema#double")
    gYear: Final = NamedNode("http://www.w3.org/2001/XMLSchema#gYear")
    gYearMonth: Final = NamedNode("http://www.w3.org/2001/XMLSchema#gYearMonth")
    integer: Final = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    string: Final = NamedNode("http://www.w3.org/2001/XMLSchema#string")


class ZONE(Namespace, iri="https://w3id.org/model-lake/zone#"):
    """Terms of https://w3id.org/model-lake/zone#"""

    analysis: Final = NamedNode("https://w3id.org/model-lake/zone#analysis")
    data: Final = NamedNode("https://w3id.org/model-lake/zone#data")
    governance: Final = NamedNode("https://w3id.org/model-lake/zone#governance")
