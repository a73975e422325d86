"""Lineage graphs as text: trees, Graphviz, Mermaid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from modellake.cli.output import short_name

if TYPE_CHECKING:
    from modellake.lake.lineage import Edge, LineageGraph

TITLES = {"upstream": "comes from", "downstream": "leads to"}
_NOTHING = {
    "upstream": "nothing is recorded that it comes from",
    "downstream": "nothing is recorded that comes from it",
}


def show_tree(graph: LineageGraph, base: str) -> None:
    """A graph as a tree on stdout; what is shown already is not unfolded again."""
    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    title = Text(short_name(graph.root, base), style="bold")
    tree = Tree(title.append(f"  {TITLES[graph.direction]}", style="dim"))
    branches = [tree]
    for depth, edge, seen in graph.walk():
        label = Text(short_name(edge.target, base)).append(f"  {short_name(edge.relation)}", style="dim")
        if seen:
            label.append("  (see above)", style="dim italic")
        del branches[depth:]
        branches.append(branches[-1].add(label))
    if not graph.edges:
        tree.add(Text(_NOTHING[graph.direction], style="dim"))
    console = Console()
    # Lines are never cut in a pipe.
    console.print(tree, soft_wrap=not console.is_terminal)


def dot(graphs: Sequence[LineageGraph], base: str) -> str:
    """Graphs in the language of Graphviz (https://graphviz.org/doc/info/lang.html), effects pointing to causes."""
    lines = ["digraph lineage {", "  rankdir=RL;", "  node [shape=box];"]
    lines += [f"  {_quoted(root)} [style=bold];" for root in dict.fromkeys(graph.root for graph in graphs)]
    named = {name for effect, _, cause in statements(graphs) for name in (effect, cause)}
    lines += [f"  {_quoted(name)} [label={_quoted(short_name(name, base))}];" for name in sorted(named)]
    lines += [
        f"  {_quoted(effect)} -> {_quoted(cause)} [label={_quoted(short_name(relation))}];"
        for effect, relation, cause in statements(graphs)
    ]
    return "\n".join((*lines, "}"))


def mermaid(graphs: Sequence[LineageGraph], base: str) -> str:
    """Graphs as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), effects pointing to causes."""
    found = list(statements(graphs))
    ends = [name for effect, _, cause in found for name in (effect, cause)]
    names = {name: f"n{number}" for number, name in enumerate(dict.fromkeys((graphs[0].root, *ends)))}
    lines = ["flowchart RL"]
    lines += [f'  {node}["{_escaped(short_name(name, base))}"]' for name, node in names.items()]
    lines += [
        f'  {names[effect]} -->|"{_escaped(short_name(relation))}"| {names[cause]}' for effect, relation, cause in found
    ]
    return "\n".join(lines)


def lineage_dict(resource: str, graphs: Sequence[LineageGraph]) -> dict[str, Any]:
    """Graphs as JSON-ready values: each edge read as *effect relation cause*."""
    edges: dict[str, Any] = {graph.direction: [_edge_dict(graph, edge) for edge in graph.edges] for graph in graphs}
    return {"resource": resource, **edges}


def statements(graphs: Sequence[LineageGraph]) -> Iterator[tuple[str, str, str]]:
    """The edges of all graphs as (effect, relation, cause), each once."""
    return iter(dict.fromkeys(_statement(graph, edge) for graph in graphs for edge in graph.edges))


def _statement(graph: LineageGraph, edge: Edge) -> tuple[str, str, str]:
    if graph.direction == "upstream":
        return edge.source, edge.relation, edge.target
    return edge.target, edge.relation, edge.source


def _edge_dict(graph: LineageGraph, edge: Edge) -> dict[str, str]:
    return dict(zip(("effect", "relation", "cause"), _statement(graph, edge), strict=True))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    return text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
