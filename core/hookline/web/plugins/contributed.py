"""/x/<plugin>/<page>: the pages that plugins bring, inside the frame of the house; /p/<plugin>/<page>/<link>: those for anybody."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from hookline.errors import Invalid, NotFound, Refused
from hookline.kernel.attempts import attempt
from hookline.kernel.forms import Form
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.kernel.public_links import opened
from hookline.kernel.screens import Ask, Page, PageRequest, Redirect
from hookline.web import frame
from hookline.web.doors import PUBLIC, SIGNED_IN, Doors
from hookline.web.plugins.asking import Filters
from hookline.web.plugins.shown import address, find_open
from hookline.web.plugins.typed_forms import first_values, form_controls, read_form
from hookline.web.records.controls import Control
from hookline.web.records.form_values import sent_values
from hookline.web.reports.drawn import read_widget, scale
from hookline.web.visit import Answer, Visit

door = Doors()

_UNSENT: Final = ("_csrf",)


@door("GET", "/x/{plugin:str}/{name:str}", needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """A page."""
    return _answer(visit)


@door("GET", "/x/{plugin:str}/{name:str}/{rest:path}", needs=SIGNED_IN)
def show_below(visit: Visit) -> Answer:
    """A page, asked for something below it."""
    return _answer(visit)


@door("POST", "/x/{plugin:str}/{name:str}", needs=SIGNED_IN)
def send(visit: Visit) -> Answer:
    """A page's form."""
    return _answer(visit)


@door("POST", "/x/{plugin:str}/{name:str}/{rest:path}", needs=SIGNED_IN)
def send_below(visit: Visit) -> Answer:
    """A form of what is below a page."""
    return _answer(visit)


@door("GET", "/p/{plugin:str}/{name:str}/{sealed:str}", needs=PUBLIC, linked=True)
def show_to_anybody(visit: Visit) -> Answer:
    """A public page, for whoever has a link to it."""
    return _answer_anybody(visit)


@door("POST", "/p/{plugin:str}/{name:str}/{sealed:str}", needs=PUBLIC, linked=True)
def send_by_anybody(visit: Visit) -> Answer:
    """A public page's form."""
    return _answer_anybody(visit)


@dataclass(frozen=True)
class _Part:
    """A value that a page shows, with its kind as `macros/widgets.html` draws it."""

    kind: str
    found: Any


def _answer(visit: Visit) -> Answer:
    steps = visit.request.path_params
    page = find_open(visit, "page", f"{steps['plugin']}.{steps['name']}")
    if page.options["public"]:
        raise NotFound
    return _answered(visit, page, _request(visit, page, _url(page), steps.get("rest", "").strip("/")))


