"""The floor's reading pages: run the statement, fill the template, answer."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import get
from litestar.enums import MediaType
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from sqlalchemy import Engine

from bench.floor import queries
from bench.floor.engine import reading


# The handlers are sync and stay on the event loop: a hop to a thread costs as much as a small statement.
def read_handlers(engine: Engine) -> list[HTTPRouteHandler]:
    return [*_contact_handlers(reading(engine)), *_deal_handlers(reading(engine))]


def _contact_handlers(reader: Engine) -> list[HTTPRouteHandler]:
    page = _templates().get_template("contacts.html")
    search_page = queries.search_page(reader.dialect.name)
    pattern = '"{}"' if reader.dialect.name == "sqlite" else "%{}%"

    @get("/contacts", media_type=MediaType.HTML, sync_to_thread=False)
    def list_contacts() -> str:
        with reader.connect() as connection:
            contacts = connection.execute(queries.first_page).all()
        return page.render(contacts=contacts)

    @get("/contacts/search", media_type=MediaType.HTML, sync_to_thread=False)
    def search_contacts(job_title: FromQuery[str], word: FromQuery[str]) -> str:
        values = {"job_title": job_title, "word": pattern.format(word)}
        with reader.connect() as connection:
            contacts = connection.execute(search_page, values).all()
        return page.render(contacts=contacts)

    @get("/contacts/at/{offset:int}", media_type=MediaType.HTML, sync_to_thread=False)
    def contacts_at_offset(offset: FromPath[int]) -> str:
        with reader.connect() as connection:
            contacts = connection.execute(queries.page_at_offset, {"offset": offset}).all()
        return page.render(contacts=contacts)

    return [list_contacts, search_contacts, contacts_at_offset]


def _deal_handlers(reader: Engine) -> list[HTTPRouteHandler]:
    deal_page = _templates().get_template("deal.html")
    pipeline_page = _templates().get_template("pipeline.html")

    @get("/deals/{deal_id:int}", media_type=MediaType.HTML, sync_to_thread=False)
    def show_deal(deal_id: FromPath[int]) -> str:
        with reader.connect() as connection:
            deal = connection.execute(queries.deal, {"deal_id": deal_id}).one()
            activities = connection.execute(queries.timeline, {"deal_id": deal_id}).all()
        return deal_page.render(deal=deal, activities=activities)

    @get("/pipeline", media_type=MediaType.HTML, sync_to_thread=False)
    def show_pipeline() -> str:
        with reader.connect() as connection:
            stages = connection.execute(queries.stages).all()
        return pipeline_page.render(stages=stages)

    return [show_deal, show_pipeline]


def _templates() -> Environment:
    folder = Path(__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
