"""What somebody sees in development whose request failed: which plugin and where, the line at fault, the traceback.

Never in production: a traceback tells of the machine, and of what people have typed.
"""

import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response

import hookline
from hookline.web.site import Site
from hookline.web.visit import HTML, language_of

_OURS: Final = str(Path(hookline.__file__).parent)
_LIBRARIES: Final = ("site-packages", "/lib/python3", "<")


def failure_page(
    site: Site, request: Request[Any, Any, Any], error: Exception, reference: str
) -> Response[Any]:
    """A page that stands alone, as the frame of pages may be what is broken; for htmx only what it says."""
    template = site.templates[language_of(request)].get_template("developer/failure.html")
    context = template.new_context(
        {
            "lang": language_of(request),
            "said": f"{type(error).__name__}: {_text(error)}",
            "notes": getattr(error, "__notes__", ()),
            "line": line_at_fault(traceback.extract_tb(error.__traceback__)),
            "traceback": "".join(traceback.format_exception(error)),
            "reference": reference,
            "path": request.url.path,
        }
    )
    part = request.headers.get("hx-request") == "true"
    blocks = template.blocks["failure"] if part else template.root_render_func
    return Response("".join(blocks(context)).encode(), status_code=500, media_type=HTML)


def line_at_fault(frames: Sequence[traceback.FrameSummary]) -> str:
    """The last line of a traceback that is neither ours nor a library's: "plugins/loyalty.py, line 12"; "" when none is."""
    for frame in reversed(frames):
        if not frame.filename.startswith(_OURS) and not any(part in frame.filename for part in _LIBRARIES):
            return f"{frame.filename}, line {frame.lineno}"
    return ""


def _text(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # a plugin's exception may raise anything
        return ""
