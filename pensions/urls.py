app_name = "pensions"
urlpatterns: list = []
