"""The same request asked again, for what is made in pieces long after the door has answered."""

from collections.abc import Iterator
from contextlib import contextmanager

from hookline.errors import NotSignedIn
from hookline.web import guard
from hookline.web.visit import Visit


@contextmanager
def again(visit: Visit) -> Iterator[Visit]:
    """The visit with the rights of this moment, in a short reading transaction of its own.

    NotSignedIn when the session or token has ended since, BadToken likewise.
    """
    with visit.site.installation.database.read() as tx:
        asked = guard.enter(
            visit.site, tx, visit.request, visit.form, visit.body, api=visit.token is not None
        )
        before, now = visit.signed_in, asked.signed_in
        if before is None or now is None or (now.user, now.viewer) != (before.user, before.viewer):
            raise NotSignedIn
        yield asked