def _answer_anybody(visit: Visit) -> Answer:
    """As for those who work here, but with the house's rights."""
    steps = visit.request.path_params
    page = find_open(visit, "page", f"{steps['plugin']}.{steps['name']}")
    if not page.options["public"]:
        raise NotFound
    about = opened(visit.gate, page.key, steps["sealed"])
    answer = _answered(visit, page, _request(visit, page, visit.request.url.path, about))
    answer.headers |= {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
    return answer


def _answered(visit: Visit, page: Contribution, asked: PageRequest) -> Answer:
    found = attempt(visit.gate, page, _reader(visit, page, asked), asked, visit.gate, writes=asked.is_post)
    if isinstance(found, Invalid):
        found = _asked_again(visit, page, asked, found)
    if isinstance(found, Failure):
        visit.take_back()
        return _failed(visit, page, found)
    if isinstance(found, Refused):
        raise found
    return found


def _asked_again(
    visit: Visit, page: Contribution, asked: PageRequest, refusal: Invalid
) -> Answer | Refused | Failure:
    """The page with what was typed and what is wrong with it. One that has nothing to show for it has refused."""
    problems = {p.field: visit.say(p.text) for p in reversed(refusal.problems)}
    again = replace(asked, is_post=False, problems=problems)
    found = attempt(visit.gate, page, _reader(visit, page, again), again, visit.gate, writes=True)
    if isinstance(found, Answer):
        if found.status != 200:  # it leads on
            return refusal
        visit.take_back()
        found.status = refusal.status
    return found


def _request(visit: Visit, page: Contribution, url: str, rest: str) -> PageRequest:
    names = [name for name in visit.form if name not in _UNSENT]
    return PageRequest(
        url=url,
        rest=rest,
        query=visit.query,
        form={name: visit.value(name) for name in names},
        repeated={**visit.request.query_params.dict(), **{name: visit.values(name) for name in names}},
        is_post=visit.request.method == "POST",
        is_fragment=_is_fragment(visit),
        reader=visit.reader,
        fill=partial(_filled, visit),
        asking=Filters(visit),
    )


def _filled(visit: Visit, form: type[Form]) -> Form:
    found = read_form(visit, form)
    if problems := list(found.check()):
        raise Invalid(problems)
    return found


def _controls(visit: Visit, asked: PageRequest, given: Form | type[Form]) -> list[Control]:
    """The fields of a form: what it begins with, or what was sent and what is wrong with that."""
    form = given if isinstance(given, type) else type(given)
    if asked.problems:
        controls = form_controls(visit, form, sent_values(visit))
        for control in controls:
            control.error = asked.problems.get(control.name, "")
        return controls
    return form_controls(visit, form, first_values(visit, form() if isinstance(given, type) else given))


def _reader(visit: Visit, page: Contribution, asked: PageRequest) -> Callable[[Any], Answer]:
    def read(answer: Any) -> Answer:
        if isinstance(answer, Redirect):
            return visit.see(
                address(visit, answer.to) if answer.to else asked.url, done=answer.done, kind=answer.kind
            )
        if isinstance(answer, Page):
            return _from_template(visit, page, asked, answer)
        return _from_values(visit, page, asked, answer)

    return read


def _from_template(visit: Visit, page: Contribution, asked: PageRequest, answer: Page) -> Answer:
    template = visit.site.templates[visit.language].get_template(f"{page.plugin}/{answer.template}")
    house = {**frame.context(visit), **_head(visit, page), "asked": asked, "problems": asked.problems}
    if taken := answer.values.keys() & house.keys():
        raise ValueError(f"the house uses these names in every page itself: {', '.join(sorted(taken))}")
    context = {**house, **answer.values, "page_text": visit.say(answer.text)}
    if answer.form is not None:
        context["fields"] = _controls(visit, asked, answer.form)
    if answer.title:
        context["page_title"] = visit.say(answer.title)
    if asked.is_fragment:
        wanted = visit.request.headers.get("hx-target", "").rpartition("#")[2]
        block = template.blocks.get(wanted) or template.blocks[answer.fragment]
        return Answer("".join(block(template.new_context(context))))
    return Answer(template.render(context))


def _from_values(visit: Visit, page: Contribution, asked: PageRequest, answer: Any) -> Answer:
    several = isinstance(answer, Sequence) and not isinstance(answer, str)
    read = read_widget(visit)
    parts = [
        _asked_part(visit, asked, each) if isinstance(each, Ask) else _Part(*read(each))
        for each in (answer if several else [answer])
    ]
    # Who fills in a form is not disturbed.
    running = any(part.kind == "list" and part.found.running for part in parts)
    quiet = running and not any(part.kind == "form" for part in parts)
    return visit.page(
        "plugins/page.html", block="content", parts=parts, failure=None, again=_here(visit) if quiet else "",
        **_head(visit, page), tick=scale(visit),
    )  # fmt: skip


def _here(visit: Visit) -> str:
    """The address that was asked, as this site knows it."""
    url = visit.request.url
    return f"{url.path}?{url.query}" if url.query else url.path


def _asked_part(visit: Visit, asked: PageRequest, ask: Ask) -> _Part:
    form = ask.form if isinstance(ask.form, type) else type(ask.form)
    loose = [text for name, text in asked.problems.items() if name not in form.fields]
    fields = _controls(visit, asked, ask.form)
    found = {"fields": fields, "submit": visit.say(ask.submit), "text": visit.say(ask.text), "loose": loose}
    return _Part("form", found)


def _failed(visit: Visit, page: Contribution, failure: Failure) -> Answer:
    return visit.page(
        "plugins/page.html",
        block="content",
        parts=(),
        failure=failure,
        again="",
        **_head(visit, page),
        tick=scale(visit),
    )


def _head(visit: Visit, page: Contribution) -> Mapping[str, Any]:
    return {"page_title": visit.say(page.label), "page_text": "", "page_url": _url(page)}


def _is_fragment(visit: Visit) -> bool:
    return visit.is_htmx and visit.request.headers.get("hx-boosted") != "true"


def _url(page: Contribution) -> str:
    return f"/x/{page.plugin}/{page.name}"
