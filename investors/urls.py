"""Addresses of an investor's own account."""

from django.urls import path

from investors import views

app_name = "investors"
urlpatterns = [
    path("register/", views.register, name="register"),
    path("profile/", views.profile, name="profile"),
]
