"""What is registered the same with all: trials of training, and chains of models that were made of one another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

PARAMS, METRICS = 10, 10
SHALLOW, DEEP = 10, 50


@dataclass(frozen=True)
class Trial:
    """One run: what it was told, what came out, what it read, and what it made.

    Attributes:
        data: the dataset that it read, as ``org/name``.
        digest: of the data.
        model: the line of the model that it made.
        file: the model's file.
    """

    name: str
    params: dict[str, float]
    metrics: dict[str, float]
    data: str
    digest: str
    model: str
    file: Path


def trial(number: int, file: Path) -> Trial:
    """No two numbers give the same values."""
    return Trial(
        name=f"trial-{number}",
        params={f"param_{index}": (number + index) / 7 for index in range(PARAMS)},
        metrics={f"metric_{index}": (number * index % 97) / 97 for index in range(METRICS)},
        data=f"acme/data-{number % 10}",
        digest=hashlib.sha256(str(number % 10).encode()).hexdigest()[:32],
        model="acme/model",
        file=file,
    )


def chains(count: int, deepest: int = DEEP) -> dict[str, str | None]:
    """Models by name, each with the one that it was made of: chains of 10 to 50, so many models in all."""
    parents: dict[str, str | None] = {}
    chain, depth = 0, min(SHALLOW, deepest)
    while len(parents) < count:
        for place in range(min(depth, count - len(parents))):
            parents[f"c{chain}-{place}"] = f"c{chain}-{place - 1}" if place else None
        chain, depth = chain + 1, depth + 1 if depth < deepest else min(SHALLOW, deepest)
    return parents


def deepest_chain(parents: dict[str, str | None]) -> list[str]:
    """The models of the longest chain, the first of all first."""
    depths: dict[str, int] = {}
    for name, parent in parents.items():
        depths[name] = 0 if parent is None else depths[parent] + 1
    name: str | None = max(depths, key=lambda one: depths[one])
    found: list[str] = []
    while name is not None:
        found.append(name)
        name = parents[name]
    return found[::-1]
