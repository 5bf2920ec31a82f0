"""The portal's day: every day of the law is the day at the portal."""

from datetime import date, datetime

from compliance.rules.kernel.zones import local_date, zone_of
from equity.models import Portal


def portal_day(portal: Portal, at: datetime) -> date:
    """The day it is at the portal at that instant."""
    return local_date(at, zone_of(portal.province))
