"""The page on which the rule of a segment is built: rows and groups, with the count and a sample while one edits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hookline_sdk import (
    Act,
    Action,
    Forbidden,
    Gate,
    Invalid,
    NotFound,
    Page,
    PageRequest,
    Problem,
    Redirect,
    Text,
    func,
    select,
)

from hookline_loyalty.plugin import plugin
from hookline_loyalty.segments.asking import SUBJECTS, condition
from hookline_loyalty.segments.data import Segment, SegmentKind, Subject
from hookline_loyalty.segments.drafts import Draft, changed, read_draft
from hookline_loyalty.segments.missing import plugins_missing
from hookline_loyalty.segments.tree import (
    Bought,
    Contacted,
    Group,
    InSegment,
    OfField,
    Part,
    Related,
    read,
    unfinished,
    written,
)
from hookline_loyalty.segments.words import in_words

SAMPLE: Final = 10
_KINDS: Final[Mapping[type[Part], str]] = {
    Group: "group", OfField: "field", Related: "related", Contacted: "activity", Bought: "purchase", InSegment: "segment",
}  # fmt: skip


@dataclass
class Row:
    """A part of a rule as the page draws it. `fields` are by heading; `choices` what else can be chosen in it."""

    path: str
    kind: str
    part: Part
    fields: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()
    controls: Sequence[object] = ()
    rows: Sequence["Row"] = ()
    choices: Sequence[tuple[str, ...]] = ()
    entity: str = ""
    problem: Text | None = None


@dataclass
class Found:
    """Whom a draft means now: how many, some of them, or why that cannot be said yet."""

    count: int | None = None
    sample: Sequence[tuple[int, str]] = field(default_factory=list)
    problem: Text | None = None


@plugin.action(Segment, "Change the rule", icon="list-filter", when="kind = 'dynamic'", order=1)
def change_rule(act: Act[Segment], gate: Gate) -> Redirect:
    """Go to where it is built."""
    return Redirect(f"/x/loyalty/build/{act.record.id}")


@plugin.page("Build a segment", icon="list-filter")
def build(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """Rows of conditions; what is sent with a button changes them, and "save" keeps them."""
    segment = gate.get(Segment, int(asked.rest), action=Action.edit) if asked.rest.isdecimal() else None
    if segment is None and not gate.may("loyalty_segment", Action.create):
        raise Forbidden
    if segment is not None and segment.kind != SegmentKind.dynamic:
        raise NotFound
    if segment is not None and (away := ", ".join(plugins_missing(gate, segment))):
        said = "The rule asks of what the plugin %(plugin)s brings, which does not run. It can be changed once that is back."
        raise Forbidden(Text(said, plugin=away))
    of = segment.of if segment else asked.form.get("of") or asked.query.get("of") or Subject.contact
    of = of if of in SUBJECTS else Subject.contact
    sent = "k-0" in asked.form
    draft = read_draft(asked, of) if sent else Draft(read(segment.rule) if segment else Group())
    if not draft.rule.parts and not sent:
        draft.rule = Group("all", (OfField(),))
    do = asked.form.get("do", "")
    if asked.is_post and do == "save":
        return _save(asked, gate, segment, of, draft)
    draft.rule = changed(draft.rule, do)
    return _page(asked, gate, segment, of, draft)


def _save(asked: PageRequest, gate: Gate, segment: Segment | None, of: str, draft: Draft) -> Redirect:
    if draft.problems:
        raise Invalid([Problem(path, text) for path, text in draft.problems.items()])
    if text := unfinished(draft.rule):
        raise Invalid([Problem("", text)])
    name = asked.form.get("name", "").strip()
    if not name:
        raise Invalid([Problem("name", Text("Give it a name."))])
    values = {"name": name, "rule": written(draft.rule)}
    if segment is None:
        id = gate.create(Segment, {**values, "of": of, "kind": SegmentKind.dynamic})
    else:
        gate.update(Segment, id := segment.id, values)
    return Redirect(f"loyalty_segment:{id}", Text("Kept. Who belongs to it is worked out now."))


def _page(asked: PageRequest, gate: Gate, segment: Segment | None, of: str, draft: Draft) -> Page:
    here = f"{asked.url}/{segment.id}" if segment else asked.url
    name = asked.form.get("name") or (segment.name if segment else "")
    return Page(
        "build.html",
        {
            "here": here,
            "segment": segment,
            "name": name,
            "of": of,
            "subjects": [(one.value, one.label) for one in Subject],
            "root": _row(asked, gate, of, draft.rule, "0", draft),
            "found": look(gate, of, draft),
            "address": {"contact": "/contacts", "company": "/companies"}[of],
        },
        title=Text("Rule of %(name)s", name=segment.name) if segment else Text("New segment"),
        text=in_words(asked.asking, gate, of, draft.rule),
    )


def look(gate: Gate, of: str, draft: Draft) -> Found:
    """How many the draft means and a sample of them, of those whom the viewer sees; unfinished rows are passed over."""
    rule = finished(draft.rule)
    if draft.problems:
        return Found(problem=next(iter(draft.problems.values())))
    try:
        holds = condition(gate, of, rule)
        subject = SUBJECTS[of]
        # Asked once for both: of a million purchases it is the looking for them that takes long.
        some = select(subject.id, func.count().over()).where(holds).order_by(subject.id).limit(SAMPLE)
        found = gate.rows(some)
    except Invalid as refusal:
        return Found(problem=refusal.problems[0].text)
    except NotFound:
        return Found(problem=Text("Something that this asks of is not there, or not for you."))
    names = gate.titles(of, [id for id, _ in found])
    return Found(found[0][1] if found else 0, [(id, names.get(id, "")) for id, _ in found])


def finished(rule: Group) -> Group:
    """The rule without what is still to be said."""
    kept: list[Part] = []
    for part in rule.parts:
        if isinstance(part, Group):
            inner = finished(part)
            kept += [inner] if inner.parts else []
        elif isinstance(part, Related):
            kept += [Related(part.entity, part.via, part.least, tuple(w for w in part.where if w.filters))] if part.entity else []  # fmt: skip
        elif unfinished(Group("all", (part,))) is None:
            kept.append(part)
    return Group(rule.join, tuple(kept))


def _row(asked: PageRequest, gate: Gate, of: str, part: Part, path: str, draft: Draft) -> Row:
    row = Row(path, _KINDS[type(part)], part, problem=draft.problems.get(path))
    if isinstance(part, Group):
        row.rows = [_row(asked, gate, of, each, f"{path}-{n}", draft) for n, each in enumerate(part.parts)]
    elif isinstance(part, OfField):
        _fill_field(asked, row, of, part)
    elif isinstance(part, Related):
        row.choices = _referring(gate, of)
        row.entity = part.entity
        row.rows = [
            _row(asked, gate, part.entity, each, f"{path}-{n}", draft) for n, each in enumerate(part.where)
        ]
    elif isinstance(part, Contacted):
        options = gate.schema["activity"].fields["kind"].options.values()
        row.choices = [(option.value, option.label) for option in options]
    elif isinstance(part, InSegment):
        others = select(Segment.id, Segment.name).where(Segment.of == of).order_by(Segment.name)
        own = asked.rest
        row.choices = [(str(id), name) for id, name in gate.rows(others) if str(id) != own]
    return row


def _fill_field(asked: PageRequest, row: Row, of: str, part: OfField) -> None:
    by_heading: dict[str, list[tuple[str, str]]] = {}
    for each in asked.asking.fields(of):
        by_heading.setdefault(each.section, []).append((each.name, each.label))
    row.fields = list(by_heading.items())
    if not part.field:
        return
    try:
        row.controls = asked.asking.controls(of, part.field, part.filters, f"v-{row.path}-")
    except Invalid as refusal:
        row.problem = refusal.problems[0].text


def _referring(gate: Gate, of: str) -> list[tuple[str, str, str]]:
    """The records that refer to these people, as far as the viewer may see such records."""
    found = []
    for info, spec in gate.schema.pointing_at(of):
        if spec.many or info.name.startswith("loyalty_") or not gate.may(info.name, Action.read):
            continue
        if spec in gate.readable(info):
            found.append((f"{info.name}.{spec.name}", info.cls.plural, spec.label))
    return sorted(found, key=lambda each: (each[1], each[0]))
