"""Asking servers of the tests' own, which speak no TLS: the certificates of the system need not be read for each request."""

import ssl
from typing import Final

TRUSTS_NOBODY: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
