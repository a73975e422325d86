"""Values of XSD literals as Oxigraph holds and prints them.

The engine keeps numbers, booleans, dates and durations as binary values and prints them anew. The rules here
are those of its crate oxsdatatypes (https://docs.rs/oxsdatatypes), where they differ from XSD 1.1 Part 2
(https://www.w3.org/TR/xmlschema11-2/) too: a duration may end in ``T``, 29 February is no gMonthDay,
floating-point numbers have no exponent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import partial
from math import isnan
from struct import pack, unpack
from typing import TypeAlias

XSD = "http://www.w3.org/2001/XMLSchema#"
Rule: TypeAlias = Callable[[str], str | None]

_FRACTION_DIGITS = 18
_ONE = 10**_FRACTION_DIGITS  # Oxigraph's decimals are 128-bit integers in units of 10^-18
_I64_MAX = 2**63 - 1
_I128_MAX = 2**127 - 1
_INFINITY = float("inf")
_EXACT = Context(prec=1100)  # no double has more digits
_SIGNED_INTEGERS = ("integer", "long", "int", "short", "byte")
_UNSIGNED_INTEGERS = ("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte")
_HALVED_INTEGERS = ("positiveInteger", "negativeInteger", "nonPositiveInteger", "nonNegativeInteger")


def print_value(text: str, datatype: str) -> tuple[str, str] | None:
    """The lexical form and datatype IRI that the engine gives back for a literal of an XSD datatype.

    None: the engine keeps the literal as it is, because the datatype has no binary form, the lexical form is
    invalid, or the value is out of range.
    """
    rule = _RULES.get(datatype)
    form = rule[0](text) if rule else None
    return (form, rule[1]) if rule and form is not None else None


def has_binary_form(datatype: str) -> bool:
    """Does the engine hold valid literals of this datatype by value?"""
    return datatype in _RULES


def _boolean(text: str) -> str | None:
    return {"true": "true", "1": "true", "false": "false", "0": "false"}.get(text)


_INTEGER = re.compile(r"([+-]?)0*([0-9]{1,19})")


def _integer(text: str) -> str | None:
    match = _INTEGER.fullmatch(text)
    number = int(match[1] + match[2]) if match else None
    return str(number) if number is not None and _fits(number, _I64_MAX) else None


def _fits(number: int, largest: int) -> bool:
    return -largest - 1 <= number <= largest


_DECIMAL = re.compile(r"([+-]?)(?=\.?[0-9])0*([0-9]*)(?:\.([0-9]*))?")


def _scaled(text: str) -> int | None:
    """A decimal in units of 10^-18, or None where Oxigraph cannot hold it."""
    match = _DECIMAL.fullmatch(text)
    if not match:
        return None
    whole, fraction = match[2], (match[3] or "").rstrip("0")
    if len(whole) > 21 or len(fraction) > _FRACTION_DIGITS:
        return None
    number = int(match[1] + whole + fraction.ljust(_FRACTION_DIGITS, "0"))
    return number if _fits(number, _I128_MAX) else None


def _unscaled(number: int) -> str:
    whole, fraction = divmod(abs(number), _ONE)
    digits = f".{fraction:018}".rstrip("0") if fraction else ""
    return f"{'-' if number < 0 else ''}{whole}{digits}"


def _decimal(text: str) -> str | None:
    number = _scaled(text)
    return None if number is None else _unscaled(number)


_FLOATING = re.compile(
    r"[+-]?(?:inf|infinity|nan|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)", re.ASCII | re.IGNORECASE
)


def _double(text: str) -> str | None:
    if not _FLOATING.fullmatch(text):
        return None
    number = float(text)
    return _special(number) or _plain(_shortest_double(number))


def _float(text: str) -> str | None:
    if not _FLOATING.fullmatch(text):
        return None
    number = _nearest_single(text)
    return _special(number) or _plain(_shortest_single(number))


def _special(number: float) -> str | None:
    if isnan(number):
        return "NaN"
    return {_INFINITY: "INF", -_INFINITY: "-INF"}.get(number)


def _plain(number: Decimal) -> str:
    """Without exponent and without an empty fraction, as Rust displays floating-point numbers."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _nearest_single(text: str) -> float:
    """The 32-bit number nearest to a decimal text, as a double: rounded once, not by way of 64 bits."""
    double = float(text)
    single = _single(double)
    if single == double or isnan(double) or abs(double) >= 2.0**128:
        return single
    other = _next_single(single, double)
    # Only a double half-way between two singles may have been rounded to there from either side.
    if abs(double - _finite(single)) != abs(double - _finite(other)) or Decimal(text) == Decimal(double):
        return single
    return (max if Decimal(text) > Decimal(double) else min)(single, other)


