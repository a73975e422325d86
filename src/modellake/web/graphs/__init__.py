"""The room ``/store``: the SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/).

On a bare engine graphs are graphs. On a lake they are records, and every write of one passes the gate as one commit.
"""

from modellake.web.graphs.room import routes

__all__ = ["routes"]
