"""The examination: all checks in order, or some of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from modellake.core.errors import NotFoundError
from modellake.core.report import Finding
from modellake.lake.doctor import contents, history, surroundings
from modellake.lake.doctor.patient import Patient

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: how people ask for it; the codes of its findings are ``doctor.`` and this.
        needs_view: whether it is left out while another process has the view open.
    """

    name: str
    run: Callable[[Patient], Iterable[Finding]]
    needs_view: bool = False

    @property
    def title(self) -> str:
        """What it asks, in a sentence."""
        return (self.run.__doc__ or self.name).strip()


CHECKS = (
    Check("holder", surroundings.check_holder),
    Check("installation", surroundings.check_installation),
    Check("disk", surroundings.check_disk),
    Check("permissions", surroundings.check_permissions),
    Check("exposure", surroundings.check_exposure),
    Check("leftovers", surroundings.check_leftovers),
    Check("payloads", surroundings.check_payloads, needs_view=True),
    Check("clock", history.check_clock),
    Check("orphans", history.check_orphans),
    Check("quarantine", history.check_quarantine),
    Check("spaces", history.check_spaces, needs_view=True),
    Check("rules", history.check_rules, needs_view=True),
    Check("lag", contents.check_lag, needs_view=True),
    Check("references", contents.check_references, needs_view=True),
    Check("contradictions", contents.check_contradictions, needs_view=True),
    Check("conformance", contents.check_conformance, needs_view=True),
)


def examine(
    patient: Patient, names: Iterable[str] = (), progress: Progress | None = None
) -> Iterator[tuple[Check, list[Finding] | None]]:
    """Each check with what it found, as it is made; None for one that needs the view while another process has it.

    Args:
        names: of the checks to make; all, if there is none.
        progress: called with (done, in all) by the checks that take long.

    Raises:
        NotFoundError: ``doctor.check-unknown``.
    """
    for check in chosen(names):
        if check.needs_view and patient.lake is None:
            yield check, None
        elif check.run is contents.check_conformance:
            yield check, list(contents.check_conformance(patient, progress))
        else:
            yield check, list(check.run(patient))


def chosen(names: Iterable[str]) -> list[Check]:
    """The checks of these names, in the order of the examination.

    Raises:
        NotFoundError: ``doctor.check-unknown``.
    """
    wanted = list(names)
    known = [check.name for check in CHECKS]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise NotFoundError(
            f"The doctor has no check called {unknown[0]!r}",
            code="doctor.check-unknown",
            remedy=f"There are {', '.join(known)}.",
        )
    return [check for check in CHECKS if not wanted or check.name in wanted]