def _single(number: float) -> float:
    """The nearest 32-bit number, ties to even."""
    try:
        return float(unpack("<f", pack("<f", number))[0])
    except OverflowError:
        return _INFINITY if number > 0 else -_INFINITY


def _next_single(single: float, toward: float) -> float:
    """The 32-bit number after ``single`` on the side of ``toward``."""
    bits = unpack("<I", pack("<f", abs(single)))[0] + (1 if abs(toward) > abs(single) else -1)
    size = float(unpack("<f", pack("<I", bits))[0])
    return -size if toward < 0 else size


def _finite(single: float) -> float:
    """Rounding takes infinity for the number that would follow the largest 32-bit number."""
    return max(-(2.0**128), min(single, 2.0**128))


def _shortest_double(number: float) -> Decimal:
    """The shortest decimal that rounds to a 64-bit number; among those, the nearest, of two the larger.

    Python prints the same, but of two it prints the even one.
    """
    exact, shortest = Decimal(number), Decimal(repr(number))
    exponent = shortest.as_tuple().exponent
    larger = _EXACT.add(shortest, Decimal((int(number < 0), (1,), int(exponent))))
    tie = _EXACT.add(shortest, larger) == _EXACT.add(exact, exact)
    return larger if tie and float(larger) == number else shortest


def _shortest_single(number: float) -> Decimal:
    """The shortest decimal that rounds to a 32-bit number; among those, the nearest, of two the larger."""
    exact = Decimal(number)
    for digits in range(1, 9):
        contexts = (Context(prec=digits, rounding=rounding) for rounding in (ROUND_FLOOR, ROUND_CEILING))
        near = {context.plus(exact) for context in contexts}
        for candidate in sorted(near, key=lambda item: (abs(_EXACT.subtract(item, exact)), -abs(item))):
            if _nearest_single(str(candidate)) == number:
                return candidate if number else exact
    return Context(prec=9).plus(exact)  # nine digits tell all 32-bit numbers apart


_FIELDS = {
    "year": r"(?P<year>-?(?:[1-9][0-9]{4,18}|[0-9]{4}))",
    "month": r"(?P<month>0[1-9]|1[0-2])",
    "day": r"(?P<day>0[1-9]|[12][0-9]|3[01])",
    "clock": r"(?P<hour>[01][0-9]|2[0-4]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)",
}
_ZONE = r"(?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"


def _calendar(template: str) -> Rule:
    """What reads and prints the dates and times that look like ``template``."""
    pattern = re.compile(template.format_map(_FIELDS) + _ZONE)

    def reprint(text: str) -> str | None:
        match = pattern.fullmatch(text)
        moment = _moment(match.groupdict()) if match else None
        return None if moment is None else _print_moment(template, moment)

    return reprint


def _moment(texts: dict[str, str | None]) -> dict[str, int] | None:
    """The fields of a date or time (seconds in units of 10^-18), or None where Oxigraph cannot hold it."""
    moment = {name: int(text) for name, text in texts.items() if text and name not in ("second", "zone")}
    second = _scaled(texts.get("second") or "0")
    if second is None:
        return None
    moment["second"] = second
    if zone := texts.get("zone"):
        moment["zone"] = _zone_minutes(zone)
    after_midnight = moment.get("hour") == 24 and (moment["minute"] or second)
    return None if after_midnight or not (_is_day(moment) and _is_held(moment)) else moment


def _zone_minutes(zone: str) -> int:
    minutes = 0 if zone == "Z" else int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes


def _days_in_month(year: int | None, month: int) -> int:
    leap = year is not None and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 + leap if month == 2 else 30 + (month in (1, 3, 5, 7, 8, 10, 12))


def _is_day(moment: dict[str, int]) -> bool:
    return moment.get("day", 1) <= _days_in_month(moment.get("year"), moment.get("month", 1))


def _is_held(moment: dict[str, int]) -> bool:
    """Does the place on the time line fit into Oxigraph's decimals?

    https://www.w3.org/TR/xmlschema11-2/#vp-dt-timeOnTimeline
    """
    year, month = moment.get("year", 1972), moment.get("month", 12)
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400
    days += sum(_days_in_month(year, earlier) for earlier in range(1, month))
    days += moment.get("day", _days_in_month(year, month)) - 1
    minutes = (days * 24 + moment.get("hour", 0)) * 60 + moment.get("minute", 0) - moment.get("zone", 0)
    return _fits(minutes * 60 * _ONE, _I128_MAX) and _fits(minutes * 60 * _ONE + moment["second"], _I128_MAX)


