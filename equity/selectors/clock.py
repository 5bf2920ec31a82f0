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
    """The day it is at an instant for whoever works at the portal and asks about no offering: that
    of the portal recorded first."""
    province = Portal.objects.order_by("pk").values_list("province", flat=True).first()
    return local_date(at, zone_of(province or HOME))
