"""Questions for `releve deadline --batch -`, each with the answer of a calendar that shares nothing with ours.

One JSON line a question on stdout; its key `expected` is the answer. The public holidays are those of the PyPI package
`holidays`, corrected where it differs from the law (CORRECTIONS); the zones are those of the PyPI package `tzdata`. The
walk is the plainest there is, one day after the other, because it has to be right and not fast.

20 000 questions are random, with a fixed seed; the others go where calendars break: the eve of every public holiday,
the end of February, the nights in which clocks change, the date line, the Easter of the next year. The days of every
quarter are counted in every territory: no working day too many or too few can hide between the random questions.
"""

import json
import random
import sys
import zoneinfo
from datetime import date, datetime, time, timedelta, timezone

import holidays

# Else `zoneinfo` asks the machine first, whose tzdata is as old as its last update.
zoneinfo.reset_tzpath(to=())

YEARS = range(2010, 2036)
# The longest of the deadlines below ends in the spring of the year after.
CALENDAR_YEARS = range(2010, 2037)
SEED = 20260522
RANDOM_QUESTIONS = 20_000

# ---- the territories ----

# Written down anew (domain.md §3.4), not taken from the program: what the package calls a territory, and its zone.
OVERSEAS = {
    "971": ("971", "America/Guadeloupe"),
    "972": ("972", "America/Martinique"),
    "973": ("973", "America/Cayenne"),
    "974": ("974", "Indian/Reunion"),
    "975": ("PM", "America/Miquelon"),
    "976": ("976", "Indian/Mayotte"),
    "977": ("BL", "America/St_Barthelemy"),
    "978": ("MF", "America/Marigot"),
    "984": ("TF", "Indian/Reunion"),  # the seat of the TAAF; nobody lives by the clock of the Kerguelen
    "986": ("WF", "Pacific/Wallis"),
    "987": ("PF", "Pacific/Tahiti"),
    "988": ("NC", "Pacific/Noumea"),
}
ALSACE_MOSELLE = {"57": "57", "67": "6AE", "68": "6AE"}
# 20 was Corsica until 1975.
METROPOLITAN = [f"{number:02}" for number in range(1, 96) if number != 20] + ["2A", "2B"]
TERRITORIES = {code: (ALSACE_MOSELLE.get(code), "Europe/Paris") for code in METROPOLITAN} | OVERSEAS
# One of each kind: the other départements have the calendar of the Charente.
OF_EACH_KIND = ["16", *ALSACE_MOSELLE, *OVERSEAS]

# ---- the holidays ----

CUSTOM = "custom or local agreement: not in L3422-2 and not in the data of Etalab"
OLD_STATUS = "no day in the package; Etalab has 27 May, kept as in Guadeloupe until the décret of 2012"
DECREE = "décret 2012-553 said 27 May; the 28th since the circulaire of 4 May 2018"

# Where the package differs from the law, and nothing else: the table at the top of src/calendar/holidays.rs has the
# same lines. What is removed is named and not dated, because two holidays may share a day, which the other one keeps:
# 28 May 2012 was Whit Monday too. What is added has its month and day.
CORRECTIONS = [
    # territory, years, removed, added, why
    ("971", CALENDAR_YEARS, "Vendredi saint", None, CUSTOM),
    ("971", CALENDAR_YEARS, "Mi-Carême", None, CUSTOM),
    ("971", CALENDAR_YEARS, "Fête de Victor Schoelcher", None, CUSTOM),
    ("972", CALENDAR_YEARS, "Fête de Victor Schoelcher", None, CUSTOM),
    ("978", range(2012, 2037), "Fête de Victor Schoelcher", None, CUSTOM),
    ("978", range(2010, 2012), None, (5, 27), OLD_STATUS),
    ("978", range(2012, 2018), "Abolition de l'esclavage", (5, 27), DECREE),
    ("987", [2025], "Matāri'i", (6, 29), "the loi du pays of 6 May 2025 replaces the 29 June from 2026 on"),
]


def public_holidays(code: str) -> set[date]:
    """The days on which nobody works in a territory, besides Saturdays and Sundays."""
    subdivision, _ = TERRITORIES[code]
    package = holidays.country_holidays("FR", subdiv=subdivision, years=CALENDAR_YEARS, language="fr", expand=False)
    names = {day: set(name.split("; ")) for day, name in package.items()}
    for territory, years, removed, added, why in CORRECTIONS:
        if territory == code:
            for year in years:
                correct(names, year, removed, added, why)
    return {day for day, kept in names.items() if kept}


def correct(
    names: dict[date, set[str]], year: int, removed: str | None, added: tuple[int, int] | None, why: str
) -> None:
    """Removes and adds a day of a year. A correction that finds nothing to correct is one too many, and an error."""
    if removed is not None:
        found = [kept for day, kept in names.items() if day.year == year and removed in kept]
        assert len(found) == 1, f"{year}: the package has {len(found)} days called {removed}; correct CORRECTIONS"
        found[0].remove(removed)
    if added is not None:
        day = date(year, *added)
        assert day not in names, f"{day}: the package has {names[day]}; correct CORRECTIONS"
        names[day] = {why}


HOLIDAYS = {code: public_holidays(code) for code in TERRITORIES}
ZONES = {code: zoneinfo.ZoneInfo(zone) for code, (_, zone) in TERRITORIES.items()}
PARIS = ZONES["75"]

