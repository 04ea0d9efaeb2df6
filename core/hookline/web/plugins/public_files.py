"""/public: pictures that a plugin lets portals and others fetch, at signed addresses, without anybody signing in."""

from typing import Final

from hookline.crm.public_files import FOLDER, open_public
from hookline.web.doors import PUBLIC, Doors
from hookline.web.visit import Answer, Visit

door = Doors()

# Whoever keeps it asks each time whether it is still to be had: what is offered no more is gone at once.
_HEADERS: Final = {
    "Cache-Control": "public, no-cache",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Robots-Tag": "noindex",
}


@door("GET", FOLDER + "/{key:str}/{address:str}", needs=PUBLIC, linked=True)
def fetch(visit: Visit) -> Answer:
    """The picture as what it is, or that it has not changed since it was fetched."""
    steps, site = visit.request.path_params, visit.site
    file, path = open_public(visit.gate, site.settings.files_dir, steps["key"], steps["address"])
    headers = {**_HEADERS, "ETag": f'"{file.digest}"'}
    if headers["ETag"] in visit.request.headers.get("if-none-match", ""):
        return Answer("", 304, file.content_type, headers)
    return Answer(path.read_bytes(), 200, file.content_type, headers)
