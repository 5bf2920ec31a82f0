"""Every deadline a second time, slowly and by other means, to hold the product's answer against.

Nothing of the product is imported. Holidays are told from the date alone (no rules are read),
Easter comes from dateutil, substitutes are dealt out while walking through a year, and the clocks
are the change dates of the law worked out by hand, not zone data.
"""

from datetime import UTC, date, datetime, timedelta

from dateutil.easter import easter

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MONDAY, SATURDAY, SUNDAY = 0, 5, 6

STANDARD = {
    "NL": -3.5, "NB": -4, "NS": -4, "PE": -4, "QC": -5, "ON": -5, "NU": -5,
    "MB": -6, "SK": -6, "AB": -7, "NT": -7, "YT": -7, "BC": -8,
}  # fmt: skip
NO_CHANGE = {"SK", "YT"}
ALWAYS_SUMMER_SINCE_2026 = {"BC", "AB", "NT", "MB"}

EVERYWHERE = set(STANDARD)


def _nth_monday(day: date, month: int, nth: int) -> bool:
    return day.month == month and day.weekday() == MONDAY and (day.day - 1) // 7 == nth - 1


def _provinces_with_a_holiday(day: date) -> set[str]:
    """Which provinces have a holiday of the list on its own date that day."""
    month_day = (day.month, day.day)
    who: set[str] = set()
    if month_day in {(1, 1), (7, 1), (12, 25)} or _nth_monday(day, 9, 1):
        who |= EVERYWHERE
    if day == easter(day.year) - 2 * DAY:
        who |= EVERYWHERE
    if _nth_monday(day, 2, 3):
        who |= {"AB", "BC", "MB", "NB", "NS", "ON", "PE", "SK"}
    if day.month == 5 and day.weekday() == MONDAY and 18 <= day.day <= 24:
        who |= EVERYWHERE - {"NB", "NL", "NS", "PE"}
    fixed = {(6, 21): "NT YT", (6, 24): "QC", (7, 9): "NU", (12, 26): "ON"}
    who |= set(fixed.get(month_day, "").split())
    if _nth_monday(day, 8, 1):
        who |= {"BC", "NB", "NT", "NU", "SK"}
    if _nth_monday(day, 8, 3):
        who |= {"YT"}
    if month_day == (9, 30):
        who |= {"BC", "MB", "NT", "NU", "PE", "YT"}
    if _nth_monday(day, 10, 2):
        who |= EVERYWHERE - {"NB", "NL", "NS", "PE"}
    if month_day == (11, 11):
        who |= EVERYWHERE - {"MB", "ON", "QC"}
    return who


def is_holiday(day: date, province: str) -> bool:
    return province in _provinces_with_a_holiday(day)


def substitutes(year: int, province: str) -> set[date]:
    """Walk through the year; every weekend holiday waits for the next free working day."""
    waiting, found = 0, set()
    day = date(year, 1, 1)
    while day.year == year:
        if is_holiday(day, province):
            waiting += day.weekday() >= SATURDAY
        elif waiting and day.weekday() < SATURDAY:
            found.add(day)
            waiting -= 1
        day += DAY
    return found


_substitutes: dict[tuple[int, str], set[date]] = {}


def free_for_a_right(day: date, provinces: set[str]) -> bool:
    extra = {(12, 24), (12, 26), (12, 31), (1, 2)}
    if day.weekday() >= SATURDAY or (day.month, day.day) in extra or day == easter(day.year) + DAY:
        return True
    for province in provinces:
        key = (day.year, province)
        if key not in _substitutes:
            _substitutes[key] = substitutes(*key)
        if is_holiday(day, province) or day in _substitutes[key]:
            return True
    return False


def _sunday(year: int, month: int, nth: int) -> date:
    day = date(year, month, 1)
    while day.weekday() != SUNDAY:
        day += DAY
    return day + 7 * (nth - 1) * DAY


def _instant(day: date, hour: float, offset: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - offset)


def offset_at(at: datetime, province: str) -> float:
    """Hours from UTC: second Sunday of March to first Sunday of November, at two o'clock."""
    at, standard = at.astimezone(UTC), STANDARD[province]
    if province in NO_CHANGE:
        return standard
    begins = _instant(_sunday(at.year, 3, 2), 2, standard)
    ends = _instant(_sunday(at.year, 11, 1), 2, standard + 1)
    if province in ALWAYS_SUMMER_SINCE_2026 and at >= _instant(date(2026, 3, 8), 2, standard):
        return standard + 1
    return standard + 1 if begins <= at < ends else standard


