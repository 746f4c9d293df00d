from django.urls import path

from .views import editions, feeds, home, late, site, subscriptions

urlpatterns = [
    path("", home.home, name="home"),
    path("reports/", editions.archive, name="reports"),
    path("reports/calendar/", editions.calendar, name="report_calendar"),
    path("reports/late-data/", late.late_data, name="late_data"),
    path("reports/subscribe/", subscriptions.subscribe, name="subscribe"),
    path("reports/subscriptions/<str:secret>/confirm/", subscriptions.confirm, name="subscription_confirm"),
    path("reports/subscriptions/<str:secret>/leave/", subscriptions.leave, name="subscription_leave"),
    path("reports/<uuid:pk>/", editions.edition, name="edition"),
    path("reports/<uuid:pk>/<str:language>.<str:form>", editions.download, name="edition_download"),
    path("reports/<slug:code>/<str:period>/", editions.newest, name="newest_edition"),
    path("feeds/<str:language>/reports.xml", feeds.ReportsFeed(), name="feed_reports"),
    path("feeds/<str:language>/decisions.xml", feeds.DecisionsFeed(), name="feed_decisions"),
    path("feeds/<str:language>/discussions.xml", feeds.DiscussionsFeed(), name="feed_discussions"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
    path("robots.txt", site.robots, name="robots"),
    path("catalogue.<str:file_format>", site.open_data, name="open_data"),
]
