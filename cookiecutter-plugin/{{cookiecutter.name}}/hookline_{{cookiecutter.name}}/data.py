{%- set plan = cookiecutter._plan -%}
"""What {{ cookiecutter.label }} keeps."""
{% for line in plan.standard %}
{{ line }}
{%- endfor %}{% if plan.standard %}

{% endif -%}
{{ plan.sdk }}

from {{ cookiecutter.__package }}.plugin import plugin
{%- for each in plan.choices %}


class {{ each.cls }}(Choices):
    """{{ each.label }}, by the value that is stored."""
{% for value, label in each.members %}
    {{ value }} = "{{ value }}", "{{ label }}"
{%- endfor %}
{%- endfor %}
{%- for each in plan.entities %}


class {{ each.cls }}(Entity, plugin=plugin{% if each.says_plural %}, plural="{{ each.plural }}"{% endif %}, title="{{ each.title }}", menu="{{ cookiecutter.label }}"):
    """A {{ each.label.lower() }}."""
{% for line in each.lines %}
    {{ line }}
{%- endfor %}
{%- endfor %}
{%- for each in plan.extensions %}


class {{ each.cls }}(Fields[{{ each.target }}], plugin=plugin, label="{{ cookiecutter.label }}"):
    """What a {{ each.target.lower() }} has beside its own."""
{% for line in each.lines %}
    {{ line }}
{%- endfor %}
{%- endfor %}
