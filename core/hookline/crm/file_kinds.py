"""Kinds of files that are taken with records: known by their ending, and looked at whether they are what they say.

Nothing of a file is ever run by Hookline, and only pictures made of dots, plain text and PDF are shown. What is refused here
would be dangerous on the machine of whoever saves it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from hookline.errors import Invalid, Problem, Text

Looks = Callable[[bytes], bool]
_HEAD: Final = 1024
_PROGRAMS: Final = (
    b"MZ",
    b"\x7fELF",
    b"#!/",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\x4c\x00\x00\x00\x01\x14\x02",
)


@dataclass(frozen=True)
class Kind:
    """What a file is said to be, and how one sees that it is."""

    media_type: str
    looks: Looks


def kind_of(name: str, content: bytes, further: Collection[str] = ()) -> str:
    """The media type of a file by its ending. Invalid for kinds that are not taken, and for what is something else inside."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if content.startswith(_PROGRAMS):
        raise _refused(Text("Programs are not taken."))
    if ending in further:
        return "application/octet-stream"
    kind = KINDS.get(ending)
    if not ending:
        raise _refused(Text("A file needs an ending that tells its kind, like .pdf."))
    if kind is None:
        raise _refused(Text("Files that end in .%(ending)s are not taken.", ending=ending[:20]))
    if content and not kind.looks(content):
        raise _refused(Text("This file ends in .%(ending)s and is something else inside.", ending=ending))
    return kind.media_type


def shown_as(media_type: str) -> str:
    """How a file can be looked at without saving it: "picture", "text", "pdf", or "" for not at all."""
    return _SHOWN.get(media_type, "")


def media_type_of(name: str) -> str:
    """What a file's name says it is; "" for an ending that nobody knows."""
    kind = KINDS.get(name.rpartition(".")[2].lower())
    return kind.media_type if kind else ""


def _starts(*marks: bytes) -> Looks:
    return lambda content: content.startswith(marks)


def _is_text(content: bytes) -> bool:
    """Text has no zero bytes, unless it says at its start that it is UTF-16."""
    return content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in content


def _is_pdf(content: bytes) -> bool:
    return b"%PDF" in content[:_HEAD]


def _is_film(content: bytes) -> bool:
    return content[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free")


def _is_riff(kind: bytes) -> Looks:
    return lambda content: content[:4] == b"RIFF" and content[8:12] == kind


def _is_mp3(content: bytes) -> bool:
    return content.startswith(b"ID3") or (
        len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0
    )


def _is_signature(content: bytes) -> bool:
    """DER, or the same as text."""
    return content[:1] == b"\x30" or _is_text(content)


# Neither pages nor drawings made of text: a browser would run what stands in them.
_SHOWN: Final[Mapping[str, str]] = {
    "application/pdf": "pdf",
    **dict.fromkeys(("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"), "picture"),
    **dict.fromkeys(("text/plain", "text/markdown", "text/csv", "text/tab-separated-values", "application/json"), "text"),
}  # fmt: skip
_zip: Final = _starts(b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ole: Final = _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_office: Final = "application/vnd.openxmlformats-officedocument"
_open_document: Final = "application/vnd.oasis.opendocument"

KINDS: Final[Mapping[str, Kind]] = {
    "pdf": Kind("application/pdf", _is_pdf),
    "docx": Kind(f"{_office}.wordprocessingml.document", _zip),
    "xlsx": Kind(f"{_office}.spreadsheetml.sheet", _zip),
    "pptx": Kind(f"{_office}.presentationml.presentation", _zip),
    "odt": Kind(f"{_open_document}.text", _zip),
    "ods": Kind(f"{_open_document}.spreadsheet", _zip),
    "odp": Kind(f"{_open_document}.presentation", _zip),
    "doc": Kind("application/msword", _ole),
    "xls": Kind("application/vnd.ms-excel", _ole),
    "ppt": Kind("application/vnd.ms-powerpoint", _ole),
    "msg": Kind("application/vnd.ms-outlook", _ole),
    "vsd": Kind("application/vnd.visio", _ole),
    "vsdx": Kind("application/vnd.ms-visio.drawing", _zip),
    "rtf": Kind("application/rtf", _starts(b"{\\rtf")),
    "pages": Kind("application/vnd.apple.pages", _zip),
    "numbers": Kind("application/vnd.apple.numbers", _zip),
    "key": Kind("application/vnd.apple.keynote", _zip),
    "epub": Kind("application/epub+zip", _zip),
    "txt": Kind("text/plain", _is_text),
    "log": Kind("text/plain", _is_text),
    "md": Kind("text/markdown", _is_text),
    "csv": Kind("text/csv", _is_text),
    "tsv": Kind("text/tab-separated-values", _is_text),
    "json": Kind("application/json", _is_text),
    "xml": Kind("application/xml", _is_text),
    "html": Kind("text/html", _is_text),
    "htm": Kind("text/html", _is_text),
    "eml": Kind("message/rfc822", _is_text),
    "ics": Kind("text/calendar", _is_text),
    "vcf": Kind("text/vcard", _is_text),
    "svg": Kind("image/svg+xml", _is_text),
    "png": Kind("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "jpg": Kind("image/jpeg", _starts(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", _starts(b"\xff\xd8\xff")),
    "gif": Kind("image/gif", _starts(b"GIF87a", b"GIF89a")),
    "webp": Kind("image/webp", _is_riff(b"WEBP")),
    "bmp": Kind("image/bmp", _starts(b"BM")),
    "tif": Kind("image/tiff", _starts(b"II*\x00", b"MM\x00*")),
    "tiff": Kind("image/tiff", _starts(b"II*\x00", b"MM\x00*")),
    "heic": Kind("image/heic", _is_film),
    "avif": Kind("image/avif", _is_film),
    "dwg": Kind("image/vnd.dwg", _starts(b"AC10")),
    "dxf": Kind("image/vnd.dxf", _is_text),
    "mp3": Kind("audio/mpeg", _is_mp3),
    "m4a": Kind("audio/mp4", _is_film),
    "wav": Kind("audio/wav", _is_riff(b"WAVE")),
    "ogg": Kind("audio/ogg", _starts(b"OggS")),
    "opus": Kind("audio/ogg", _starts(b"OggS")),
    "flac": Kind("audio/flac", _starts(b"fLaC")),
    "amr": Kind("audio/amr", _starts(b"#!AMR")),
    "mp4": Kind("video/mp4", _is_film),
    "mov": Kind("video/quicktime", _is_film),
    "webm": Kind("video/webm", _starts(b"\x1a\x45\xdf\xa3")),
    "mkv": Kind("video/x-matroska", _starts(b"\x1a\x45\xdf\xa3")),
    "avi": Kind("video/x-msvideo", _is_riff(b"AVI ")),
    "zip": Kind("application/zip", _zip),
    "7z": Kind("application/x-7z-compressed", _starts(b"7z\xbc\xaf\x27\x1c")),
    "rar": Kind("application/vnd.rar", _starts(b"Rar!\x1a\x07")),
    "gz": Kind("application/gzip", _starts(b"\x1f\x8b")),
    "p7s": Kind("application/pkcs7-signature", _is_signature),
    "p7m": Kind("application/pkcs7-mime", _is_signature),
    "sig": Kind("application/pgp-signature", _is_signature),
    "asc": Kind("application/pgp-signature", _is_text),
}


def _refused(text: Text) -> Invalid:
    return Invalid([Problem("file", text)])
