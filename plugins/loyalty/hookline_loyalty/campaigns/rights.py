"""Who may write, approve and launch campaigns, and keep the suppression list."""

from typing import Any

from hookline_sdk import BeforeDelete, BeforeSave, Text

from hookline_loyalty.campaigns.data import Campaign, Suppression
from hookline_loyalty.plugin import plugin

WRITE = plugin.permission("campaign_write", "Writing campaigns", "Writes campaigns and surveys, and changes them until they are launched.")  # fmt: skip
APPROVE = plugin.permission("campaign_approve", "Approving campaigns", "Says that a campaign may be launched as it stands.")  # fmt: skip
LAUNCH = plugin.permission("campaign_launch", "Launching campaigns", "Launches approved campaigns, pauses and stops them.")  # fmt: skip

_MAY_NOT_WRITE = Text("You may see campaigns, not change them.")


def judge_writer(event: BeforeSave[Any] | BeforeDelete[Any]) -> None:
    """Refuse whoever has not been given the right to write, be the record their own."""
    if not event.gate.actor.may(WRITE):
        event.reject(_MAY_NOT_WRITE)


@plugin.before_save(Campaign)
def only_writers(event: BeforeSave[Campaign]) -> None:
    """Campaigns are written by those who may."""
    judge_writer(event)


@plugin.before_delete(Campaign)
def only_what_was_never_sent(event: BeforeDelete[Campaign]) -> None:
    """What has gone out to people stays, or nobody could say any more who got what."""
    judge_writer(event)
    if event.record.launched_at is not None:
        event.reject(Text("It was launched: what went to whom is kept."))


@plugin.before_save(Suppression)
def only_writers_suppress(event: BeforeSave[Suppression]) -> None:
    """The list is kept by those who write, and by whoever asks for no more."""
    judge_writer(event)


@plugin.before_delete(Suppression)
def only_writers_release(event: BeforeDelete[Suppression]) -> None:
    """Nobody comes off the list by mistake."""
    judge_writer(event)
