"""Addresses of the compliance desk."""

from django.urls import path

from compliance.desk.views import (
    calendar,
    deciding,
    dossier,
    duties,
    examination,
    keeping,
    money,
    parties,
    portal_file,
)

app_name = "desk"
urlpatterns = [
    path("", dossier.queue, name="queue"),
    path("offerings/<uuid:offering_id>/", dossier.dossier, name="dossier"),
    path("offerings/<uuid:offering_id>/trail/", dossier.trail, name="trail"),
    path(
        "offerings/<uuid:offering_id>/subscriptions/", dossier.subscriptions, name="subscriptions"
    ),
    path("offerings/<uuid:offering_id>/ledger/", dossier.ledger, name="ledger"),
    path("offerings/<uuid:offering_id>/documents/", dossier.documents, name="documents"),
    path(
        "offerings/<uuid:offering_id>/documents/<uuid:document_id>/",
        dossier.document,
        name="document",
    ),
    path("offerings/<uuid:offering_id>/preview/<slug:language>/", dossier.preview, name="preview"),
    path("offerings/<uuid:offering_id>/decide/<slug:name>/", deciding.decide, name="decide"),
    path("offerings/<uuid:offering_id>/advice/", deciding.advise, name="advise"),
    path("offerings/<uuid:offering_id>/examination/", examination.bundle, name="examination"),
    path("offerings/<uuid:offering_id>/closing/", deciding.worksheet, name="worksheet"),
    path("offerings/<uuid:offering_id>/closing/ask/", deciding.ask_closing, name="ask_closing"),
    path(
        "offerings/<uuid:offering_id>/closing/approve/",
        deciding.approve_closing,
        name="approve_closing",
    ),
    path("offerings/<uuid:offering_id>/refunds/", money.refunds, name="refunds"),
    path("offerings/<uuid:offering_id>/refunds/all/", money.refund_all, name="refund_all"),
    path("offerings/<uuid:offering_id>/duties/", duties.duties, name="duties"),
    path("duties/", duties.all_duties, name="register"),
    path("duties/<uuid:duty_id>/file/", duties.file_duty, name="file"),
    path("duties/files/<uuid:file_id>/", duties.proof, name="proof"),
    path("duties/calendar/", calendar.page, name="calendar"),
    path("duties/calendar/close/", calendar.close, name="close_calendar"),
    path("duties/calendar.ics", calendar.feed, name="calendar_feed"),
    path("subscriptions/<uuid:subscription_id>/", money.subscription, name="subscription"),
    path("subscriptions/<uuid:subscription_id>/refund/", money.refund_one, name="refund"),
    path(
        "subscriptions/<uuid:subscription_id>/withdrawal/",
        money.record_withdrawal,
        name="withdrawal",
    ),
    path("subscriptions/<uuid:subscription_id>/case/", money.late_case, name="late_case"),
    path("cases/", money.cases, name="cases"),
    path("cases/<uuid:case_id>/", money.case, name="case"),
    path("portals/", parties.portals, name="portals"),
    path("portals/<uuid:portal_id>/", portal_file.portal, name="portal"),
    path("portals/<uuid:portal_id>/authorisations/", parties.authorisations, name="authorisations"),
    path("portals/<uuid:portal_id>/resources/", portal_file.resources, name="resources"),
    path("portals/<uuid:portal_id>/change/", portal_file.change, name="change"),
    path("portals/changes/<uuid:change_id>/notify/", portal_file.notify, name="notify"),
    path("issuers/", parties.issuers, name="issuers"),
    path("issuers/register/", keeping.register, name="register_issuer"),
    path("issuers/<uuid:issuer_id>/", parties.issuer, name="issuer"),
    path("issuers/<uuid:issuer_id>/particulars/", keeping.particulars, name="particulars"),
    path("issuers/<uuid:issuer_id>/earlier/", keeping.earlier, name="earlier"),
    path("issuers/<uuid:issuer_id>/accounts/", keeping.members, name="members"),
    path(
        "issuers/<uuid:issuer_id>/accounts/<int:member_id>/remove/",
        keeping.remove_member,
        name="remove_member",
    ),
    path("issuers/<uuid:issuer_id>/relate/", parties.relate, name="relate"),
    path("persons/", parties.persons, name="persons"),
    path("persons/<uuid:person_id>/", parties.person, name="person"),
    path("persons/<uuid:person_id>/identify/", parties.identify, name="identify"),
    path("rules/", parties.rules, name="rules"),
]
