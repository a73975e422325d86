"""What the demo prints: steps, tables and trees that fit 80 columns, plain where there is no terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.status import Status
from rich.table import Table as RichTable
from rich.text import Text
from rich.tree import Tree

from modellake.cli.output import short_name, term_text
from modellake.cli.reports import sentence
from modellake.core.report import Severity

if TYPE_CHECKING:
    from modellake.core.report import Finding
    from modellake.lake.lineage import LineageGraph
    from modellake.lake.tables import Table

_WIDTH = 80
_INDENT = (0, 0, 0, 2)
FACETS = ("who", "what", "when", "where", "why", "how")


def plain_name(iri: str, base: str) -> str:
    """``demo/digits-tree@1``: what every command understands, without the kind where that is clear."""
    return short_name(iri, base).removeprefix("model/").removeprefix("dataset/")


@dataclass
class Screen:
    """A console with the few forms that the demo needs.

    Attributes:
        base: the base IRI of the lake, which names are shortened by.
    """

    console: Console
    base: str = ""
    _steps: int = field(default=0)

    @property
    def width(self) -> int:
        """Columns used: 80, or what a narrower terminal has."""
        return min(_WIDTH, self.console.width)

    def step(self, title: str) -> None:
        """The beginning of a step, numbered."""
        self._steps += 1
        rule = Rule(Text(f"{self._steps}  {title}", style="bold"), align="left", style="dim")
        self.console.print()
        self._show(rule)

    def pause(self) -> None:
        """An empty line."""
        self.console.print()

    def waiting(self, text: str) -> Status:
        """A sign on a terminal that something goes on; nothing elsewhere."""
        return self.console.status(text)

    def say(self, text: str) -> None:
        """A paragraph; nothing in it is markup."""
        self._show(Padding(Text(text), _INDENT, expand=False))

    def command(self, text: str) -> None:
        """The command that asks the same."""
        self.console.print(Text(f"  $ {text}", style="dim"), soft_wrap=True)

    def verbatim(self, lines: Iterable[str]) -> None:
        """Lines that are never wrapped, to be copied."""
        for line in lines:
            self.console.print(Text(f"  {line}"), soft_wrap=True)

    def table(self, table: Table) -> None:
        """The answer to a question, names shortened."""
        self.rows(table.columns, ([term_text(cell, self.base) for cell in row] for row in table.rows))

    def rows(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table; long cells go on in the next line."""
        named = any(columns)
        grid = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, show_header=named, header_style="dim")
        for name in columns:
            grid.add_column(Text(name), overflow="fold")
        for row in rows:
            grid.add_row(*map(Text, row))
        self._show(Padding(grid, _INDENT, expand=False))

    def facets(self, table: Table) -> None:
        """An answer with the columns facet, property and value, in the order of the six questions."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for facet, property_, value in table.rows:
            name = short_name(term_text(property_)).partition(":")[2]
            text = plain_name(term_text(value, self.base), self.base).replace(self.base, "")
            found[term_text(facet)].append((name, text))
        order = sorted(found, key=lambda facet: FACETS.index(facet) if facet in FACETS else len(FACETS))
        rows = [(facet if first else "", *pair) for facet in order for first, pair in _with_first(found[facet])]
        self.rows(("", "", ""), rows)

    def affected(self, table: Table) -> None:
        """An answer with the columns model, directly and origin, one line a model."""
        direct: set[str] = set()
        through: dict[str, set[str]] = defaultdict(set)
        for row in table:
            model, origin = (plain_name(row[name], self.base) for name in ("model", "origin"))
            through[model].add(origin)
            direct |= {model} if row["directly"] else set()
        names = ((model, ", ".join(sorted(origins))) for model, origins in sorted(through.items()))
        self.rows(
            ("model", "hit"), ((name, "directly" if name in direct else f"through {ways}") for name, ways in names)
        )

    def violations(self, findings: Iterable[Finding], folder: Path) -> None:
        """What blocks: what is wrong, where, and what to do."""
        for finding in findings:
            if finding.severity is Severity.VIOLATION:
                place = str(finding.place).removeprefix(f"{folder}/") if finding.place else ""
                self._show(Padding(Text(f"{place}  {sentence(finding, self.base)[0]}", "red"), _INDENT, expand=False))
                self._show(Padding(Text(finding.remedy or ""), (0, 0, 0, 4), expand=False))

    def _show(self, what: RenderableType) -> None:
        """Print within the width; where there is no terminal, without blanks at the ends of lines."""
        if self.console.is_terminal:
            self.console.print(what, width=self.width)
            return
        with self.console.capture() as captured:
            self.console.print(what, width=self.width)
        self.console.out("\n".join(line.rstrip() for line in captured.get().splitlines()), highlight=False)

    def tree(self, graph: LineageGraph, relations: Collection[str]) -> None:
        """The edges of a lineage graph that are of some relations, as a tree."""
        kept = tuple(edge for edge in graph.edges if _local(edge.relation) in relations)
        tree = Tree(Text(plain_name(graph.root, self.base), style="bold"), guide_style="dim")
        branches = [tree]
        for depth, edge, seen in replace(graph, edges=kept).walk():
            label = Text.assemble((_local(edge.relation), "dim"), "  ", plain_name(edge.target, self.base))
            del branches[depth:]
            branches.append(branches[-1].add(label.append(" (above)" if seen else "", style="dim")))
        self._show(Padding(tree, _INDENT, expand=False))


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]


def _with_first(pairs: Sequence[tuple[str, str]]) -> Iterable[tuple[bool, tuple[str, str]]]:
    return ((index == 0, pair) for index, pair in enumerate(pairs))
