"""Addresses of this floor: the investor's pages here, the issuer's in a list of their own."""

from django.urls import include, path

from equity.views import (
    investor,
    investor_amendments,
    investor_asking,
    investor_mine,
    investor_space,
    investor_subscribe,
)

app_name = "equity"
urlpatterns = [
    path("", investor.home, name="home"),
    path("", include("equity.issuer_urls")),
    path("offerings/<uuid:offering_id>/", investor.offering, name="offering"),
    path("offerings/<uuid:offering_id>/entry/", investor.entry, name="entry"),
    path("offerings/<uuid:offering_id>/document/", investor.document, name="document"),
    path(
        "offerings/<uuid:offering_id>/document/<str:language>.pdf",
        investor.document_pdf,
        name="document_pdf",
    ),
    path(
        "offerings/<uuid:offering_id>/amendments/",
        investor_amendments.amendments,
        name="amendments",
    ),
    path("offerings/<uuid:offering_id>/risks/", investor_subscribe.risks, name="risks"),
    path("offerings/<uuid:offering_id>/subscribe/", investor_subscribe.subscribe, name="subscribe"),
    path(
        "offerings/<uuid:offering_id>/subscribe/total/",
        investor_subscribe.total,
        name="subscribe_total",
    ),
    path("mine/", investor_space.space, name="space"),
    path("mine/data.zip", investor_space.my_data, name="my_data"),
    path("securities/", investor_space.holdings, name="holdings"),
    path("securities/<uuid:holding_id>/", investor_space.holding, name="holding"),
    path("subscriptions/", investor_mine.subscriptions, name="subscriptions"),
    path("subscriptions/<uuid:subscription_id>/", investor_mine.subscription, name="subscription"),
    path("subscriptions/<uuid:subscription_id>/pay/", investor_mine.pay, name="pay"),
    path("subscriptions/<uuid:subscription_id>/withdraw/", investor_mine.withdraw, name="withdraw"),
    path("offerings/<uuid:offering_id>/ask/", investor_asking.ask, name="ask"),
    path("subscriptions/<uuid:subscription_id>/ask/", investor_asking.ask_about, name="ask_about"),
    path("questions/", investor_asking.asked, name="asked"),
    path("questions/<uuid:question_id>/", investor_asking.reply, name="reply"),
    path("subscriptions/<uuid:subscription_id>/receipt.zip", investor_mine.receipt, name="receipt"),
    path("subscriptions/<uuid:subscription_id>/evidence/", investor_mine.evidence, name="evidence"),
    path("documents/", investor_mine.documents, name="documents"),
    path("documents/<uuid:document_id>.pdf", investor_mine.my_document, name="my_document"),
]
