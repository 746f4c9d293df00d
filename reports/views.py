from django.shortcuts import render


def home(request):
    """The public front page."""
    return render(request, "reports/home.html")
