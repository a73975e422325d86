"""Documents that the tests of the command line commit."""

PREFIXES = """\
@prefix lake: <https://w3id.org/model-lake#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct:  <http://purl.org/dc/terms/> .
"""
CHURN = (
    PREFIXES
    + """
<model/acme/churn> a lake:Model ; dct:title "Churn" .
<model/acme/churn/version/1.2> a lake:ModelVersion ;
    lake:versionOf <model/acme/churn> ;
    lake:trainedOn <dataset/acme/customers/version/3> ;
    dcat:version "1.2" .
<dataset/acme/customers> a lake:Dataset ; dct:title "Customers" .
<dataset/acme/customers/version/3> a lake:DatasetVersion ;
    lake:versionOf <dataset/acme/customers> ;
    dcat:version "3" .
"""
)
# Line 5 begins a model without the title that shape:Artifact-title asks for.
NAMELESS = PREFIXES + "\n<model/acme/nameless> a lake:Model .\n"
NAMED = PREFIXES + '\n<model/acme/nameless> a lake:Model ; dct:title "Not any more" .\n'
BROKEN = PREFIXES + '\n<model/acme/broken> dct:title "never closed .\n'
CARD = """\
---
license: mit
pipeline_tag: text-classification
---
# Sentiment

Tells whether a review is kind.
"""
BROKEN_CARD = "---\nlicense: [mit\n---\n# Broken\n"
