"""What the demo prints: steps, tables and trees that fit 80 columns, plain where there is no terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as RichTable
from rich.text import Text
from rich.tree import Tree

from modellake.cli.output import short_name, term_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modellake.lake.lineage import LineageGraph
    from modellake.lake.tables import Table

_WIDTH = 80
_INDENT = (0, 0, 0, 2)


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
        rule = Rule(Text(f"{self._steps}  {title}", style="bold"), align="left", style="dim", characters="─")
        self.console.print()
        self.console.print(rule, width=self.width)

    def say(self, text: str, style: str = "") -> None:
        """A paragraph; nothing in it is markup."""
        self.console.print(Padding(Text(text, style=style), _INDENT), width=self.width)

    def verbatim(self, lines: Iterable[str], style: str = "") -> None:
        """Lines that are not wrapped, such as commands to copy."""
        for line in lines:
            self.console.print(Text(f"  {line}", style=style), soft_wrap=True)

    def table(self, table: Table, columns: Sequence[str] | None = None) -> None:
        """The answer to a question, names shortened."""
        shown = columns or table.columns
        places = [table.columns.index(name) for name in shown]
        self.rows(shown, ([term_text(row[place], self.base) for place in places] for row in table.rows))

    def rows(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table; long cells go on in the next line."""
        grid = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
        for name in columns:
            grid.add_column(Text(name), overflow="fold")
        for row in rows:
            grid.add_row(*map(Text, row))
        self.console.print(Padding(grid, _INDENT), width=self.width)

    def tree(self, graph: LineageGraph) -> None:
        """A lineage graph; what is shown already is not unfolded again."""
        tree = Tree(Text(short_name(graph.root, self.base), style="bold"), guide_style="dim")
        branches = [tree]
        for depth, edge, seen in graph.walk():
            label = (
                Text(short_name(edge.relation), style="dim")
                .append("  ")
                .append(short_name(edge.target, self.base), style="not dim")
            )
            if seen:
                label.append("  (see above)", style="italic")
            del branches[depth:]
            branches.append(branches[-1].add(label))
        self.console.print(Padding(tree, _INDENT), width=self.width)
