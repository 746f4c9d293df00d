from django.urls import path

from .views import account, messages, oidc, passwords, second_factor, sign_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign_out"),
    path("organisation/", sign_in.choose_organisation, name="choose_organisation"),
    path("", account.mine, name="mine"),
    path("sessions/<uuid:pk>/end/", account.end_session, name="end_session"),
    path("sessions/end-others/", account.end_other_sessions, name="end_other_sessions"),
    path("language/", account.language, name="language"),
    path("link/<str:secret>/", passwords.by_link, name="link"),
    path("password/", passwords.ask_reset, name="ask_reset"),
    path("password/change/", passwords.change_password, name="change_password"),
    path("code/", passwords.by_code, name="by_code"),
    path("deputies/", account.deputies_page, name="deputies"),
    path("deputies/<uuid:pk>/end/", account.end_deputy, name="end_deputy"),
    path("with/<slug:provider>/", oidc.leave, name="oidc"),
    path("with/<slug:provider>/back/", oidc.come_back, name="oidc_back"),
    path("connected/<uuid:pk>/end/", oidc.disconnect, name="oidc_end"),
    path("messages/", messages.my_messages, name="messages"),
    path("messages/settings/", messages.settings_page, name="message_settings"),
    path("messages/address/", messages.address, name="message_address"),
    path("messages/stop/<str:token>/", messages.stop, name="stop_messages"),
    path("second-step/", second_factor.second_step, name="second_step"),
    path("passkey/<slug:purpose>/", second_factor.passkey_options, name="passkey_options"),
    path("second-factor/", second_factor.enrol, name="enrol"),
    path("second-factor/app/", second_factor.enrol_app, name="enrol_app"),
    path("second-factor/passkey/", second_factor.enrol_passkey, name="enrol_passkey"),
    path("second-factor/codes/", second_factor.recovery_codes, name="recovery_codes"),
    path("second-factor/done/", second_factor.enrolled, name="enrolled"),
    path("second-factor/remove/", second_factor.remove_factor, name="remove_factor"),
]
