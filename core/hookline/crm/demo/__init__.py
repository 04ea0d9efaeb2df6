"""The demo story: a small sales house with six people, told as if it were today."""

from hookline.crm.demo.parts import tell_parts
from hookline.crm.demo.story import PASSWORD, is_begun, list_accounts, tell, tell_once

__all__ = ["PASSWORD", "is_begun", "list_accounts", "tell", "tell_once", "tell_parts"]
