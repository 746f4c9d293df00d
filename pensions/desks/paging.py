from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core import signing
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.utils.functional import cached_property

from accounts.desk import DeskAdmin

COUNTED = 1_000
AFTER = "after"


class CappedPaginator(Paginator):
    """Counts no further than a thousand rows: a list of ten million opens as fast as one of fifty.

    Whoever needs what lies beyond searches or filters.
    """

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:COUNTED].count()


class FoundChangeList(ChangeList):
    """Where a search has put what it found at the request, the page's rows are fetched by their keys: nothing is
    counted and nothing sorted in the database a second time."""

    def get_results(self, request):
        found = getattr(request, "found", None)
        if found is None:
            return super().get_results(request)
        self.paginator = Paginator(found.keys, self.list_per_page)
        self.result_count, self.full_result_count = len(found.keys), None
        self.show_full_result_count, self.show_admin_actions = False, False
        self.can_show_all, self.multi_page = False, self.result_count > self.list_per_page
        start = (self.page_num - 1) * self.list_per_page
        if not 0 <= start < max(self.result_count, 1):
            raise IncorrectLookupParameters
        self.result_list = found.page(self.queryset, start, start + self.list_per_page)
        return None


class KeysetChangeList(ChangeList):
    """Pages by the last row of the one before: nothing is counted, and a late page costs what the first costs.

    The place is signed: an address neither tells the numbers of rows nor takes other ones.
    """

    def __init__(self, request, *args, **kwargs):
        self.after = request.GET.get(AFTER, "")
        super().__init__(request, *args, **kwargs)

    def get_filters_params(self, params=None):
        found = super().get_filters_params(params)
        found.pop(AFTER, None)
        return found

    def get_ordering(self, request, queryset):
        return list(self.model_admin.keys)

    def get_results(self, request):
        rows = list(self.page(self.queryset)[: self.list_per_page + 1])
        shown = rows[: self.list_per_page]
        self.next_url = self.first_url = ""
        if len(rows) > len(shown):
            last = [str(getattr(shown[-1], name)) for name in self.model_admin.keys]
            self.next_url = self.get_query_string({AFTER: signing.dumps(last, salt=AFTER)})
        if self.after:
            self.first_url = self.get_query_string(remove=[AFTER]) or "?"
        self.model_admin.fill(shown)
        self.result_list, self.result_count = shown, len(shown)
        self.full_result_count, self.show_full_result_count, self.show_admin_actions = None, False, False
        self.can_show_all, self.multi_page = False, False
        self.paginator = self.model_admin.get_paginator(request, shown, self.list_per_page)

    def page(self, queryset):
        """Rows behind the place that the address names; from the first where it names none."""
        if not self.after:
            return queryset
        try:
            last = signing.loads(self.after, salt=AFTER)
        except signing.BadSignature as error:
            raise IncorrectLookupParameters from error
        return after(queryset, self.model_admin.keys, last)


def after(queryset: QuerySet, keys: tuple[str, ...], last: list) -> QuerySet:
    """Row comparison `(a, b, c) > (…)`, which an index answers at once; SQLite is given the same in words."""
    fields = [queryset.model._meta.get_field(name.removesuffix("_id")) for name in keys]
    values = [field.to_python(value) for field, value in zip(fields, last, strict=True)]
    return queryset.filter(TupleGreaterThan(Tuple(*keys), values))


class KeysetDesk(DeskAdmin):
    """A list in the order of `keys`, whose last is unique together with those before it."""

    keys: tuple[str, ...] = ("id",)

    def fill(self, rows: list) -> None:
        """More about the rows of one page, in a statement or two."""

    def get_changelist(self, request, **kwargs):
        return KeysetChangeList
