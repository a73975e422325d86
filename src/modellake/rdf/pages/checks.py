"""The page about the queries that check ontologies."""

from __future__ import annotations

from modellake.rdf.checks import ontology_checks
from modellake.rdf.pages.markdown import code, origin, paragraphs, table


def checks_page() -> str:
    """The page with every check that is a query."""
    rows = [
        (code(check.name), check.question, check.title, check.severity.value, check.source, check.remedy)
        for check in ontology_checks()
    ]
    return paragraphs(
        origin("queries/ontology/"),
        "# Checks of ontologies",
        "What `modellake ontology check` asks of an ontology beside [shapes](shapes.md#ontologies) and the reasoner."
        " Each check is a query that answers with what is wrong, in the columns of a ROBOT report"
        " (`?entity ?property ?value`), and has no answer for a good ontology.",
        table(("check", "asks", "finds", "severity", "after", "what to do"), rows),
    )
