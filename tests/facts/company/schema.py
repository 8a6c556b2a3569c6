"""The canonical raw tables of the domain specification, 10.1: columns in their order, natural keys, times, amounts."""

from __future__ import annotations

COLUMNS: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "orders": "order_id parent_order_id platform shop_id unit_id store_id seller_id buyer_id channel session_id "
        "create_time pay_time ship_time sign_time cancel_time finish_time promise_ship_time promise_sign_time "
        "redeem_time expire_time status goods_amount discount_amount freight_amount paid_amount currency "
        "pay_attempts is_first_order is_presale is_test exclude_reason",
        "order_items": "order_id line_no sku_id spu_id category qty unit_price line_discount line_paid unit_cost "
        "is_gift promo_id content_id",
        "refunds": "refund_id order_id line_no apply_time success_time amount qty type reason_code responsibility "
        "is_dispute",
        "traffic_daily": "date unit_id shop_id channel impressions clicks pv uv sessions bounces item_pv item_uv cost",
        "events": "event_time visitor_id user_id session_id event_type sku_id content_id channel is_bot",
        "users": "user_id register_time first_pay_time source_channel role status",
        "ledger": "period unit_id account_code account_name measure amount voucher_no",
        "balance": "period_end unit_id invested_capital receivable inventory_cost",
        "marketing": "date channel campaign_id cost attributed_gmv new_customers attribution_window",
        "surveys": "resp_id date user_id unit_id survey_type dimension question_id score scale_min scale_max "
        "aware_flag stratum weight",
        "tickets": "ticket_id create_time first_response_time close_time type stage user_id order_id agent_id "
        "responsible_unit reason_code contacts reopened resolved_flag",
        "content": "content_id plan_publish_time publish_time type channel unit_id",
        "content_daily": "date content_id impressions views likes comments shares favorites guided_orders "
        "guided_pay_amount",
        "inventory_daily": "date sku_id warehouse on_hand_qty on_hand_cost inbound_qty is_listed core_flag",
        "catalog": "sku_id category list_time delist_time cost list_price competitor_price price_date",
        "market_ext": "period category market_gmv brand_search_index source published_on",
        "handoffs": "handoff_id from_unit to_unit item due_time done_time accepted_time rework_count confirmed_by",
        "milestones": "plan_id unit_id name weight due_date done_date progress evidence",
        "ratings": "period subject_id rater_id rater_role indicator level comment",
        "manual_actuals": "period unit_id indicator num den value n source evidence",
        "org": "unit_id name parent_id",
        "role_history": "person_id unit_id role from_date to_date",
        "salary_base": "person_id period base",
        "calendar": "date workday service_hours",
        "fx": "date currency rate",
        "exclusions": "table_name id reason",
    }.items()
}

EXTRA: dict[str, tuple[str, ...]] = {
    "events": ("unit_id",), "users": ("unit_id",), "marketing": ("unit_id",), "inventory_daily": ("unit_id",),
    "catalog": ("unit_id",), "tickets": ("sku_id",),
}  # fmt: skip
"""Columns beyond the canonical ones, which are allowed and kept: without them these tables know no unit (or product)."""

KEYS: dict[str, tuple[str, ...]] = {
    "orders": ("platform", "order_id"), "order_items": ("order_id", "line_no"), "refunds": ("refund_id",),
    "traffic_daily": ("date", "shop_id", "channel"), "users": ("user_id",),
    "ledger": ("period", "unit_id", "account_code", "voucher_no"), "balance": ("period_end", "unit_id"),
    "marketing": ("date", "campaign_id"), "surveys": ("resp_id", "question_id"), "tickets": ("ticket_id",),
    "content": ("content_id",), "content_daily": ("date", "content_id"),
    "inventory_daily": ("date", "sku_id", "warehouse"), "catalog": ("sku_id", "price_date"),
    "market_ext": ("period", "category", "source"), "handoffs": ("handoff_id",), "milestones": ("plan_id",),
    "ratings": ("period", "subject_id", "rater_id", "indicator"),
    "manual_actuals": ("period", "unit_id", "indicator"), "org": ("unit_id",), "calendar": ("date",),
    "role_history": ("person_id", "unit_id", "from_date"), "salary_base": ("person_id", "period"),
    "fx": ("date", "currency"), "exclusions": ("table_name", "id"),
}  # fmt: skip
"""Natural keys; an event has none but all of its columns."""

UNIT_COLUMN: dict[str, str] = {
    **{name: "unit_id" for name, columns in COLUMNS.items() if "unit_id" in columns + EXTRA.get(name, ())},
    "tickets": "responsible_unit", "handoffs": "from_unit", "ratings": "subject_id",
}  # fmt: skip
"""Where a row says whose it is. Lines and refunds follow their order, content days their content."""

TIMES = frozenset("date period_end price_date published_on due_date done_date from_date to_date".split())
BOOLEANS = frozenset(
    "is_first_order is_presale is_test is_gift is_dispute is_bot aware_flag reopened resolved_flag is_listed "
    "core_flag workday".split()
)
NUMBERS = frozenset(
    "goods_amount discount_amount freight_amount paid_amount pay_attempts line_no qty unit_price line_discount "
    "line_paid unit_cost amount impressions clicks pv uv sessions bounces item_pv item_uv cost invested_capital "
    "receivable inventory_cost attributed_gmv new_customers score scale_min scale_max weight contacts views likes "
    "comments shares favorites guided_orders guided_pay_amount on_hand_qty on_hand_cost inbound_qty list_price "
    "competitor_price market_gmv brand_search_index rework_count progress num den value n base rate".split()
)


def columns(table: str) -> tuple[str, ...]:
    """Canonical columns of a table, then those the company adds."""
    return COLUMNS[table] + EXTRA.get(table, ())


def is_time(column: str) -> bool:
    return column in TIMES or column.endswith("_time")
