"""All doors of the administration."""

from hookline.web.admin import (
    audit,
    catalogs,
    field_rights,
    fields,
    health,
    home,
    house,
    jobs,
    layouts,
    leaving,
    plugin_settings,
    privacy,
    restrictions,
    roles,
    sign_in_rules,
    teams,
    users,
    view_as,
    webhooks,
)
from hookline.web.doors import Door


def admin_doors() -> list[Door]:
    """The doors under /settings; each says which permission it needs."""
    modules = (
        home,
        users,
        leaving,
        teams,
        roles,
        restrictions,
        view_as,
        field_rights,
        fields,
        layouts,
        catalogs,
        house,
        plugin_settings,
        health,
        sign_in_rules,
        privacy,
        jobs,
        audit,
        webhooks,
    )
    return [door for module in modules for door in module.door.doors]
