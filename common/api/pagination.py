from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    """Keyset pages: page 50,000 costs what page 1 costs, and nothing is counted."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
    ordering = "-pk"