def changes(year: int, province: str) -> list[datetime]:
    """The instants at which the clocks of a province change in a year."""
    standard = STANDARD[province]
    days = ((_sunday(year, 3, 2), 2, standard), (_sunday(year, 11, 1), 2, standard + 1))
    found = [_instant(day, hour, offset) for day, hour, offset in days]
    return [at for at in found if offset_at(at, province) != offset_at(at - SECOND, province)]


def day_at(at: datetime, province: str) -> date:
    return (at.astimezone(UTC) + timedelta(hours=offset_at(at, province))).date()


def midnight_after(day: date, province: str) -> datetime:
    """The first instant of the next day: of the two possible offsets, the one that then holds."""
    for offset in (STANDARD[province] + 1, STANDARD[province]):
        candidate = _instant(day + DAY, 0, offset)
        if offset_at(candidate, province) == offset:
            return candidate
    raise AssertionError("No Canadian clock changes at midnight.")


def right(
    at: datetime, purchaser: str | None, issuer: str | None, portal: str
) -> tuple[date, datetime]:
    """The second counted day, and the instant at which the right is over (W-7)."""
    there = {code for code in (purchaser, portal) if code in EVERYWHERE}
    day = max(day_at(at, code) for code in there)
    holidays_of = {code for code in (purchaser, issuer, portal) if code in EVERYWHERE}
    left = 2
    while left:
        day += DAY
        left -= not free_for_a_right(day, holidays_of)
    return day, max(midnight_after(day, code) for code in there)


def refund(event_on: date, portal: str) -> date:
    """The fifth counted day (W-8)."""
    day, left = event_on, 5
    while left:
        day += DAY
        left -= day.weekday() < SATURDAY and not is_holiday(day, portal)
    return day


# --- Deadlines in days, months and years: counted one at a time -----------------------------------

MAJORITY = dict.fromkeys(["QC", "AB", "SK", "MB", "ON", "PE"], 18) | dict.fromkeys(
    ["BC", "NB", "NS", "NL", "YT", "NT", "NU"], 19
)
DUTIES = {
    "duty.file_offering_document": (30, "day"),
    "duty.file_exempt_report": (30, "day"),
    "duty.confirm_purchasers": (30, "day"),
    "duty.inform_issuer": (15, "day"),
    "duty.notify_amendment": (0, "day"),
    "duty.certify_resources": (6, "month"),
    "duty.retain": (8 * 12, "month"),
}


def days_later(day: date, count: int) -> date:
    """As many days later, one by one."""
    for _ in range(count):
        day += DAY
    return day


def _same_number(first: date, number: int) -> date:
    """The day of that number in the month that begins on ``first``, or its last one."""
    day = first
    while day.day < number and (day + DAY).month == first.month:
        day += DAY
    return day


def months_later(day: date, count: int) -> date:
    """The same day of a month so many months later, or its last: month by month."""
    first = date(day.year, day.month, 1)
    for _ in range(count):
        month = first.month
        first += 27 * DAY
        while first.month == month:
            first += DAY
    return _same_number(first, day.day)


def months_earlier(day: date, count: int) -> date:
    """The same day of a month so many months earlier, or its last: month by month."""
    first = date(day.year, day.month, 1)
    for _ in range(count):
        first -= DAY
        first = date(first.year, first.month, 1)
    return _same_number(first, day.day)


def duty_due(code: str, event_on: date) -> date:
    """The last day of a duty that follows a day."""
    count, unit = DUTIES[code]
    return days_later(event_on, count) if unit == "day" else months_later(event_on, count)


def counts_against_cap(closed_on: date, on: date) -> bool:
    """Whether a closing is in the twelve months that end on a day (W-1)."""
    return months_earlier(on, 12) <= closed_on <= on


def certificate_current(certified: date, on: date) -> bool:
    """Whether a Form F5 was certified at most six months ago (W-22)."""
    return months_earlier(on, 6) <= certified <= on


def too_late(agreed: datetime, opened_on: date, where: tuple[str, str, str]) -> bool:
    """W-10: the right of who agrees then is not over when the ninetieth day begins."""
    eve = days_later(opened_on, 89)
    return right(agreed, *where)[1] > midnight_after(eve, where[2])


def of_age(born: date, at: datetime, province: str) -> bool:
    """Whether a person is of age, where they live: birthdays counted one by one."""
    on, birthdays = day_at(at, province), 0
    for year in range(born.year + 1, on.year + 1):
        birthday = date(year, born.month, 1)
        while birthday.day < born.day and (birthday + DAY).month == born.month:
            birthday += DAY
        if birthday.day != born.day:  # 29 February in a common year
            birthday += DAY
        birthdays += birthday <= on
    return birthdays >= MAJORITY[province]
