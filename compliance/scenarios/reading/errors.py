"""What is said when a file cannot be read as a scenario."""


class ScenarioError(Exception):
    """A file is not a scenario: the command ends with exit status 2.

    `line` counts from 1. `key` is the path of the key, with steps and the entries of any list
    counted from 1 (`steps[3].with.units`, `issuers.coop.principals[1].name`), or empty for the file
    as a whole. The message is kept in both languages; `str()` gives the English one.
    """

    def __init__(self, file: str, line: int, key: str, message_en: str, message_fr: str) -> None:
        super().__init__(file, line, key, message_en, message_fr)
        self.file = file
        self.line = line
        self.key = key
        self.message_en = message_en
        self.message_fr = message_fr

    def text(self, language: str = "en") -> str:
        """`FILE:LINE: KEY: message`, in `fr` or `en`; the key is left out where there is none."""
        message = self.message_fr if language == "fr" else self.message_en
        where = f"{self.file}:{self.line}: "
        return f"{where}{self.key}: {message}" if self.key else f"{where}{message}"

    def __str__(self) -> str:
        return self.text("en")
