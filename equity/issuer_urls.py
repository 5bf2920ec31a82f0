"""Addresses of the issuer's pages, inside the namespace of ``equity.urls``."""

from django.urls import path

from equity.views import first_check
from equity.views.issuer import (
    acts,
    asked,
    downloads,
    drafting,
    filings,
    following,
    home,
    members,
    remarks,
    sections,
    statements,
)

urlpatterns = [
    path("first-check/", first_check.first_check, name="first_check"),
    path("first-check/draft/", first_check.offering_start, name="offering_start"),
    path("issuers/", home.issuer_home, name="issuer_home"),
    path("issuers/<uuid:issuer_id>/", home.issuer, name="issuer"),
    path("issuers/<uuid:issuer_id>/members/", members.members, name="members"),
    path(
        "issuers/<uuid:issuer_id>/members/<int:member_id>/part/", members.part, name="member_part"
    ),
    path(
        "issuers/<uuid:issuer_id>/members/<int:member_id>/remove/",
        members.remove,
        name="member_remove",
    ),
    path("issuers/<uuid:issuer_id>/account/", home.account, name="account"),
    path("issuers/<uuid:issuer_id>/statements/", statements.statements, name="statements"),
    path(
        "issuers/<uuid:issuer_id>/statements/<uuid:document_id>/",
        statements.document,
        name="statement_document",
    ),
    path("issuers/<uuid:issuer_id>/questions/", asked.asked, name="issuer_asked"),
    path(
        "issuers/<uuid:issuer_id>/questions/<uuid:question_id>/", asked.reply, name="issuer_reply"
    ),
    path("issuers/<uuid:issuer_id>/principals/new/", home.principal_new, name="principal_new"),
    path(
        "issuers/<uuid:issuer_id>/principals/<int:order>/",
        home.principal_edit,
        name="principal_edit",
    ),
    path(
        "issuers/<uuid:issuer_id>/principals/<int:order>/remove/",
        home.principal_remove,
        name="principal_remove",
    ),
    path("issuers/<uuid:issuer_id>/offerings/new/", drafting.offering_new, name="offering_new"),
    path("issuing/<uuid:offering_id>/", following.overview, name="issuing"),
    path(
        "issuing/<uuid:offering_id>/section/<slug:key>/", sections.section, name="issuing_section"
    ),
    path(
        "issuing/<uuid:offering_id>/preview/<slug:language>/",
        following.preview,
        name="issuing_preview",
    ),
    path("issuing/<uuid:offering_id>/remarks/", remarks.remarks, name="issuing_remarks"),
    path(
        "issuing/<uuid:offering_id>/remarks/<uuid:remark_id>/",
        remarks.answer,
        name="issuing_answer",
    ),
    path("issuing/<uuid:offering_id>/certify/", acts.certify, name="issuing_certify"),
    path("issuing/<uuid:offering_id>/submit/", acts.submit, name="issuing_submit"),
    path("issuing/<uuid:offering_id>/open/", acts.open_it, name="issuing_open"),
    path("issuing/<uuid:offering_id>/amend/", acts.amend, name="issuing_amend"),
    path("issuing/<uuid:offering_id>/changes/", following.difference, name="issuing_changes"),
    path("issuing/<uuid:offering_id>/publish/", acts.publish, name="issuing_publish"),
    path("issuing/<uuid:offering_id>/concurrent/", acts.concurrent, name="issuing_concurrent"),
    path("issuing/<uuid:offering_id>/cancel/", acts.cancel, name="issuing_cancel"),
    path("issuing/<uuid:offering_id>/duties/", following.duties, name="issuing_duties"),
    path("issuing/<uuid:offering_id>/filings/", filings.filings, name="issuing_filings"),
    path("issuing/<uuid:offering_id>/filings/details/", filings.details, name="filing_details"),
    path(
        "issuing/<uuid:offering_id>/filings/draft/<slug:language>/",
        filings.draft,
        name="filing_draft",
    ),
    path("issuing/<uuid:offering_id>/filings/issue/", filings.issue, name="filing_issue"),
    path("issuing/<uuid:offering_id>/filings/folder/", filings.folder, name="filing_folder"),
    path("issuing/<uuid:offering_id>/holders/", following.holders, name="issuing_holders"),
    path(
        "issuing/<uuid:offering_id>/holders.<slug:form>",
        downloads.holders,
        name="issuing_holders_file",
    ),
    path("issuing/<uuid:offering_id>/book/", downloads.closing_book, name="issuing_book"),
    path("issuing/<uuid:offering_id>/days.<slug:form>", downloads.days, name="issuing_days"),
    path("issuing/<uuid:offering_id>/documents/", following.documents, name="issuing_documents"),
    path(
        "issuing/<uuid:offering_id>/documents/<uuid:document_id>/",
        following.document,
        name="issuing_document",
    ),
]
