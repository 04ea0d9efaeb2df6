"""The reports that come with Hookline, each declared as a plugin's would be. The docstring of each states its formula."""

from hookline.crm.reports import funnels, outcomes, pipeline, sellers, sources

__all__ = ["funnels", "outcomes", "pipeline", "sellers", "sources"]
