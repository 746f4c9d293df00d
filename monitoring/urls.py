from django.urls import path

from .views import consultations, funds, indicators, measures, memory, migration, studies, trade, versions

app_name = "monitoring"
urlpatterns = [
    path("measures/", measures.board, name="board"),
    path("measures/<slug:code>/", measures.measure, name="measure"),
    path("measures/<slug:code>/versions/", versions.versions, name="measure_versions"),
    path("evidence/<uuid:pk>/file/", measures.evidence_file, name="evidence_file"),
    path("consultations/", consultations.consultations, name="consultations"),
    path("consultations/<uuid:pk>/", consultations.consultation, name="consultation"),
    path("comments/<uuid:pk>/", consultations.comment, name="comment"),
    path("comments/stop/<str:token>/", consultations.comment_stop, name="comment_stop"),
    path("calendar/", memory.calendar, name="calendar"),
    path("calendar.ics", memory.calendar_feed, name="calendar_feed"),
    path("carried-over/", memory.carried_over, name="carried_over"),
    path("lessons/", memory.lessons, name="lessons"),
    path("studies/", studies.studies, name="studies"),
    path("studies/<uuid:pk>/", studies.study, name="study"),
    path("study-files/<uuid:pk>/", studies.study_file, name="study_file"),
    path("funds/", funds.funds, name="funds"),
    path("funds/<slug:code>/", funds.fund, name="fund"),
    path("indicators/", indicators.indicators, name="indicators"),
    path("indicators/<slug:code>/", indicators.indicator, name="indicator"),
    path("indicators/<slug:code>/data.<str:file_format>", indicators.download, name="indicator_data"),
    path("indicators/<slug:code>/revisions/", indicators.revisions_page, name="indicator_revisions"),
    path("indicators/<slug:code>/metadata/", indicators.metadata, name="indicator_metadata"),
    path("migration/", migration.migration, name="migration"),
    path("migration/data.<str:file_format>", migration.download, name="migration_data"),
    path("trade-analysis/", trade.analysis, name="trade_analysis"),
    path("trade-analysis/workbook.xlsx", trade.workbook, name="trade_workbook"),
    path("trade-analysis/figures.json", trade.figures, name="trade_figures"),
    path("figures/<slug:short_id>/", indicators.figure, name="figure"),
]
