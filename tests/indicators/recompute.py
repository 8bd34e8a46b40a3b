"""The figures of `releve`, computed a second time: the slow and obvious way, to compare with to the last digit.

Reads a dump of the raw rows (JSON lines) and prints the figures of a range of months as one JSON object. It shares
nothing with the program: it was written from the definitions of the figures alone, the public holidays are those of
the PyPI package `holidays`, the time zone is that of the PyPI package `tzdata`.

Every indicator is a plain loop over its own definition, once for every month and once more for all months together: no
total is put together from the figures of months, because a median cannot be, and because a sum that is wrong in the
same way twice would prove nothing. Only days are remembered, not figures. What the definitions do not foresee (a row
of an unknown case, an unknown table, a date out of the calendar) is an error and never a guess.

Usage: recompute.py DUMP.jsonl --today YYYY-MM-DD --from YYYY-MM --to YYYY-MM [--service S]
"""

import argparse
import functools
import json
import sys
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

import holidays

# Else `zoneinfo` asks the machine first, whose tzdata is as old as its last update.
zoneinfo.reset_tzpath(to=())

Row = dict[str, object]

# ---- days ----

ZONE = zoneinfo.ZoneInfo("Europe/Paris")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)

# From 2010 on, where the package and the law are known to agree on metropolitan France: what it calls public holidays
# without a subdivision are the eleven days of the Code du travail, none of them a custom of a region.
CALENDAR_YEARS = range(2010, 2051)
HOLIDAYS = set(holidays.country_holidays("FR", subdiv=None, years=CALENDAR_YEARS, language="fr", expand=False))
for year in CALENDAR_YEARS:
    # Ascension day may be 1 or 8 May, and then one day is two holidays.
    assert len([day for day in HOLIDAYS if day.year == year]) in (10, 11), f"{year}: not the holidays of the law"


@functools.cache
def date_of(instant: int) -> date:
    """The civil date of an instant. In whole milliseconds: a float could round 23:59:59.999 to the next day."""
    return (EPOCH + timedelta(milliseconds=instant)).astimezone(ZONE).date()


