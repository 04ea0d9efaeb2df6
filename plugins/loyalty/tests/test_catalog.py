"""The Russian catalog has exactly the sentences that are used."""

from hookline_sdk import catalogs
from hookline_sdk.testing import Crm


def test_the_catalog_is_in_step_with_the_code(crm: Crm) -> None:
    plugin = crm.home.host.plugins["loyalty"].plugin
    found = catalogs.read_catalog(catalogs.catalog_of(plugin), plugin.name)
    wanted = catalogs.update(found, catalogs.used_texts(plugin), plugin.name)
    assert catalogs.written(found) == catalogs.written(wanted), "python -m hookline_sdk.catalogs . renews it"
