"""The Russian that a new plugin begins with: what its author said, nouns that trades share, and the template's own sentences."""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import hookline
from babel.messages.catalog import Catalog

from hookline_sdk import catalogs

# English singular and plural, Russian singular and plural, as headings.
_KINDS: Final = """
Agreement Agreements Соглашение Соглашения|Apartment Apartments Квартира Квартиры|Appointment Appointments Запись Записи
Asset Assets Актив Активы|Berth Berths Причал Причалы|Booking Bookings Бронь Брони|Branch Branches Филиал Филиалы
Brand Brands Марка Марки|Building Buildings Здание Здания|Campaign Campaigns Кампания Кампании|Candidate Candidates Кандидат Кандидаты
Car Cars Автомобиль Автомобили|Category Categories Категория Категории|City Cities Город Города|Claim Claims Претензия Претензии
Client Clients Клиент Клиенты|Contract Contracts Договор Договоры|Course Courses Курс Курсы|Customer Customers Покупатель Покупатели
Delivery Deliveries Доставка Доставки|Department Departments Отдел Отделы|Device Devices Устройство Устройства|District Districts Район Районы
Document Documents Документ Документы|Employee Employees Сотрудник Сотрудники|Event Events Событие События|Expense Expenses Расход Расходы
Flat Flats Квартира Квартиры|Guest Guests Гость Гости|House Houses Дом Дома|Inspection Inspections Осмотр Осмотры
Invoice Invoices Счёт Счета|Lesson Lessons Урок Уроки|License Licenses Лицензия Лицензии|Listing Listings Объект Объекты
Location Locations Место Места|Machine Machines Машина Машины|Mandate Mandates Поручение Поручения|Meeting Meetings Встреча Встречи
Member Members Участник Участники|Offer Offers Предложение Предложения|Office Offices Офис Офисы|Order Orders Заказ Заказы
Partner Partners Партнёр Партнёры|Patient Patients Пациент Пациенты|Payment Payments Платёж Платежи|Plan Plans План Планы
Policy Policies Полис Полисы|Product Products Товар Товары|Project Projects Проект Проекты|Property Properties Объект Объекты
Purchase Purchases Покупка Покупки|Region Regions Регион Регионы|Rental Rentals Аренда Аренды|Repair Repairs Ремонт Ремонты
Request Requests Заявка Заявки|Reservation Reservations Бронь Брони|Room Rooms Комната Комнаты|Route Routes Маршрут Маршруты
Sale Sales Продажа Продажи|Service Services Услуга Услуги|Ship Ships Судно Суда|Shipment Shipments Отправление Отправления
Shop Shops Магазин Магазины|Student Students Ученик Ученики|Subscription Subscriptions Подписка Подписки|Supplier Suppliers Поставщик Поставщики
Survey Surveys Опрос Опросы|Task Tasks Задача Задачи|Teacher Teachers Преподаватель Преподаватели|Ticket Tickets Обращение Обращения
Tour Tours Экскурсия Экскурсии|Unit Units Помещение Помещения|Vehicle Vehicles Автомобиль Автомобили|Viewing Viewings Показ Показы
Visit Visits Визит Визиты|Warehouse Warehouses Склад Склады
"""
# Labels of fields and of plugins.
_LABELS: Final[Mapping[str, str]] = {
    "Amount": "Сумма", "Area": "Площадь", "Author": "Автор", "Balance": "Остаток", "Barcode": "Штрихкод", "Bathrooms": "Ванные",
    "Bedrooms": "Спальни", "Birthday": "День рождения", "Budget": "Бюджет", "Capacity": "Вместимость", "Code": "Код",
    "Colour": "Цвет", "Comment": "Комментарий", "Cost": "Стоимость", "Currency": "Валюта", "Depth": "Глубина",
    "Description": "Описание", "Discount": "Скидка", "Distance": "Расстояние", "Due date": "Срок", "Duration": "Длительность",
    "Finish": "Конец", "Floor": "Этаж", "Floors": "Этажей", "Height": "Высота", "Income": "Доход", "Language": "Язык",
    "Length": "Длина", "Level": "Уровень", "Limit": "Предел", "Loyalty": "Лояльность", "Margin": "Наценка", "Note": "Заметка",
    "Notes": "Заметки", "Number": "Номер", "Paid": "Оплачено", "Points": "Баллы", "Price": "Цена", "Priority": "Приоритет",
    "Quantity": "Количество", "Rating": "Оценка", "Real estate": "Недвижимость", "Reason": "Причина", "Rent": "Арендная плата",
    "Revenue": "Выручка", "Salary": "Зарплата", "Score": "Оценка", "Size": "Размер", "Start": "Начало", "State": "Состояние",
    "Status": "Статус", "Street": "Улица", "Subject": "Тема", "Summary": "Краткое содержание", "Surname": "Фамилия", "Tax": "Налог",
    "Title": "Название", "Total": "Итого", "Type": "Тип", "Weight": "Вес", "Width": "Ширина", "Year": "Год",
}  # fmt: skip
_SENTENCES: Final = (
    (re.compile(r"(.+) by owner"), "{} по ответственным"),
    (re.compile(r"How many (.+) each owner has\."), "{}: сколько у каждого ответственного."),
)


def fill_in(catalog: Catalog, said: Mapping[str, str]) -> None:
    """Translate what can be: as `said`, else as other trades say it. What no one can know stays empty."""
    for message in catalog:
        text = message.id
        if (
            isinstance(text, str)
            and text
            and (russian := said.get(text) or (not message.string and _known(text, catalog, said)))
        ):
            message.string = russian


def _known(text: str, catalog: Catalog, said: Mapping[str, str]) -> str:
    for pattern, russian in _SENTENCES:
        if found := pattern.fullmatch(text):
            many = _noun(found[1].capitalize(), catalog, said)
            return russian.format(many) if many else ""
    return _noun(text, catalog, said)


def _noun(text: str, catalog: Catalog, said: Mapping[str, str]) -> str:
    if russian := said.get(text):
        return russian
    message = catalog.get(text)
    if message is not None and isinstance(message.string, str) and message.string:
        return message.string
    core = gettext.translation(
        "hookline", Path(hookline.__file__).parent / "locale", [catalogs.LANGUAGE], fallback=True
    ).gettext(text)
    return core if core != text else _nouns().get(text, "")


def _nouns() -> Mapping[str, str]:
    four = [entry.split() for line in _KINDS.strip().splitlines() for entry in line.split("|")]
    return {**_LABELS, **{each[i]: each[i + 2] for each in four for i in (0, 1)}}
