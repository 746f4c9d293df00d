from django.core.paginator import Paginator
from django.utils.functional import cached_property

COUNTED = 1_000


class CappedPaginator(Paginator):
    """Counts no further than a thousand rows: a list of ten million opens as fast as one of fifty.

    Whoever needs what lies beyond searches or filters.
    """

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:COUNTED].count()
