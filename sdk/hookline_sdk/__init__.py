"""The one module that a Hookline plugin imports: every name here is typed and kept stable."""

__all__: list[str] = []
