from django.contrib import admin

from accounts.desk import DeskAdmin
from accounts.site import desk

from .models import Consultation, DataItem, Indicator, Measure, Submission


@admin.register(Measure, Consultation, site=desk)
class ChainDesk(DeskAdmin):
    view_action = "monitoring.chain.view"


@admin.register(Indicator, DataItem, Submission, site=desk)
class FigureDesk(DeskAdmin):
    view_action = "monitoring.submission.view"
