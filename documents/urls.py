"""Addresses of this floor: the page that verifies documents, open to all."""

from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [path("", views.verify, name="verify")]
