"""The pages on security say what they must, and their numbers are those of the code."""

import re
from pathlib import Path
from typing import Final

import pytest
from argon2 import PasswordHasher
from argon2.profiles import RFC_9106_LOW_MEMORY
from hookline.crm.exports.files import MOST_XLSX
from hookline.crm.file_kinds import KINDS
from hookline.crm.files import LARGEST
from hookline.crm.sheets.workbook_checks import MOST_BYTES, MOST_PARTS
from hookline.crm.sign_in import credentials, easy_passwords, links, sessions, throttles, two_step
from hookline.web.api.queries import MOST
from hookline.web.bodies import LARGEST_FORM, LARGEST_JSON, LARGEST_OF_STRANGERS
from hookline.web.doors import LARGEST_BODY

from tests.house.tracked import text_of

FOLDER: Final = Path("docs/security")


def page(name: str) -> str:
    """A page as one line."""
    return " ".join(text_of(FOLDER / name).split())


def section(heading: str) -> str:
    """One section of the page on controls."""
    found = re.search(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)",
        text_of(FOLDER / "controls.md"),
        re.MULTILINE | re.DOTALL,
    )
    assert found, heading
    return " ".join(found[1].split())


def says(text: str, *wanted: object) -> None:
    assert [str(one) for one in wanted if str(one) not in text] == []


def test_the_numbers_on_the_page_are_those_of_the_code() -> None:
    kilo, mega = 1024, 1024 * 1024
    limits, signing, ends = section("Limits"), section("Signing in"), section("Sessions")
    says(
        limits,
        f"not known | {LARGEST_OF_STRANGERS // kilo} KB", f"a JSON body | {LARGEST_JSON // mega} MB", f"with files | {LARGEST_BODY // mega} MB",
        f"file with a record | {LARGEST // mega} MB", f"unpacked | {MOST_BYTES // mega} MB in {MOST_PARTS} parts", f"one bulk request | {MOST} |",
        f"is written | {MOST_XLSX}", f"within {throttles.WINDOW.seconds // 60} minutes | {throttles.FREE_TRIES} |",
        f"from one address within {throttles.WINDOW.seconds // 60} minutes | {throttles._PER_ADDRESS} |",
    )  # fmt: skip
    assert LARGEST_FORM == LARGEST_JSON
    says(
        signing,
        f"{credentials.SHORTEST} to {credentials.LONGEST} characters",
        f"After {throttles.FREE_TRIES} tries within {throttles.WINDOW.seconds // 60} minutes an account, and after {throttles._PER_ADDRESS} an address",
        f"holds {links.HOLDS[links.Purpose.invitation].total_seconds() / 3600:.0f} hours",
        f"holds {links.HOLDS[links.Purpose.reset].seconds // 60} minutes", f"holds {links.HOLDS[links.Purpose.entry].seconds // 60} minutes",
        f"holds {two_step._SECONDS} seconds", f"{two_step.RECOVERY_CODES} recovery codes",
    )  # fmt: skip
    says(
        ends,
        f"after {sessions.LIFETIME.days} days without use and after {sessions.LONGEST_LIFETIME.days} days in any case",
        f"more than {sessions.PROOF_HOLDS.seconds // 60} minutes old",
        "AAL2",
    )


def test_the_page_says_how_input_is_judged() -> None:
    says(
        section("What comes in"),
        "kind",
        "refused",
        "control characters",
        "together",
        "currenc",
        "pipeline",
        "Steps have an order",
    )
    says(text_of(Path("docs/data.md")), "email", "phone", "money")


def test_the_page_says_what_is_limited() -> None:
    says(section("Limits"), "is a job", "10,001", "paused", "page by page", "HOOKLINE_POOL_SIZE")


def test_the_page_says_which_files_are_taken() -> None:
    says(
        section("Files"),
        "KINDS",
        "attachment",
        "sandbox",
        "Programs are refused",
        "scanner for viruses",
        "Archives are never unpacked",
    )
    assert {"pdf", "docx", "png", "zip", "eml", "ics", "vcf", "mp3", "mp4", "dwg", "p7s"} <= KINDS.keys()
    assert not {"exe", "js", "bat", "php", "docm", "jar", "msi", "sh"} & KINDS.keys()


def test_the_page_says_how_one_signs_in() -> None:
    says(
        section("Signing in"),
        "four ways",
        "recovery code",
        "provider of identities",
        "command line",
        "Nobody is locked out for good",
        '"hookline" and "password"',
    )
    for word in ("hookline", "password"):
        assert easy_passwords.is_easy(f"{word}-2026-{word}", [])


def test_the_page_says_how_sessions_end() -> None:
    says(
        section("Sessions"),
        "any number of sessions",
        "ended there",
        "signing out here does not sign out there",
        "strength of a sign-in is not used",
        "when the person leaves",
    )


def test_the_page_says_how_rights_work() -> None:
    says(section("Rights"), "rights.md", "next request")
    says(
        " ".join(text_of(Path("docs/rights.md")).split()),
        "What no role permits is not permitted",
        "A field can be hidden or read-only",
        "own**",
    )


def test_the_page_says_which_keys_there_are() -> None:
    says(
        section("Keys and algorithms"),
        "argon2id",
        "AES-256-GCM",
        "HKDF-SHA-256",
        "HMAC-SHA-256",
        "SHA-256",
        "256 random bits",
        "TOTP",
        "nothing unsigned",
    )
    says(page("administrators.md"), "HOOKLINE_SECRET_KEY", "yearly", "database password")
    used = PasswordHasher()
    assert (used.memory_cost, used.time_cost, used.parallelism) == (
        RFC_9106_LOW_MEMORY.memory_cost, RFC_9106_LOW_MEMORY.time_cost, RFC_9106_LOW_MEMORY.parallelism,
    )  # fmt: skip


def test_the_page_says_whom_it_talks_to() -> None:
    says(
        section("Whom it talks to"),
        "HOOKLINE_DATABASE_URL",
        "HOOKLINE_SMTP_URL",
        "HOOKLINE_OIDC_ISSUER",
        "but for those of webhooks no address that somebody types is ever called",
    )


def test_the_page_says_how_data_is_held() -> None:
    says(
        section("Data"),
        "| secret |",
        "| personal |",
        "| of the business |",
        "| open |",
        "retention",
        "no-store",
    )


def test_the_page_says_which_logs_there_are() -> None:
    says(
        section("Logs"),
        "| process |",
        "| audit |",
        "| history |",
        "UTC",
        "hashed with the one before",
        "journald",
        "HOOKLINE_AUDIT_ANCHORS",
    )


def test_the_page_for_administrators_says_what_only_they_can_do() -> None:
    says(
        page("administrators.md"),
        "TLSv1.2 TLSv1.3",
        "host name of its own",
        "HOOKLINE_TRUSTED_PROXIES",
        "sslmode=verify-full",
        "no built-in accounts",
        "Backups",
    )


@pytest.mark.parametrize(
    "name", ["administrators.md", "controls.md", "dependencies.md", "plugins.md", "threats.md", "asvs.csv"]
)
def test_every_page_is_led_to_from_the_first(name: str) -> None:
    assert f"(security/{name})" in text_of(Path("docs/index.md"))
    assert "docs/security/threats.md#telling-us-of-a-hole" in text_of(Path("SECURITY.md"))
    assert "## Telling us of a hole" in text_of(FOLDER / "threats.md")
