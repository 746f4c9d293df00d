from django.contrib.auth.decorators import login_required
from django.http import HttpResponseServerError
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from . import jobs
from .models import Job


@login_required
def job(request, pk):
    """Progress of one's own job; htmx asks for the part that moves."""
    one = get_object_or_404(Job.objects, pk=pk)
    template = "common/job_progress.html" if request.htmx else "common/job.html"
    return render(request, template, {"job": one, "kind": jobs.kinds().get(one.kind)})


@login_required
@require_POST
def cancel_job(request, pk):
    jobs.cancel(get_object_or_404(Job.objects, pk=pk))
    return redirect("job", pk=pk)


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def refused(request, exception=None):
    return render(request, "403.html", status=403)


def missing(request, exception=None):
    return render(request, "404.html", status=404)


def no_room(request, exception=None):
    return render(request, "507.html", {"error": exception}, status=507)


def failed(request):
    """Without context processors: what they read may be what has failed."""
    return HttpResponseServerError(render_to_string("500.html"))
