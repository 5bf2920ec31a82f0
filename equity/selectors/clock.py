"""The portal's day: every day of the law is the day at the portal."""

from datetime import date, datetime

from compliance.rules.kernel.zones import local_date, zone_of
from equity.models import Portal

HOME = "QC"
"""Whose day it is while no portal has been recorded."""


def portal_day(portal: Portal, at: datetime) -> date:
    """The day it is at the portal at that instant."""
    return local_date(at, zone_of(portal.province))


def day_of_portals(at: datetime) -> date:
    """The earliest day that it is at any portal, for what belongs to none of them."""
    provinces = Portal.objects.order_by().values_list("province", flat=True).distinct()
    return min(local_date(at, zone_of(province)) for province in list(provinces) or [HOME])