def _print_moment(template: str, moment: dict[str, int]) -> str:
    if moment.get("hour") == 24:
        moment = _next_midnight(moment)
    year, second = moment.get("year", 0), moment["second"]
    fields = {
        "year": f"{'-' if year < 0 else ''}{abs(year):04}",
        "month": f"{moment.get('month', 0):02}",
        "day": f"{moment.get('day', 0):02}",
        "clock": f"{moment.get('hour', 0):02}:{moment.get('minute', 0):02}:"
        f"{'0' if second < 10 * _ONE else ''}{_unscaled(second)}",
    }
    return template.format_map(fields) + _print_zone(moment.get("zone"))


def _next_midnight(moment: dict[str, int]) -> dict[str, int]:
    if "day" not in moment:
        return {**moment, "hour": 0}
    year, month, day = moment["year"], moment["month"], moment["day"] + 1
    if day > _days_in_month(year, month):
        year, month, day = (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)
    return {**moment, "year": year, "month": month, "day": day, "hour": 0}


def _print_zone(minutes: int | None) -> str:
    if not minutes:
        return "" if minutes is None else "Z"
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9.]+)S)?)?"
)
_SECONDS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}


def _duration(text: str, *, months: bool = True, seconds: bool = True) -> str | None:
    """A duration that may have months, seconds, or both."""
    match = _DURATION.fullmatch(text)
    parts = {name: part for name, part in match.groupdict("").items() if part} if match else {}
    sign = -1 if parts.pop("sign", "") else 1
    has_months = not parts.keys().isdisjoint(("years", "months"))
    has_seconds = not parts.keys().isdisjoint(_SECONDS)
    if not parts or (has_months and not months) or (has_seconds and not seconds):
        return None
    month_count, second_count = _months(parts, sign), _seconds(parts, sign)
    if month_count is None or second_count is None:
        return None
    return _print_duration(month_count, second_count, zero="P0M" if not seconds else "PT0S")


def _months(parts: dict[str, str], sign: int) -> int | None:
    years, months = parts.get("years", "0").lstrip("0"), parts.get("months", "0").lstrip("0")
    if max(len(years), len(months)) > 19 or int(months or 0) > _I64_MAX:
        return None
    count = sign * (int(years or 0) * 12 + int(months or 0))
    return count if _fits(count, _I64_MAX) else None


def _seconds(parts: dict[str, str], sign: int) -> int | None:
    """Days, hours, minutes and seconds together, in units of 10^-18 seconds."""
    count = 0
    for name, size in _SECONDS.items():
        part = _scaled(parts.get(name, "0"))
        if part is None:
            return None
        count += sign * part * size
    return count if _fits(count, _I128_MAX) else None


def _print_duration(months: int, seconds: int, zero: str) -> str:
    if not months and not seconds:
        return zero
    years, rest_months = divmod(abs(months), 12)
    whole, fraction = divmod(abs(seconds), 60 * _ONE)
    days, minutes = divmod(whole, 24 * 60)
    date = [(years, "Y"), (rest_months, "M"), (days, "D")]
    time = [(minutes // 60, "H"), (minutes % 60, "M")]
    clock = "".join(f"{count}{unit}" for count, unit in time if count)
    clock += f"{_unscaled(fraction)}S" if fraction else ""
    sign = "-" if months < 0 or seconds < 0 else ""
    return f"{sign}P{''.join(f'{count}{unit}' for count, unit in date if count)}{'T' if clock else ''}{clock}"


_DATE_TIME = _calendar("{year}-{month}-{day}T{clock}")
_YEAR_MONTH_DURATION: Rule = partial(_duration, seconds=False)
_DAY_TIME_DURATION: Rule = partial(_duration, months=False)
_RULES: dict[str, tuple[Rule, str]] = {
    XSD + name: (rule, XSD + result)
    for name, rule, result in (
        *((name, _integer, "integer") for name in (*_SIGNED_INTEGERS, *_UNSIGNED_INTEGERS, *_HALVED_INTEGERS)),
        ("boolean", _boolean, "boolean"),
        ("decimal", _decimal, "decimal"),
        ("double", _double, "double"),
        ("float", _float, "float"),
        ("dateTime", _DATE_TIME, "dateTime"),
        ("dateTimeStamp", _DATE_TIME, "dateTime"),
        ("time", _calendar("{clock}"), "time"),
        ("date", _calendar("{year}-{month}-{day}"), "date"),
        ("gYearMonth", _calendar("{year}-{month}"), "gYearMonth"),
        ("gYear", _calendar("{year}"), "gYear"),
        ("gMonthDay", _calendar("--{month}-{day}"), "gMonthDay"),
        ("gMonth", _calendar("--{month}"), "gMonth"),
        ("gDay", _calendar("---{day}"), "gDay"),
        ("duration", _duration, "duration"),
        ("yearMonthDuration", _YEAR_MONTH_DURATION, "yearMonthDuration"),
        ("dayTimeDuration", _DAY_TIME_DURATION, "dayTimeDuration"),
    )
}
