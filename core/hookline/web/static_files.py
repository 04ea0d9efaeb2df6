"""Serving assets: from memory, for ever, since their addresses change with their content."""

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from hookline.web.assets import Assets


def static_door(assets: Assets) -> HTTPRouteHandler:
    """GET /static/..."""

    @get("/static/{path:path}", include_in_schema=False, sync_to_thread=False, name="static")
    def static(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
        found = assets.find(path.lstrip("/"))
        if found is None:
            return Response(b"", status_code=404, media_type="text/plain")
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        if found.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(
                found.zipped, media_type=found.media_type, headers={**headers, "Content-Encoding": "gzip"}
            )
        return Response(found.content, media_type=found.media_type, headers=headers)

    return static
