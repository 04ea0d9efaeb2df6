"""The one module that a Hookline plugin imports: every name here is typed and kept stable.

Data: `Plugin`, `Entity`, `Catalog`, `Fields` and the words with which fields are declared. Rules: `BeforeSave` and its
kin. Answers: `Panel`, `Report`, `Figure` and the values in them. Reading and writing: `Gate`, with the statements of SQLAlchemy.
The nouns of the core, such as `Deal`, are there to be extended and asked.
"""

from hookline.crm.access.teams import Team
from hookline.crm.access.users import User
from hookline.crm.activities import Activity
from hookline.crm.catalogs import LostReason, Product, Source
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.files import File
from hookline.crm.leads import Lead
from hookline.crm.listeners import words_for
from hookline.crm.messages.mailings import Delivery, Letter, Post, posting
from hookline.crm.messages.outgoing import may_write_to, who_agrees, write_to
from hookline.crm.messages.texting import may_text_to, text_to
from hookline.crm.pipelines import Pipeline, Stage
from hookline.crm.plugins.settings import Settings
from hookline.crm.public_files import picture_addresses
from hookline.crm.purchases import Purchase, PurchaseItem
from hookline.crm.relations import Relation, RelationKind
from hookline.crm.settings import house_currency
from hookline.crm.stages import close, move, reopen
from hookline.errors import (
    Conflict,
    Forbidden,
    HooklineError,
    Invalid,
    NotFound,
    PluginError,
    Problem,
    Refused,
    Text,
    plural,
)
from hookline.kernel.actor import Action, Actor, Level
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.background.runs import JobRun
from hookline.kernel.commanding import CommandRun
from hookline.kernel.entity import Catalog, Entity, Fields, Record
from hookline.kernel.exchange import ExportRun, ForeignRow, ImportFile
from hookline.kernel.fields import (
    Choices,
    Rollup,
    any_record,
    attachment,
    choice,
    day,
    decimal,
    email_address,
    formula,
    integer,
    long_text,
    moment,
    money,
    multi_choice,
    percent,
    person,
    phone_number,
    postal_address,
    ref,
    references,
    rollup,
    sequence,
    stage,
    team_ref,
    text,
    time_span,
    web_address,
    yes_no,
)
from hookline.kernel.forms import Form, secret, several
from hookline.kernel.gate import Gate
from hookline.kernel.health import Finding
from hookline.kernel.kinds import Address
from hookline.kernel.kinds.keys import id_in, key_in, number_in
from hookline.kernel.leaving import Leaving, leaving
from hookline.kernel.mail import Handed
from hookline.kernel.only_one import only_one
from hookline.kernel.own_events import Event
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.plugin import Plugin, hookimpl
from hookline.kernel.plugins.points import Answer, Point
from hookline.kernel.plugins.words.steps import Step
from hookline.kernel.public_links import public_address
from hookline.kernel.reads import Reads
from hookline.kernel.rules import (
    Alike,
    BeforeDelete,
    BeforeSave,
    BeforeStageChange,
    Change,
    Draft,
    Write,
    Written,
)
from hookline.kernel.screens import (
    Act,
    Ask,
    AskableField,
    Asking,
    Call,
    Done,
    Page,
    PageRequest,
    Place,
    Redirect,
    Screen,
    SearchHit,
    SearchRequest,
)
from hookline.kernel.short_messages import Carrier, ShortMessage
from hookline.kernel.shown import (
    Amounts,
    Asked,
    Badge,
    Chart,
    Figure,
    Flow,
    Link,
    Mark,
    Money,
    Month,
    Panel,
    Percent,
    Picture,
    Report,
    Value,
    Widget,
)
from hookline.kernel.slots import SLOTS
from hookline.kernel.stories import Story, StoryPerson
from sqlalchemy import and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import Mapped

__all__ = [
    "SLOTS",
    "Act",
    "Action",
    "Activity",
    "Actor",
    "Address",
    "Alike",
    "Amounts",
    "Answer",
    "Ask",
    "AskableField",
    "Asked",
    "Asking",
    "Badge",
    "BeforeDelete",
    "BeforeSave",
    "BeforeStageChange",
    "Call",
    "Carrier",
    "Catalog",
    "Change",
    "Chart",
    "Choices",
    "CommandRun",
    "Company",
    "Conflict",
    "Contact",
    "Contribution",
    "Deal",
    "Delivery",
    "Done",
    "Draft",
    "Entity",
    "Event",
    "ExportRun",
    "Fields",
    "Figure",
    "File",
    "Finding",
    "Flow",
    "Forbidden",
    "ForeignRow",
    "Form",
    "Gate",
    "Handed",
    "HooklineError",
    "ImportFile",
    "Invalid",
    "JobRun",
    "Lead",
    "Leaving",
    "Letter",
    "Level",
    "Link",
    "LostReason",
    "Mapped",
    "Mark",
    "Money",
    "Month",
    "NotFound",
    "Page",
    "PageRequest",
    "Panel",
    "Percent",
    "Picture",
    "Pipeline",
    "Place",
    "Plugin",
    "PluginError",
    "Point",
    "Post",
    "Problem",
    "Product",
    "Purchase",
    "PurchaseItem",
    "Reads",
    "Record",
    "Redirect",
    "Refused",
    "Relation",
    "RelationKind",
    "Report",
    "Rollup",
    "Screen",
    "SearchHit",
    "SearchRequest",
    "Settings",
    "ShortMessage",
    "Source",
    "Stage",
    "Step",
    "Story",
    "StoryPerson",
    "Team",
    "Text",
    "User",
    "Value",
    "Widget",
    "Write",
    "Written",
    "and_",
    "any_record",
    "attachment",
    "case",
    "choice",
    "close",
    "day",
    "decimal",
    "email_address",
    "enqueue",
    "exists",
    "formula",
    "func",
    "hookimpl",
    "house_currency",
    "id_in",
    "integer",
    "key_in",
    "leaving",
    "long_text",
    "may_text_to",
    "may_write_to",
    "moment",
    "money",
    "move",
    "multi_choice",
    "not_",
    "number_in",
    "only_one",
    "or_",
    "percent",
    "person",
    "phone_number",
    "picture_addresses",
    "plural",
    "postal_address",
    "posting",
    "public_address",
    "ref",
    "references",
    "reopen",
    "rollup",
    "secret",
    "select",
    "sequence",
    "several",
    "stage",
    "team_ref",
    "text",
    "text_to",
    "time_span",
    "web_address",
    "who_agrees",
    "words_for",
    "write_to",
    "yes_no",
]
