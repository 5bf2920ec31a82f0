"""Addresses of the compliance desk."""

from django.urls import path

from compliance.desk.views import cases, casework, deciding, dossier, keeping, money, parties

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
    path("offerings/<uuid:offering_id>/closing/", deciding.worksheet, name="worksheet"),
    path("offerings/<uuid:offering_id>/closing/ask/", deciding.ask_closing, name="ask_closing"),
    path(
        "offerings/<uuid:offering_id>/closing/approve/",
        deciding.approve_closing,
        name="approve_closing",
    ),
    path("offerings/<uuid:offering_id>/refunds/", money.refunds, name="refunds"),
    path("offerings/<uuid:offering_id>/refunds/all/", money.refund_all, name="refund_all"),
    path("offerings/<uuid:offering_id>/duties/", money.duties, name="duties"),
    path("duties/<uuid:duty_id>/file/", money.file_duty, name="file"),
    path("subscriptions/<uuid:subscription_id>/", money.subscription, name="subscription"),
    path("subscriptions/<uuid:subscription_id>/refund/", money.refund_one, name="refund"),
    path(
        "subscriptions/<uuid:subscription_id>/withdrawal/",
        money.record_withdrawal,
        name="withdrawal",
    ),
    path("subscriptions/<uuid:subscription_id>/case/", cases.late_case, name="late_case"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<uuid:case_id>/", cases.case, name="case"),
    path("cases/about/<str:subject_type>/<uuid:subject_id>/", cases.open_any, name="open_case"),
    path("cases/<uuid:case_id>/decide/<slug:outcome>/", cases.decide_case, name="decide_case"),
    path("cases/<uuid:case_id>/note/", casework.note, name="case_note"),
    path("cases/<uuid:case_id>/evidence/", casework.add_item, name="case_evidence"),
    path("cases/<uuid:case_id>/question/", casework.question, name="case_question"),
    path("cases/<uuid:case_id>/take/", casework.take, name="case_take"),
    path("cases/<uuid:case_id>/assign/", casework.assign, name="case_assign"),
    path("cases/questions/<uuid:question_id>/answer/", casework.answer, name="case_answer"),
    path("cases/flags/<int:flag_id>/clear/", casework.clear, name="case_clear"),
    path("cases/evidence/<uuid:evidence_id>/", cases.evidence, name="evidence"),
    path("portals/", parties.portals, name="portals"),
    path("portals/<uuid:portal_id>/", parties.portal, name="portal"),
    path("portals/<uuid:portal_id>/authorisations/", parties.authorisations, name="authorisations"),
    path("portals/<uuid:portal_id>/resources/", parties.resources, name="resources"),
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
