"""Settings: read from the environment, and printed without secrets."""

import pytest
from hookline.errors import SettingsError
from hookline.kernel.db import Database
from hookline.settings import Settings

SECRETS = {
    "HOOKLINE_DATABASE_URL": "postgresql+psycopg://crm:fv-database@db.example/crm?password=fv-query",
    "HOOKLINE_SECRET_KEY": "fv-key-" + "k" * 32,
    "HOOKLINE_SMTP_URL": "smtps://crm:fv-mail@mail.example:465",
    "HOOKLINE_OIDC_CLIENT_SECRET": "fv-client",
}


def test_secrets_are_masked_wherever_settings_are_printed() -> None:
    settings = Settings.from_environment({**SECRETS, "HOOKLINE_BASE_URL": "https://crm.example"})
    for printed in (repr(settings), str(settings), f"{settings}", f"{[settings]}"):
        assert "fv-" not in printed
        assert "db.example" in printed
        assert "base_url='https://crm.example'" in printed
    assert settings.database_url == SECRETS["HOOKLINE_DATABASE_URL"]


def test_an_address_that_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as found:
        Database("fv-secret nonsense")
    assert "fv-secret" not in str(found.value)
    assert "HOOKLINE_DATABASE_URL" in str(found.value)


def test_patience_with_plugins_is_a_number_of_seconds() -> None:
    assert Settings.from_environment({"HOOKLINE_PLUGIN_PATIENCE": "0.5"}).plugin_patience == 0.5
    for wrong in ("0", "-1", "soon", "1e3", ""):
        with pytest.raises(
            SettingsError, match="HOOKLINE_PLUGIN_PATIENCE must be a number of seconds above 0"
        ):
            Settings.from_environment({"HOOKLINE_PLUGIN_PATIENCE": wrong})


def test_nothing_has_a_default_password() -> None:
    plain = Settings()
    assert {name: getattr(plain, name) for name in ("secret_key", "smtp_url", "oidc_client_secret", "oidc_issuer")} == {
        "secret_key": "", "smtp_url": "", "oidc_client_secret": "", "oidc_issuer": "",
    }  # fmt: skip
    assert "@" not in plain.database_url


@pytest.mark.parametrize(
    ("written", "secure"), [("https://crm.example", True), ("http://crm.example", False)]
)
def test_https_is_known_by_the_address_that_people_type(written: str, *, secure: bool) -> None:
    assert Settings(base_url=written).secure is secure


def test_hosts_are_those_of_the_settings() -> None:
    settings = Settings(base_url="https://CRM.example:8443/", allowed_hosts=("Other.example",))
    assert settings.hosts == {"crm.example", "other.example"}
    assert {"127.0.0.1", "localhost"} <= Settings().hosts
