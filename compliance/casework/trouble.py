"""Why an act on a case is refused."""


class CaseRefused(ValueError):  # noqa: N818 - it says what happened; nothing was done
    """An act on a case was refused. ``code`` says why, for pages to tell in words."""

    def __init__(self, code: str, told: str) -> None:
        self.code = code
        super().__init__(told)


class CaseClosed(CaseRefused):
    """The case is decided, and a decided case does not change."""

    def __init__(self, told: str = "The case is decided.") -> None:
        super().__init__("case.closed", told)
