"""All doors of the administration."""

from hookline.web.admin import catalogs, field_rights, fields, home, house, jobs, leaving, roles, teams, users
from hookline.web.doors import Door


def admin_doors() -> list[Door]:
    """The doors under /settings; each says which permission it needs."""
    modules = (home, users, leaving, teams, roles, field_rights, fields, catalogs, house, jobs)
    return [door for module in modules for door in module.door.doors]