def month_of(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def is_working(day: date) -> bool:
    assert day.year in CALENDAR_YEARS, f"{day} is out of the calendar"
    return day.weekday() < 5 and day not in HOLIDAYS


@functools.cache
def working_days(a: date, b: date) -> int:
    """The working days d with a < d ≤ b; backwards where b is before a, with a minus."""
    if b < a:
        return -working_days(b, a)
    counted, day = 0, a
    while day < b:
        day += DAY
        if is_working(day):
            counted += 1
    return counted


def calendar_days(a: date, b: date) -> int:
    return (b - a).days


# ---- the dump ----


@dataclass
class Dump:
    """The rows of a dump; with a service, those of its cases only."""

    cases: dict[int, Row]
    clocks: list[Row]
    events: list[Row]
    replies: list[Row]
    proposals: dict[int, Row]
    corrected: set[int]
    promises: list["Promise"]


TABLES = ("case", "clock", "event", "reply", "proposal", "correction")
EVENTS = {"holding_replies": "held", "pieces_asked": "pieces_asked", "transfers": "transferred", "reopened": "reopened"}


def read(lines: Iterable[str], service: str | None) -> Dump:
    tables: dict[str, list[Row]] = {table: [] for table in TABLES}
    for line in lines:
        if line.strip():
            row = json.loads(line)
            tables[row["t"]].append(row)
    # An event that no indicator counts may be of no case at all.
    tables["event"] = [event for event in tables["event"] if event["kind"] in EVENTS.values()]

    # A null would count as one more way to end, or as a model.
    assert all(isinstance(clock["ended_how"], str) for clock in tables["clock"]), "a clock without ended_how"
    assert all(isinstance(reply["model"], str) for reply in tables["reply"]), "a reply without model"

    every_case = {case["id"]: case for case in tables["case"]}
    assert len(every_case) == len(tables["case"]), "two cases have the same id"
    cases = {number: case for number, case in every_case.items() if service is None or case["service"] == service}

    def kept(table: str) -> list[Row]:
        for row in tables[table]:
            assert row["case"] in every_case, f"of no case: {row}"
        return [row for row in tables[table] if row["case"] in cases]

    proposals = {proposal["case"]: proposal for proposal in kept("proposal")}
    assert len(proposals) == len(kept("proposal")), "a case has two proposals"
    clocks = kept("clock")
    return Dump(
        cases=cases,
        clocks=clocks,
        events=kept("event"),
        replies=kept("reply"),
        proposals=proposals,
        corrected={correction["case"] for correction in kept("correction")},
        promises=promises_of(cases, clocks),
    )


# ---- promises ----


@dataclass
class Promise:
    """A deadline for an answer that a case was given, and what became of it."""

    case: Row
    row: Row
    starts: date
    due: date
    answered: date | None
    replied: date | None
    ended: date | None


def promises_of(cases: dict[int, Row], clocks: list[Row]) -> list[Promise]:
    clocks_of_case: dict[int, list[Row]] = {}
    for clock in clocks:
        clocks_of_case.setdefault(clock["case"], []).append(clock)

    promises = []
    for number, its_clocks in clocks_of_case.items():
        rows = [clock for clock in its_clocks if clock["purpose"] == "answer" and clock["ended_how"] != "replaced"]
        rows.sort(key=lambda clock: clock["id"])
        for position, row in enumerate(rows):
            following = rows[position + 1] if position + 1 < len(rows) else None
            promises.append(promise(cases[number], row, following, its_clocks))
    return promises


def promise(case: Row, row: Row, following: Row | None, its_clocks: list[Row]) -> Promise:
    met_at, ended_at = row["met_at"], row["ended_at"]
    replied_at = first_reply(row, following, its_clocks)
    return Promise(
        case=case,
        row=row,
        starts=date_of(row["starts_at"]),
        due=date_of(row["due_at"]),
        answered=date_of(met_at) if met_at is not None else None,
        replied=date_of(replied_at) if replied_at is not None else None,
        ended=date_of(ended_at) if ended_at is not None and met_at is None else None,
    )


def first_reply(row: Row, following: Row | None, its_clocks: list[Row]) -> int | None:
    """The instant of the first reply of any kind to a promise, or None."""
    # A delay that is announced or pieces that are asked for start a clock of their own: whoever wrote was heard.
    others = [clock["starts_at"] for clock in its_clocks if clock["purpose"] in ("announced", "pieces")]
    if row["ended_how"] == "handed_over" and row["ended_at"] is not None:
        others.append(row["ended_at"])
    # Such a reply says nothing of its promise, so its time has to: before the promise it was of an earlier one, and
    # from the next one on it is of that one.
    replies = [t for t in others if t >= row["starts_at"] and (following is None or t < following["starts_at"])]
    # The answer is written on the promise itself.
    if row["met_at"] is not None:
        replies.append(row["met_at"])
    return min(replies, default=None)


def counts(promise: Promise, today: date) -> bool:
    """Whether rates and delays count a promise."""
    merged = promise.case["state"] == "merged" or promise.row["ended_how"] == "merged"
    is_over = promise.due < today
    # Ended in time, nothing was owed any more; ended too late, it is a failure.
    ended_in_time = promise.answered is None and promise.ended is not None and promise.ended <= promise.due
    return not merged and is_over and not ended_in_time


# ---- families ----


def is_email(case: Row) -> bool:
    return case["kind"] == "information" and case["scope"] == "general" and case["channel"] in ("email", "form")


def is_letter(case: Row) -> bool:
    return case["kind"] == "information" and case["scope"] == "general" and case["channel"] == "letter"


def is_counter(case: Row) -> bool:
    return case["kind"] == "information" and case["scope"] == "general" and case["channel"] in ("counter", "phone")


def is_complaint(case: Row) -> bool:
    return case["kind"] == "complaint" and case["scope"] == "general"


def is_suggestion(case: Row) -> bool:
    return case["kind"] == "suggestion" and case["scope"] == "general"


def is_out_of_scope(case: Row) -> bool:
    return case["kind"] != "none" and case["scope"] != "general"


def is_of_any_family(case: Row) -> bool:
    return case["kind"] != "none"


FAMILIES: dict[str, Callable[[Row], bool]] = {
    "email": is_email,
    "letter": is_letter,
    "counter": is_counter,
    "complaint": is_complaint,
    "suggestion": is_suggestion,
    "out_of_scope": is_out_of_scope,
    "all": is_of_any_family,
}

# ---- the four kinds of indicators ----


def rate(num: int, den: int) -> Row:
    return {"num": num, "den": den, "rate": num / den if den else None}


def count(num: int) -> Row:
    return {"num": num}


def delay(spans: list[tuple[date, date]]) -> Row:
    return {
        "count": len(spans),
        "working_days": statistics([working_days(a, b) for a, b in spans]),
        "calendar_days": statistics([calendar_days(a, b) for a, b in spans]),
    }


def statistics(values: list[int]) -> Row:
    if not values:
        return {"sum": 0, "mean": None, "median": None, "p90": None}
    values = sorted(values)
    n = len(values)
    if n % 2 == 1:
        median = float(values[n // 2])
    else:
        median = (values[n // 2 - 1] + values[n // 2]) / 2
    # Value number ceil(0.9 n), counting from 1; in whole numbers, because 0.9 is none of the doubles.
    p90 = values[(9 * n + 9) // 10 - 1]
    return {"sum": sum(values), "mean": sum(values) / n, "median": median, "p90": p90}


# ---- indicators ----

# Each takes the months it is for (one of them, or all of them for the total), or the promises that are due in these.
Months = set[str]


def promises_due_in(dump: Dump, months: Months) -> list[Promise]:
    return [promise for promise in dump.promises if month_of(promise.due) in months]


def promises_that_count(due: list[Promise], family: str, today: date) -> list[Promise]:
    return [promise for promise in due if FAMILIES[family](promise.case) and counts(promise, today)]


def on_time(due: list[Promise], family: str, today: date) -> Row:
    promises = promises_that_count(due, family, today)
    kept = [promise for promise in promises if promise.answered is not None and promise.answered <= promise.due]
    return rate(len(kept), len(promises))


def on_time_any_reply(due: list[Promise], family: str, today: date) -> Row:
    promises = promises_that_count(due, family, today)
    kept = [promise for promise in promises if promise.replied is not None and promise.replied <= promise.due]
    return rate(len(kept), len(promises))


def answer_delay(due: list[Promise], family: str, today: date) -> Row:
    promises = promises_that_count(due, family, today)
    return delay([(promise.starts, promise.answered) for promise in promises if promise.answered is not None])


def reply_delay(due: list[Promise], family: str, today: date) -> Row:
    promises = promises_that_count(due, family, today)
    return delay([(promise.starts, promise.replied) for promise in promises if promise.replied is not None])


def open_and_late(due: list[Promise], today: date) -> Row:
    promises = promises_that_count(due, "all", today)
    return count(len([p for p in promises if p.row["met_at"] is None and p.row["ended_at"] is None]))


# Tools outside know a complaint by its word in the labelled corpus.
SPELT = {"complaint": "reclamation"}


def received(dump: Dump, months: Months) -> Row:
    cases = [
        case
        for case in dump.cases.values()
        if case["state"] != "merged" and month_of(date_of(case["received_at"])) in months
    ]
    by: dict[str, dict[str, int]] = {}
    for key in ("channel", "kind", "scope", "topic", "service", "mailbox"):
        by[key] = {}
        for case in cases:
            value = case[key]
            assert isinstance(value, str), f"{key} is no text: {case}"
            value = SPELT.get(value, value) if key == "kind" else value
            by[key][value] = by[key].get(value, 0) + 1
    return {"num": len(cases), "by": by}


def acknowledged_in_one_day(dump: Dump, months: Months, today: date) -> Row:
    num = den = 0
    for clock in dump.clocks:
        due, met_at, ended_at = date_of(clock["due_at"]), clock["met_at"], clock["ended_at"]
        if clock["purpose"] != "receipt" or month_of(due) not in months:
            continue
        if clock["ended_how"] in ("replaced", "merged") or dump.cases[clock["case"]]["state"] == "merged":
            continue
        if not due < today:
            continue
        if met_at is None and ended_at is not None and date_of(ended_at) <= due:
            continue
        den += 1
        if met_at is not None and date_of(met_at) <= due:
            num += 1
    return rate(num, den)


def events(dump: Dump, kind: str, months: Months) -> Row:
    return count(len([e for e in dump.events if e["kind"] == kind and month_of(date_of(e["at"])) in months]))


def classification_accepted(dump: Dump, months: Months) -> Row:
    num = den = 0
    for number, case in dump.cases.items():
        if case["state"] == "merged" or month_of(date_of(case["received_at"])) not in months:
            continue
        if number not in dump.proposals or number not in dump.corrected:
            continue
        den += 1
        if all(case[key] == dump.proposals[number][key] for key in ("kind", "scope", "topic")):
            num += 1
    return rate(num, den)


def model_used(dump: Dump, months: Months) -> Row:
    answers = [r for r in dump.replies if r["purpose"] == "answer" and month_of(date_of(r["at"])) in months]
    return rate(len([reply for reply in answers if reply["model"] != ""]), len(answers))


def indicators(dump: Dump, months: Months, today: date) -> Row:
    figures = {}
    # Once for all the families: 29 times through every promise, for every month, would take minutes.
    due = promises_due_in(dump, months)
    for family in FAMILIES:
        figures[f"{family}_on_time"] = on_time(due, family, today)
        figures[f"{family}_on_time_any_reply"] = on_time_any_reply(due, family, today)
        figures[f"{family}_delay"] = answer_delay(due, family, today)
        figures[f"{family}_delay_any_reply"] = reply_delay(due, family, today)
    figures["received"] = received(dump, months)
    figures["acknowledged_in_one_day"] = acknowledged_in_one_day(dump, months, today)
    for name, kind in EVENTS.items():
        figures[name] = events(dump, kind, months)
    figures["open_and_late"] = open_and_late(due, today)
    figures["classification_accepted"] = classification_accepted(dump, months)
    figures["model_used"] = model_used(dump, months)
    return figures


# ---- the command ----


def months_between(first: str, last: str) -> list[str]:
    """Every month from the first to the last, both included, also those in which nothing happened."""
    day, months = date.fromisoformat(f"{first}-01"), []
    while month_of(day) <= last:
        months.append(month_of(day))
        day = (day + 31 * DAY).replace(day=1)
    return months


def recompute(lines: Iterable[str], today: str, first: str, last: str, service: str | None = None) -> Row:
    # A bad date has to fail here and not to compare as a text.
    day, months = date.fromisoformat(today), months_between(first, month_of(date.fromisoformat(f"{last}-01")))
    assert months, f"no month from {first} to {last}"
    dump = read(lines, service)
    return {
        "from": first,
        "to": last,
        "service": service,
        "today": today,
        "months": [{"month": month, "indicators": indicators(dump, {month}, day)} for month in months],
        "totals": indicators(dump, set(months), day),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Computes the figures of a dump the slow and obvious way.")
    parser.add_argument("dump")
    parser.add_argument("--today", required=True)
    parser.add_argument("--from", required=True, dest="first")
    parser.add_argument("--to", required=True, dest="last")
    parser.add_argument("--service")
    arguments = parser.parse_args()
    with open(arguments.dump, encoding="utf-8") as lines:
        figures = recompute(lines, arguments.today, arguments.first, arguments.last, arguments.service)
    json.dump(figures, sys.stdout, sort_keys=True, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
