"""Amounts of foreign currencies, at the rate of the day of payment."""

from __future__ import annotations

from kpi_xl.facts.raw.store import quoted, text
from kpi_xl.facts.raw.work import LIVE, Work

_WORDS = {
    "CNY": ("¥", "RMB", "元", "人民币", "CNH"), "USD": ("$", "US$", "美元", "美金"), "HKD": ("HK$", "港元", "港币"),
    "EUR": ("€", "欧元"), "GBP": ("£", "英镑"), "JPY": ("日元", "円"), "KRW": ("韩元",), "TWD": ("NT$", "新台币"),
    "SGD": ("新加坡元",), "AUD": ("澳元",), "CAD": ("加元",), "THB": ("泰铢",), "RUB": ("卢布",), "MYR": ("林吉特",),
    "BRL": ("R$", "雷亚尔"), "INR": ("卢比",), "IDR": ("印尼盾",), "PHP": ("比索",), "VND": ("越南盾",),
}  # fmt: skip
"""Codes of ISO 4217 and what people write for them."""


def to_base(work: Work, fields: frozenset[str]) -> None:
    """Convert the money of `typed` to the base currency; a row without a rate is dropped."""
    money = [field.name for field in work.layout.fields if field.money and field.name in fields]
    if not money:
        return
    _foreign_signs(work, money, "currency" in fields)
    if "currency" not in fields:
        return
    if is_base_only(work):
        return
    base = text(work.settings.base_currency)
    work.note("CURRENCY_UNKNOWN", "REJECT", "dropped",
              f"SELECT part, src_row, 'currency', currency FROM {LIVE} WHERE currency IS NOT NULL "
              "AND upper(currency) NOT IN (SELECT word FROM currencies)")  # fmt: skip
    work.drop("rejected")
    work.store.run(
        f"CREATE OR REPLACE TEMP TABLE rates AS SELECT part, src_row, fx.rate, fx.date AS day, paid FROM "
        f"(SELECT part, src_row, code, CAST(coalesce(pay_time, create_time) AS DATE) AS paid FROM {LIVE} AS live "
        f"JOIN currencies ON word = upper(currency) WHERE code <> {base}) AS foreign_rows "
        "ASOF LEFT JOIN (SELECT f.date, f.rate, c.code FROM fx AS f JOIN currencies AS c "
        "ON c.word = upper(f.currency)) AS fx "
        "ON fx.code = foreign_rows.code AND paid >= fx.date"
    )
    work.note("FX_MISSING", "REJECT", "dropped",
              "SELECT part, src_row, 'currency', currency FROM typed JOIN rates USING (part, src_row) "
              f"WHERE rates.rate IS NULL OR paid - day > {work.settings.fx_days}")  # fmt: skip
    work.drop("rejected")
    changed = ", ".join(f"{quoted(name)} = {quoted(name)} * rates.rate" for name in money)
    work.store.run(f"UPDATE typed SET {changed} FROM rates WHERE rates.part = typed.part "
                   "AND rates.src_row = typed.src_row AND rates.rate IS NOT NULL")  # fmt: skip


def is_base_only(work: Work) -> bool:
    """Whether no row of `typed` names another currency than the base; fills the table `currencies`."""
    listed = ", ".join(
        f"({text(word.upper())}, {text(code)})" for code, words in _WORDS.items() for word in (code, *words)
    )
    work.store.run(f"CREATE OR REPLACE TEMP TABLE currencies AS SELECT * FROM (VALUES {listed}) AS listed(word, code)")
    base = f"SELECT word FROM currencies WHERE code = {text(work.settings.base_currency)}"
    return not work.store.number(f"SELECT count(*) FROM {LIVE} WHERE upper(currency) NOT IN ({base})")


def _foreign_signs(work: Work, money: list[str], has_currency: bool) -> None:
    """$12 in a column of the base currency is no 12: refused unless the row names its currency."""
    named = "SELECT part, src_row FROM typed WHERE currency IS NOT NULL" if has_currency else "SELECT -1, -1"
    columns = ", ".join(map(text, money))
    work.store.run(
        f"UPDATE findings SET severity = 'REJECT', action = 'dropped' WHERE code = 'FOREIGN_CURRENCY' "
        f'AND "column" IN ({columns}) AND (part, src_row) NOT IN ({named})'
    )
    work.drop("rejected")
