from django.urls import path

from . import views, views_account, views_messages, views_oidc, views_passwords, views_second_factor

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("organisation/", views.choose_organisation, name="choose_organisation"),
    path("", views_account.mine, name="mine"),
    path("sessions/<uuid:pk>/end/", views_account.end_session, name="end_session"),
    path("sessions/end-others/", views_account.end_other_sessions, name="end_other_sessions"),
    path("language/", views_account.language, name="language"),
    path("link/<str:secret>/", views_passwords.by_link, name="link"),
    path("password/", views_passwords.ask_reset, name="ask_reset"),
    path("password/change/", views_passwords.change_password, name="change_password"),
    path("code/", views_passwords.by_code, name="by_code"),
    path("deputies/", views_account.deputies_page, name="deputies"),
    path("deputies/<uuid:pk>/end/", views_account.end_deputy, name="end_deputy"),
    path("with/<slug:provider>/", views_oidc.leave, name="oidc"),
    path("with/<slug:provider>/back/", views_oidc.come_back, name="oidc_back"),
    path("connected/<uuid:pk>/end/", views_oidc.disconnect, name="oidc_end"),
    path("messages/", views_messages.my_messages, name="messages"),
    path("messages/settings/", views_messages.settings_page, name="message_settings"),
    path("messages/address/", views_messages.address, name="message_address"),
    path("messages/stop/<str:token>/", views_messages.stop, name="stop_messages"),
    path("second-step/", views_second_factor.second_step, name="second_step"),
    path("passkey/<slug:purpose>/", views_second_factor.passkey_options, name="passkey_options"),
    path("second-factor/", views_second_factor.enrol, name="enrol"),
    path("second-factor/app/", views_second_factor.enrol_app, name="enrol_app"),
    path("second-factor/passkey/", views_second_factor.enrol_passkey, name="enrol_passkey"),
    path("second-factor/codes/", views_second_factor.recovery_codes, name="recovery_codes"),
    path("second-factor/done/", views_second_factor.enrolled, name="enrolled"),
    path("second-factor/remove/", views_second_factor.remove_factor, name="remove_factor"),
]
