"""One document of each kind, rendered from the facts that an act has frozen."""

from dataclasses import replace

import pytest

from documents.facts import KINDS
from documents.models import Document
from documents.services import render_document
from equity.services import amendments, money
from tests.factories import (
    BOUND,
    CLOSED,
    OPENED,
    certify,
    closed,
    investor_actor,
    make_content,
    make_person,
    open_offering,
    subscribed,
)
from tests.reports.scene import answered, issued

pytestmark = pytest.mark.django_db

APART = {
    "evidence_summary",  # made on the spot, and never issued
    "annual_statement",
    "portal_information",
    "portal_individual_information",
}
"""Papers of no offering's life; tests of their own issue and render them."""


def test_every_kind_of_paper_can_be_rendered_from_its_frozen_facts() -> None:
    cast, marie = open_offering(), make_person()
    subscription = subscribed(cast, marie, units=4)
    amendments.amend(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        content=replace(make_content(), days=50),
        what="Le placement est moins long.",
        at=OPENED,
    )
    certify(cast)
    amendments.publish(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
    money.withdraw(actor=investor_actor(marie), subscription_id=subscription.pk, at=OPENED)
    for kind, units in (("common_share", 50), ("community_bond", 4), ("cooperative_share", 10)):
        other = open_offering(kind, at=OPENED)
        subscribed(other, make_person(), units=units)
        closed(other, CLOSED)
    answered(other)
    issued(other)
    for kind in KINDS.keys() - APART:
        paper = Document.objects.filter(kind=kind).latest("issued_at", "number")
        rendered = render_document(paper.pk, at=BOUND)
        assert rendered.pages, kind
        assert bytes(rendered.content.pdf).startswith(b"%PDF"), kind
