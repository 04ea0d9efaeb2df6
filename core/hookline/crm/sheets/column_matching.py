"""Which field a column of somebody's table is meant for, by what its header says in English or Russian."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Protocol

_CLOSE: Final = 86
_SAME: Final = 100.0
_SYNONYM: Final = 95.0
_OTHER: Final = re.compile(r"[\W_]+")
_CAMEL: Final = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])")

# Each line is one meaning; what stands first is what fields of ours are usually called.
_MEANINGS: Final = tuple(
    frozenset(line.split(", "))
    for line in (
        "name, title, full name, display name, название, наименование, имя, фио, заголовок",
        "first name, given name, forename, имя",
        "last name, surname, family name, фамилия",
        "middle name, patronymic, отчество",
        "email, e mail, mail, email address, e mail address, почта, электронная почта, эл почта, имейл",
        "phone, phone number, telephone, tel, телефон, номер телефона, тел",
        "mobile, mobile phone, cell, cell phone, мобильный, мобильный телефон, моб, сотовый",
        "website, site, web, url, web site, web address, homepage, сайт, веб сайт",
        (
            "company, account, organization, organisation, account name, company name, customer, client, "
            "компания, организация, контрагент, клиент, название компании, фирма"
        ),
        "contact, contact name, contact person, person, контакт, контактное лицо",
        "deal, opportunity, deal name, opportunity name, сделка, название сделки",
        (
            "amount, value, deal value, deal amount, sum, budget, total, close value, opportunity amount, "
            "сумма, бюджет, стоимость, сумма сделки"
        ),
        "price, sales price, unit price, list price, цена",
        "currency, currency code, валюта",
        "stage, deal stage, sales stage, pipeline stage, этап, стадия, стадия сделки, этап сделки",
        "status, state of work, статус, состояние",
        "pipeline, funnel, воронка",
        "probability, win probability, chance, вероятность",
        "close date, expected close, expected close date, дата закрытия, ожидаемая дата закрытия",
        "start date, engage date, opened, дата начала",
        "due date, due, deadline, срок, крайний срок, дедлайн",
        "created, created at, created on, creation date, date added, дата создания, создано, создан",
        (
            "owner, responsible, assigned to, assignee, sales agent, agent, sales rep, account manager, "
            "ответственный, менеджер, владелец, исполнитель"
        ),
        "team, sales team, region office, regional office, команда, отдел",
        "source, lead source, channel, источник, источник лида, канал",
        "industry, sector, branch, отрасль, сфера, сектор, сфера деятельности",
        "position, job title, role, job, должность",
        (
            "employees, number of employees, staff, headcount, company size, сотрудники, число сотрудников, "
            "количество сотрудников"
        ),
        "revenue, annual revenue, turnover, выручка, оборот, годовой оборот",
        "founded, year founded, year established, год основания",
        "parent, parent company, parent account, subsidiary of, головная компания, материнская компания",
        "address, street, street address, postal address, office location, location, адрес, улица",
        "city, town, город",
        "region, state, province, county, регион, область, край",
        "postcode, zip, zip code, postal code, индекс, почтовый индекс",
        "country, страна",
        (
            "notes, note, comment, comments, description, remarks, details, "
            "заметки, заметка, комментарий, комментарии, примечание, описание"
        ),
        "tags, labels, tag, теги, метки, тег",
        "tax number, vat number, vat, tax id, inn, инн",
        "birthday, date of birth, birth date, дата рождения, день рождения",
        "product, product name, item, товар, продукт",
        "quantity, qty, count, количество, кол во",
        "id, external id, record id, number, код, ид, номер",
    )
)
_KINDS: Final = {"email": "email", "phone": "phone", "url": "website", "address": "address"}


class FieldLike(Protocol):
    """What is asked of a field here."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def kind(self) -> str: ...


def suggest_mapping(columns: Sequence[str], fields: Sequence[FieldLike]) -> dict[str, str | None]:
    """For each column the name of the field it seems to be meant for; no field is named twice."""
    matches = sorted(
        (-score, at, place)
        for at, column in enumerate(columns)
        for place, field in enumerate(fields)
        if (score := _likeness(plain_header(column), field)) >= _CLOSE
    )
    found: dict[str, str | None] = dict.fromkeys(columns)
    taken: set[int] = set()
    for _, at, place in matches:
        if found[columns[at]] is None and place not in taken:
            found[columns[at]] = fields[place].name
            taken.add(place)
    return found


def plain_header(header: str) -> str:
    """A header in small letters, words apart: "E-Mail_Address" and "eMailAddress" are "e mail address"."""
    return _OTHER.sub(" ", _CAMEL.sub(" ", header)).strip().lower().replace("ё", "е")


def _likeness(header: str, field: FieldLike) -> float:
    names = [plain_header(field.name), plain_header(field.label)]
    if header in names:
        return _SAME
    if any(header in meaning and any(name in meaning for name in names) for meaning in _MEANINGS):
        return _SYNONYM
    usual = _KINDS.get(field.kind)
    if usual and any(header in meaning and usual in meaning for meaning in _MEANINGS):
        return _CLOSE + 1
    from rapidfuzz.fuzz import token_sort_ratio  # noqa: PLC0415  # it takes long to load, and is asked seldom

    return max(token_sort_ratio(header, name) for name in names) - 1