# ---- the walk ----

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def answer(code: str, received: datetime, days: int, unit: str) -> dict[str, object]:
    """What `releve` has to say (domain.md §3.2): the day of reception does not count, the last one does to its end."""
    zone = ZONES[code]
    local = received.astimezone(zone)
    day, first, counted, working = local.date(), None, 0, 0
    while counted < days:
        day += DAY
        is_working = day.weekday() < 5 and day not in HOLIDAYS[code]
        if is_working:
            working += 1
        if is_working or unit == "calendar":
            counted += 1
            first = first or day
    return {
        "received": local.isoformat(),
        "starts": datetime.combine(first, time(0, 0, 0), zone).isoformat(),
        "due": datetime.combine(day, time(23, 59, 59), zone).isoformat(),
        "working_days": working,
    }


# ---- the questions ----

dice = random.Random(SEED)


def ask(code: str, received: datetime, days: int, unit: str) -> None:
    """Writes a question. An instant is the same in whatever zone it is written: here, there, or in UTC."""
    written = received.astimezone(dice.choice([timezone.utc, PARIS, ZONES[code]]))
    question = {"channel": "email", "department": code, "received": written.isoformat(), "days": days, "unit": unit}
    sys.stdout.write(json.dumps(question | {"expected": answer(code, received, days, unit)}) + "\n")


def some_delay() -> tuple[int, str]:
    return dice.randint(1, 30), dice.choice(["working", "calendar"])


def ask_twice(code: str, received: datetime) -> None:
    """For the very next working day, which any wrong holiday moves, and for a delay by chance."""
    ask(code, received, 1, "working")
    ask(code, received, *some_delay())


def some_instant(first: datetime, after: datetime) -> datetime:
    return first + dice.randrange(int((after - first).total_seconds())) * SECOND


def midnight(code: str, day: date) -> datetime:
    """The first instant of a day, in UTC: only there does one second before mean one second before."""
    return datetime.combine(day, time(0, 0, 0), ZONES[code]).astimezone(timezone.utc)


def around_midnight(code: str, day: date) -> list[datetime]:
    """23:59:59 of the day before, and 00:00:00."""
    return [midnight(code, day) - SECOND, midnight(code, day)]


def utc(year: int, *rest: int) -> datetime:
    return datetime(year, *rest, tzinfo=timezone.utc)


def by_chance() -> None:
    # Half of them where there is something special: else nine of ten would ask for the calendar of the Charente.
    for number in range(RANDOM_QUESTIONS):
        code = dice.choice(list(TERRITORIES) if number % 2 else OF_EACH_KIND)
        ask(code, some_instant(utc(YEARS[0], 1, 1), utc(YEARS[-1] + 1, 1, 1)), *some_delay())


def holidays_and_ends_of_february() -> None:
    # New Year is one of the holidays. A leap year has its 29th, and 1 March comes after it or not.
    for code in OF_EACH_KIND:
        ends = {date(year, 3, 1) - number * DAY for year in YEARS for number in range(3)}
        for day in sorted(ends | {day for day in HOLIDAYS[code] if day.year in YEARS}):
            for received in around_midnight(code, day):
                ask_twice(code, received)


def nights_in_which_clocks_change() -> None:
    for code in ["16", *ALSACE_MOSELLE, "975"]:
        hour, zone = utc(YEARS[0], 1, 1), ZONES[code]
        while hour.year in YEARS:
            before, hour = hour, hour + timedelta(hours=1)
            if before.astimezone(zone).utcoffset() == hour.astimezone(zone).utcoffset():
                continue
            # The last second before the gap or the repeated hour, the first one after, and the same an hour later.
            for received in [hour - SECOND, hour, hour + timedelta(seconds=3599), hour + timedelta(seconds=3600)]:
                ask_twice(code, received)
            # Before, in and after the day of 23 or 25 hours; to its end, and from its beginning.
            day = hour.astimezone(zone).date()
            for midnights in [day - DAY, day, day + DAY]:
                for received in around_midnight(code, midnights):
                    ask(code, received, 1, "calendar")
                    ask_twice(code, received)


def one_instant_on_both_sides_of_the_date_line() -> None:
    # Where the day of Wallis, Nouméa, Paris and Tahiti turns, everybody is asked which day it is.
    for year in YEARS:
        for day in [date(year, 1, 1), date(year, 1, 2) + dice.randrange(360) * DAY]:
            for turning in ["986", "988", "16", "987"]:
                for received in around_midnight(turning, day):
                    for code in OF_EACH_KIND:
                        ask_twice(code, received)


def into_the_easter_of_the_next_year() -> None:
    # From the last days of December to between Good Friday and Whit Monday.
    for code in OF_EACH_KIND:
        for year in YEARS:
            for _ in range(3):
                received = some_instant(utc(year, 12, 15), utc(year + 1, 1, 1))
                ask(code, received, dice.randint(50, 105), "working")
                ask(code, received, dice.randint(75, 160), "calendar")


def every_day_of_every_quarter() -> None:
    for code in TERRITORIES:
        for year in YEARS:
            for month in (1, 4, 7, 10):
                first = date(year, month, 1)
                after = (first + 95 * DAY).replace(day=1)
                ask(code, midnight(code, first) - DAY / 2, (after - first).days, "calendar")


by_chance()
holidays_and_ends_of_february()
nights_in_which_clocks_change()
one_instant_on_both_sides_of_the_date_line()
into_the_easter_of_the_next_year()
every_day_of_every_quarter()
