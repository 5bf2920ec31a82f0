from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

app_name = "members-area"
urlpatterns = [
    path("sign-in/", LoginView.as_view(template_name="hostsite/sign_in.html"), name="sign_in"),
    path("sign-out/", LogoutView.as_view(next_page="/"), name="sign_out"),
]
