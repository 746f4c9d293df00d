from cases import notify  # noqa: F401  (names the kinds of notices)
