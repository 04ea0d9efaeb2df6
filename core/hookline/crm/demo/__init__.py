"""The demo story: a small sales house with six people, told as if it were today."""

from hookline.crm.demo.story import PASSWORD, is_told, list_accounts, tell

__all__ = ["PASSWORD", "is_told", "list_accounts", "tell"]
