"""The addresses of the demo: its landing page, in the place of the product's, and e-mails that would have been sent."""

from django.urls import path

from config.demo.views import landing, mail, mail_page, mails

urlpatterns = [
    path("", landing, name="landing"),
    path("demo/mails/", mails, name="demo_mails"),
    path("demo/mails/<str:name>/", mail, name="demo_mail"),
    path("demo/mails/<str:name>/page/", mail_page, name="demo_mail_page"),
]
