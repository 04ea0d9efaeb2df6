"""Switching plugins off and on, for every process and machine; nothing of their data is touched."""

from collections.abc import Sequence
from typing import Final

from hookline.crm.audit.trail import note
from hookline.errors import Forbidden
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.admitting.switches import Switch, switch_off, switch_on

PERMISSION: Final = "admin.plugins"


def switch_plugin_off(gate: Gate, names: Sequence[str], reason: str) -> None:
    """Leave these plugins out from every process's next start on. Their data stay, their jobs and deliveries wait."""
    _allowed(gate)
    sources = gate.host.sources
    user = gate.actor.user
    switches = [Switch(name, sources.get(name, ""), reason, gate.now, user) for name in names]
    switch_off(gate.tx, switches)
    for name in names:
        note(gate, "plugin.switched_off", f"plugin:{name}", reason=reason)


def switch_plugin_on(gate: Gate, name: str) -> bool:
    """Let a plugin run again from every process's next start on; False when it was not switched off here."""
    _allowed(gate)
    gone = switch_on(gate.tx, name)
    if gone:
        note(gate, "plugin.switched_on", f"plugin:{name}")
    return gone


def _allowed(gate: Gate) -> None:
    if not gate.actor.may(PERMISSION):
        raise Forbidden
