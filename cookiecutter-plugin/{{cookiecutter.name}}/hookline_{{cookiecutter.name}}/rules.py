{%- set rule = cookiecutter._plan.ruled -%}
"""What is asked before a record is saved, in forms, imports and the API alike."""

from hookline_sdk import BeforeSave{{ "" if rule.own else ", " + rule.entity }}

from {{ cookiecutter.__package }}.data import {{ rule.entity if rule.own else rule.group }}
from {{ cookiecutter.__package }}.plugin import plugin


@plugin.before_save({{ rule.entity }})
def check_{{ rule.field }}(event: BeforeSave[{{ rule.entity }}]) -> None:
{%- if rule.numeric %}
    """A number that is given is above zero."""
    given = event.record{{ rule.there }}.{{ rule.field }}
    if given is not None and given <= 0:
        event.reject("Write a number above zero.", "{{ rule.full }}")
{%- else %}
    """What was filled in once is not emptied."""
    before = event.before
    if before is not None and before{{ rule.there }}.{{ rule.field }} and not event.record{{ rule.there }}.{{ rule.field }}:
        event.reject("Once filled in, this is not emptied.", "{{ rule.full }}")
{%- endif %}
