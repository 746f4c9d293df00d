from django.urls import path

from .views import (
    asks,
    blank,
    certificates,
    demands,
    employer,
    legislation,
    matrix,
    pension_claims,
    verify,
    worker,
)

app_name = "pensions"
urlpatterns = [
    path("me/record/", worker.my_record, name="my_record"),
    path("me/record.pdf", worker.my_record_pdf, name="my_record_pdf"),
    path("me/record.json", worker.my_record_json, name="my_record_json"),
    path("me/claims/", pension_claims.my_claims, name="my_claims"),
    path("me/claims/<uuid:pk>/withdraw/", pension_claims.withdraw_my_claim, name="withdraw_my_claim"),
    path("me/readers/", worker.my_readers, name="my_readers"),
    path("employer/", employer.employer_people, name="employer_people"),
    path("employer/months/", employer.employer_months, name="employer_months"),
    path("employer/year/", matrix.employer_year, name="employer_year"),
    path("employer/asks/", asks.employer_asks, name="employer_asks"),
    path("employer/asks/<uuid:pk>/", asks.employer_ask, name="employer_ask"),
    path("employer/files/", employer.employer_files, name="employer_files"),
    path("employer/files/new/", employer.employer_upload, name="employer_upload"),
    path("employer/files/<uuid:pk>/", employer.employer_file, name="employer_file"),
    path(
        "employer/files/<uuid:pk>/progress/", employer.employer_file_progress, name="employer_file_progress"
    ),
    path(
        "employer/files/<uuid:pk>/rejected/", employer.employer_file_rejected, name="employer_file_rejected"
    ),
    path("me/certificates/", certificates.my_certificates, name="my_certificates"),
    path(
        "me/certificates/<uuid:pk>/<int:variant>/",
        certificates.my_certificate_file,
        name="my_certificate_file",
    ),
    path("law/", legislation.law, name="law"),
    path("law/values.<str:file_format>", legislation.law_file, name="law_file"),
    path("law/parameters/<str:parameter>/", legislation.law_parameter, name="law_parameter"),
    path("law/propose/", legislation.law_propose, name="law_propose"),
    path("law/proposals/", legislation.law_proposals, name="law_proposals"),
    path("law/proposals/<uuid:pk>/", legislation.law_proposal, name="law_proposal"),
    path("me/demands/", demands.my_demands, name="my_demands"),
    path("me/demands/<uuid:pk>/", demands.my_demand, name="my_demand"),
    path("me/demands/<uuid:pk>/receipt.pdf", demands.my_demand_receipt, name="my_demand_receipt"),
    path("me/demands/<uuid:pk>/silence.pdf", demands.my_demand_silence, name="my_demand_silence"),
    path("employer/demands/", demands.employer_demands, name="employer_demands"),
    path("employer/demands/<uuid:pk>/", demands.employer_demand, name="employer_demand"),
    path("verify/", verify.verify, name="verify"),
    path("verify/blank/", blank.verify_blank, name="verify_blank"),
    path("verify/<str:number>/", verify.verify_number, name="verify_number"),
]
