"""Every part of the design system on one page, with Kyrgyz words, for designers, developers and browser tests."""

from decimal import Decimal

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from common.uploads import UploadField

TONES = ("neutral", "info", "success", "warning", "danger")

# The sample words stand in Kyrgyz whatever the reader's language: they try the letters ң ө ү, not the meaning.
COLUMNS = [
    {"title": "Эмгекчи", "sort_url": "?sort=name", "sorted": "ascending"},
    {"title": "Өлкө"},
    {"title": "Ай", "number": True},
    {"title": "Төлөм", "number": True},
    {"title": "Абалы"},
]
ROWS = [
    [
        {"value": "Өмүрбекова Жылдыз Ңурбек кызы", "url": "#"},
        "Россия",
        26,
        Decimal("184200.50"),
        {"value": "Ырасталган", "tone": "success"},
    ],
    [
        {"value": "Асан уулу Үсөн", "url": "#"},
        "Казакстан",
        9,
        Decimal("61350.00"),
        {"value": "Текшерүүдө", "tone": "warning"},
    ],
    [
        {"value": "Сүйүнбаев Эркин", "url": "#"},
        "Кыргызстан",
        0,
        "эсептөөгө болбойт",
        {"value": "Четке кагылган", "tone": "danger"},
    ],
]
TIMELINE = [
    {
        "when": "2019-ж., 4-март — 2021-ж., 30-июнь",
        "title": "«Түштүк Курулуш» ЖЧК, Москва",
        "text": "Арматурачы. 28 ай, төгүмдөр төлөнгөн.",
        "badge": "Ырасталган",
        "tone": "success",
    },
    {"when": "2021-ж., 1-июль — 31-август", "title": "Маалымат жок", "gap": True, "tone": "neutral"},
    {
        "when": "2021-ж., 1-сентябрдан тартып",
        "title": "«Алтын Дан» ЖЧК, Алматы",
        "text": "Оператор.",
        "badge": "Текшерүүдө",
        "tone": "warning",
        "url": "#",
    },
]
FACTS = [
    ("Фамилиясы", "Өмүрбекова"),
    ("Аты", "Жылдыз"),
    ("Атасынын аты", "Ңурбек кызы"),
    ("Туулган күнү", "1991-ж., 7-март"),
    ("Телефону", None),
]
TILES = [
    {
        "title": "Текшерүүнү күткөн мезгилдер",
        "value": "128",
        "url": "#",
        "tone": "warning",
        "hint": "эң эскиси 6 күн",
    },
    {"title": "Бүгүн берилген тастыктамалар", "value": "34", "url": "#", "tone": "success", "hint": ""},
    {"title": "Мөөнөтү өткөн иштер", "value": "3", "url": "#", "tone": "danger", "hint": ""},
    {"title": "Бош бланктар", "value": "1 960", "tone": "info", "hint": ""},
]
STEPS = ["Файл", "Тилкелер", "Текшерүү", "Көрүү", "Колдонуу"]
CHART = (
    '<svg viewBox="0 0 320 120" role="img" aria-label="Которуулар"><g fill="#1f3f73">'
    '<rect x="10" y="60" width="60" height="50"/><rect x="90" y="40" width="60" height="70"/>'
    '<rect x="170" y="20" width="60" height="90"/><rect x="250" y="50" width="60" height="60"/></g></svg>'
)


class SampleForm(forms.Form):
    surname = forms.CharField(label="Фамилиясы", help_text="Паспортто жазылгандай.")
    born_on = forms.DateField(label="Туулган күнү", help_text="Мисалы: 07.03.1991")
    state = forms.ChoiceField(
        label="Иштеген өлкө",
        choices=[("KG", "Кыргызстан"), ("RU", "Россия"), ("KZ", "Казакстан")],
        widget=forms.RadioSelect,
    )
    needs = forms.MultipleChoiceField(
        label="Кандай жардам керек?",
        required=False,
        choices=[("wage", "Эмгек акы"), ("paper", "Документтер"), ("health", "Ден соолук")],
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.ChoiceField(label="Түрү", choices=[("a", "Эмгек келишими"), ("b", "Жарандык келишим")])
    file = UploadField(label="Файл", required=False, help_text="XLSX же CSV, 50 МБга чейин.")
    note = forms.CharField(label="Түшүндүрмө", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="Маалыматымды өнөктөш уюмга берүүгө макулмун")


def styleguide(request: HttpRequest) -> HttpResponse:
    """For staff, and for everyone while developing."""
    if not (settings.DEBUG or getattr(request.user, "is_staff", False)):
        raise Http404
    context = {
        "breadcrumbs": [{"title": "Башкы бет", "url": "/"}, {"title": "Стиль"}],
        "tones": TONES,
        "columns": COLUMNS,
        "rows": ROWS,
        "timeline_items": TIMELINE,
        "fact_items": FACTS,
        "tiles": TILES,
        "step_titles": STEPS,
        "chart": CHART,
        "chart_columns": ["Жыл", {"title": "Которуулар, млн АКШ доллары", "number": True}],
        "chart_rows": [["2019", 2411], ["2020", 2423], ["2021", 2757], ["2022", 3053]],
        "tabs": [
            {"title": "Баары", "url": "#", "current": True, "count": 128},
            {"title": "Мага берилгендер", "url": "#", "count": 12},
            {"title": "Жабылгандар", "url": "#"},
        ],
        "form": SampleForm(),
        "wrong_form": SampleForm({"surname": "", "born_on": "31.02.1991"}, prefix="wrong"),
    }
    return render(request, "kozot/styleguide.html", context)
