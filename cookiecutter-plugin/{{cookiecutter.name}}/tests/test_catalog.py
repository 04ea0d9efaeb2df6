"""The Russian catalog has exactly the sentences that are used."""

from hookline_sdk import catalogs

from {{ cookiecutter.__package }} import plugin


def test_the_catalog_is_in_step_with_the_code() -> None:
    found = catalogs.read_catalog(catalogs.catalog_of(plugin), plugin.name)
    wanted = catalogs.update(found, catalogs.used_texts(plugin), plugin.name)
    assert catalogs.written(found) == catalogs.written(wanted), "python -m hookline_sdk.catalogs . renews it"
