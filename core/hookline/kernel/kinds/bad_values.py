"""The error of one value, apart because the cleaning of characters needs it before there are kinds."""

from hookline.errors import Text


class BadValue(ValueError):
    """One value cannot be taken. `text` says what is wrong with it, in plain words with an example."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def shortened(raw: object, limit: int = 40) -> str:
    """What somebody wrote, short enough to repeat in a message."""
    written = raw if isinstance(raw, str) else repr(raw)
    return written if len(written) <= limit else f"{written[: limit - 1]}…"
