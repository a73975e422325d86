"""Energy of a run: what codecarbon measures or estimates while it goes on, without the network.

codecarbon (https://docs.codecarbon.io) is told everything that could make it ask a service: the country instead of
the address of this machine, and no place to report to, whatever its configuration files say.
"""

from __future__ import annotations

import logging
import math
import re
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from modellake.core.activities import EnvironmentalMeasurement
from modellake.core.errors import UnavailableError, UsageError

_COUNTRY = re.compile(r"[A-Za-z]{2,3}")
# What codecarbon reads where the country is not known: it wants one, but then only the energy is recorded.
_ANY_COUNTRY = "FRA"
_NO_NETWORK: dict[str, Any] = {
    "api_key": None,
    "co2_signal_api_token": None,
    "electricitymaps_api_token": None,
    "output_handlers": [],
    "output_methods": [],
}
_ACTIVITIES = {
    "training": "training",
    "continued-pretraining": "training",
    "distillation": "training",
    "fine-tuning": "fine-tuning",
    "evaluation": "validation",
    "data-preparation": "data-preparation",
    "deployment": "deployment",
}


class Meter:
    """A measurement that goes on.

    Args:
        country: ISO 3166-1, two or three letters; None where it is not known, and then emissions are not told.

    Raises:
        UnavailableError: codecarbon is not installed, or does not know the country.
        UsageError: the country is no code.
    """

    def __init__(self, country: str | None) -> None:
        try:
            from codecarbon import OfflineEmissionsTracker
        except ImportError as error:
            raise UnavailableError(
                "codecarbon is not installed, so the energy of the run is not recorded",
                code="extra.missing",
                remedy="pip install 'modellake[energy]'",
            ) from error
        self._region: str | None = None
        code = _ANY_COUNTRY
        if country:
            self._region, code = _codes(country)
        self._began = datetime.now(UTC)
        logging.getLogger("codecarbon").setLevel(logging.ERROR)
        self._tracker = OfflineEmissionsTracker(
            country_iso_code=code, allow_multiple_runs=True, log_level="error", **_NO_NETWORK
        )
        with suppress(Exception):
            self._tracker.start()

    def stop(self, kind: str) -> EnvironmentalMeasurement | None:
        """What the activity took, from the beginning to now; None where codecarbon could not tell.

        Args:
            kind: of the run; it says which activity the figures cover.
        """
        found = None
        with suppress(Exception):  # Whatever befalls codecarbon, the run is worth more than its energy.
            self._tracker.stop()
            found = self._tracker.final_emissions_data
        if found is None or not math.isfinite(found.energy_consumed):
            return None
        return EnvironmentalMeasurement(
            name=f"{self._began:%Y%m%dT%H%M%S%f}",
            energy_consumed=round(found.energy_consumed, 12),
            carbon_emitted=round(found.emissions, 12) if self._region and math.isfinite(found.emissions) else None,
            covered_activity=_ACTIVITIES.get(kind, "other"),
            # Of all parts only some have meters, such as RAPL and NVML; the memory is always estimated.
            measurement_method="estimated",
            measured_with=f"codecarbon {version('codecarbon')}, whole machine, {self._methods()}",
            region=self._region,
        )

    def _methods(self) -> str:
        return ", ".join(sorted({str(part) for part in self._tracker._hardware})) or "no hardware known"


def start_meter(wanted: bool | str | None) -> Meter | None:
    """The meter that ``energy`` of a run asks for: a country, True without one, or none."""
    return Meter(wanted if isinstance(wanted, str) else None) if wanted else None


def _codes(country: str) -> tuple[str, str]:
    """The two-letter code, which the ontology wants, and the three-letter one, which codecarbon wants."""
    import pycountry

    found = pycountry.countries.get(alpha_2=country.upper()) or pycountry.countries.get(alpha_3=country.upper())
    if not _COUNTRY.fullmatch(country) or found is None:
        raise UsageError(
            f"{country!r} is no country", code="country.unknown", remedy="Give its ISO 3166 code, such as 'FR'."
        )
    return found.alpha_2, found.alpha_3
