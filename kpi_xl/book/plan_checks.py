"""What 检查 says of the plan as a whole: balance, one rule for one job, raters who are strict, lenient or blind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kpi_xl.book.context import Context
from kpi_xl.book.plan_health.compared import (
    by_rater,
    chances_by_role,
    points_by_subject,
    points_of,
    rated,
    rules_by_role,
)
from kpi_xl.book.plan_health.examine import CHECKS, blocking, examine
from kpi_xl.book.plan_health.material import Chance, Past, material_of, rows_by_card
from kpi_xl.book.plan_health.planfile import PlanFile, plan_file
from kpi_xl.book.plan_health.shares import share_rows
from kpi_xl.book.plan_health.team import CardBalance, card_balances, first_cell, is_held
from kpi_xl.book.plan_rules import CardRow
from kpi_xl.book.tables.inputs import STATES
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import RatingRow
from kpi_xl.model.issue import Issue
from kpi_xl.scoring.collaboration import LEAST_COLLABORATION, collaboration_weight, is_collaborative
from kpi_xl.scoring.fairness import (
    Difficulty,
    differing_rules,
    own_ratings,
    rater_spread,
    self_supplied,
    target_difficulty,
    too_much_self,
)
from kpi_xl.scoring.opinion.leniency import leniency
from kpi_xl.scoring.opinion.ratings import MOST_SELF
from kpi_xl.scoring.rounding import excel_round

PlanRule = Callable[[Context, PlanFile], Iterable[Issue]]

CONFIRMED = STATES[STATES.index("targets_set"):]
"""States in which the targets have been confirmed."""
GATES = tuple(each for each in CHECKS if each.gates)
LISTED = 6
"""Failures that a message names."""
LEAST_KPIS = 5
"""A card with fewer indicators is not weighed: two of them are never balanced."""
AXIS_CODES = {
    "horizon": "W-BALANCE-HORIZON", "scope": "W-BALANCE-SCOPE", "nature": "W-BALANCE-NATURE",
    "perspective": "W-BALANCE-PERSPECTIVE", "kind": "W-BALANCE-MEASURED",
}  # fmt: skip
RATER_CODES = {
    ("FAIL", True): "W-RATER-LENIENT", ("FAIL", False): "W-RATER-STRICT",
    ("WARN", True): "I-RATER-LENIENT", ("WARN", False): "I-RATER-STRICT",
}  # fmt: skip
"""Half a standard deviation is soon reached by chance when few are rated: a remark; strong leniency is a warning."""
THEME_CODES = {"satisfaction": "W-BALANCE-SATISFACTION", "loyalty": "W-BALANCE-LOYALTY"}


def plan_issues(context: Context, grids: Mapping[str, TableGrid]) -> Iterator[Issue]:
    """Everything that is odd about the plan as a whole; none of it keeps a card from being scored."""
    file = plan_file(grids, context.period)
    return (issue for rule in PLAN_RULES for issue in rule(context, file))


def cards_are_balanced(context: Context, file: PlanFile) -> Iterator[Issue]:
    """A department's card is balanced by itself, and its functions' together; a function's may be lopsided."""
    found = [each for each in card_balances(context, file) if _is_weighed(each)]
    for each in found:
        if not each.is_union:
            yield from _off_balance(each, ("WARN", "FAIL")) if each.balance.gates else ()
            continue
        # Functions together are lopsided more easily: only what is far off is a warning there.
        yield from _off_balance(each, ("FAIL",))
        if [axis.verdict for axis in each.balance.axes if axis.verdict != "OK"].count("WARN"):
            yield Issue("I-BALANCE-UNION", each.cell, {"card": each.name, **_shares(each)}, frozenset(each.cards))
    lopsided = [each for each in found if not each.balance.gates and each.balance.verdict != "OK"]
    if lopsided:
        cards = frozenset(card for each in lopsided for card in each.cards)
        facts = {"count": len(lopsided), "cards": ", ".join(each.name for each in lopsided)}
        yield Issue("I-BALANCE-FUNCTION", lopsided[0].cell, facts, cards)


def _is_weighed(each: CardBalance) -> bool:
    return sum(row.weight > 0 for row in each.rows) >= LEAST_KPIS


def _off_balance(each: CardBalance, verdicts: tuple[str, ...]) -> Iterator[Issue]:
    for axis in each.balance.axes:
        if axis.verdict in verdicts:
            facts = {"card": each.name, **_shares(each)}
            yield Issue(AXIS_CODES[axis.axis.name], each.cell, facts, frozenset(each.cards))


def _shares(each: CardBalance) -> Mapping[str, float]:
    """Shares of every axis by tag; a tag that nothing has holds no weight."""
    none = dict.fromkeys(("S", "L", "I", "E", "P", "R", "F", "U", "O", "quant"), 0.0)
    return none | {tag: excel_round(v, 4) for axis in each.balance.axes for tag, v in axis.shares.items()}


def key_points_stand_out(context: Context, file: PlanFile) -> Iterator[Issue]:
    """A department's core holds half of the weight, its heaviest stands out, and long-term themes are there."""
    for each in card_balances(context, file):
        if each.is_union or not each.balance.gates or not _is_weighed(each):
            continue
        found, cards = each.balance.emphasis, frozenset(each.cards)
        if found.verdict != "OK":
            figures = {"core": found.core, "peak": found.peak or 0.0, "median": found.median}
            facts = {name: excel_round(figure, 4) for name, figure in figures.items()}
            yield Issue("W-BALANCE-CORE", each.cell, {"card": each.name, **facts}, cards)
        for theme in each.balance.lacking:
            yield Issue(THEME_CODES[theme], each.cell, {"card": each.name}, cards)


def cards_hang_together(context: Context, file: PlanFile) -> Iterator[Issue]:
    """Some of every function's card hangs on working with others; a department's is a remark."""
    seen: set[str] = set()
    for rows in rows_by_card(context).values():
        plan = rows[0].plan
        weights = {row.plan.kpi: row.plan.weight for row in rows}
        if plan.template in seen or len(weights) < LEAST_KPIS:
            continue
        seen.add(plan.template)
        total = collaboration_weight(weights, file.modes())
        if not is_collaborative(total):
            facts = {"card": plan.template, "found": total, "wanted": LEAST_COLLABORATION}
            code = "W-COLLABORATION" if is_held(rows[0].subject, plan.template) else "I-COLLABORATION"
            yield Issue(code, first_cell(rows), facts, frozenset({row.card for row in rows}))


def one_rule_for_one_job(context: Context, _: PlanFile) -> Iterator[Issue]:
    """People who are ranked together and have most indicators in common follow the same rules."""
    first = {card: rows[0] for card, rows in rows_by_card(context).items()}
    for found in differing_rules(rules_by_role(context)):
        groups = list(found.cards.values())
        facts = {"role": found.role, "rules": len(groups), "cards": " / ".join(", ".join(names) for names in groups)}
        code = "W-RULE-DIFFERS" if found.is_same_job else "I-RULE-DIFFERS"
        odd = groups[-1]
        cell = context.beside(first[odd[0]].subject.cell, "tblSubjects", "rank_group")
        yield Issue(code, cell, facts, frozenset(name for names in groups for name in names))


def raters_are_comparable(context: Context, _: PlanFile) -> Iterator[Issue]:
    """Strict and lenient raters, and those who give everybody, or every indicator, the same."""
    rows = by_rater(rated(context))
    points = {rater: points_of(own) for rater, own in rows.items()}
    for rater, found in leniency(points).items():
        if found.verdict != "OK":
            figures = {"mean": found.mean, "others": found.others, "d": abs(found.d)}
            facts = {name: excel_round(figure, 2) for name, figure in figures.items()}
            code = RATER_CODES[found.verdict, found.d > 0]
            yield Issue(code, rows[rater][0].cell, {"rater": rater, **facts})
    for rater, own in rows.items():
        yield from _alike(rater, own)


def _alike(rater: str, rows: Sequence[RatingRow]) -> Iterator[Issue]:
    spread = rater_spread(points_by_subject(rows))
    if spread is None or spread.verdict == "OK":
        return
    if spread.kind == "central":
        yield Issue("W-RATER-CENTRAL", rows[0].cell, {"rater": rater, "found": excel_round(spread.overall, 2)})
    else:
        yield Issue("W-RATER-HALO", rows[0].cell, {"rater": rater, "found": excel_round(spread.halo or 0.0, 2)})


def nobody_scores_themselves(context: Context, _: PlanFile) -> Iterator[Issue]:
    """Own ratings weigh little and say that they are own; own figures have evidence."""
    inputs = context.inputs
    share = too_much_self(inputs.role_weights)
    is_told = any(problem.code == "E-RATING-SELF" for row in context.rows for problem in row.problems)
    if share is not None and not is_told:
        facts = {"found": excel_round(share, 4), "limit": MOST_SELF}
        yield Issue("W-RATER-SELF", context.sheets["tblRaterRoles"], facts)
    names = {subject.id: (subject.name,) for subject in inputs.subjects if subject.kind == "person"}
    cells = {(row.key.split("|")[1], row.rater, row.role): row.cell for row in reversed(rated(context))}
    for subject, rater, role in own_ratings(cells, names):
        said = {"rater": rater, "subject": subject, "role": role}
        yield Issue("W-RATER-OWN", cells[subject, rater, role], said, frozenset({subject}))


def figures_are_cross_checked(context: Context, file: PlanFile) -> Iterator[Issue]:
    """Nobody is the only witness of their own figures."""
    names = {subject.id: (subject.name,) for subject in context.inputs.subjects if subject.kind == "person"}
    supplied: dict[str, list[CardRow]] = {}
    for row in context.rows:
        key = context.key(row)
        by, has_evidence = file.suppliers.get(key, ("", True))
        if self_supplied([(row.subject.id, by, has_evidence)], names):
            supplied.setdefault(row.subject.id, []).append(row)
    for subject, rows in supplied.items():
        actual = context.actuals[context.key(rows[0])]
        facts = {"subject": subject, "kpis": ", ".join(row.plan.kpi for row in rows)}
        yield Issue("W-SELF-SUPPLIED", context.beside(actual.cell, "tblActuals", "source"), facts, frozenset({subject}))


def targets_are_equally_hard(context: Context, past: Mapping[tuple[str, str], Past], chance: Chance) -> Iterator[Issue]:
    """Among people of one job, nobody's target is much easier to attain; needs a past of every row."""
    for (group, template), kpis in chances_by_role(context, past, chance).items():
        judged = {kpi: target_difficulty(chances) for kpi, chances in kpis.items()}
        apart = {kpi: found for kpi, found in judged.items() if found is not None and found.verdict != "OK"}
        if apart:
            yield _spread(f"{group}/{template}", apart, context)


def _spread(role: str, apart: Mapping[str, Difficulty], context: Context) -> Issue:
    """All indicators of a role at once, the one that is furthest apart with its cards."""
    kpi, worst = max(apart.items(), key=lambda item: item[1].spread)
    (hard, low), (easy, high) = worst.hardest, worst.easiest
    facts = {"role": role, "kpis": ", ".join(apart), "kpi": kpi, "hard": hard, "low": low, "easy": easy, "high": high}
    cards = frozenset(card for each in apart.values() for card in (each.hardest[0], each.easiest[0]))
    return Issue("W-TARGET-SPREAD", context.sheets["tblTargets"], facts, cards)


def targets_set_needs_a_sound_plan(context: Context, file: PlanFile) -> Iterator[Issue]:
    """Targets are confirmed when nothing stands in their way, or somebody answers for what does."""
    state = context.inputs.settings.state
    if state not in CONFIRMED:
        return
    material = material_of(context, file, looks_back=False)
    found = blocking(examine(material, GATES))
    if found:
        listed = [f"{each.line.row.card} {each.line.kpi} {each.check.id}" for each in found]
        more = ", …" if len(listed) > LISTED else ""
        facts = {"found": state, "count": len(found), "listed": ", ".join(listed[:LISTED]) + more}
        cards = frozenset(each.line.row.card for each in found)
        yield Issue("E-TARGETS-UNSOUND", context.setting("state"), facts, cards)


def split_targets_are_exact(context: Context, file: PlanFile) -> Iterator[Issue]:
    """Units that split a target have its exact parts."""
    for row in share_rows(context, file):
        if row.sign == "▲" and row.cell:
            facts = {"kpi": row.kpi, "unit": row.unit, "found": row.typed, "wanted": row.exact, "share": row.share}
            yield Issue("W-SHARE-TARGET", row.cell, facts, frozenset({row.subject}))


def only_amounts_are_split(context: Context, file: PlanFile) -> Iterator[Issue]:
    """A rate is the same for every unit: there is nothing of it to share out."""
    kinds = {indicator.code: indicator.agg_time for indicator in context.inputs.indicators}
    for kpi, parts in (file.parts or {}).items():
        if kinds.get(kpi, "SUM") != "SUM" and any(part.mode == "SHARED-SPLIT" for part in parts):
            yield Issue("W-SHARE-RATE", context.sheets["tblRaci"], {"kpi": kpi, "found": kinds[kpi]})


PLAN_RULES: tuple[PlanRule, ...] = (
    cards_are_balanced, key_points_stand_out, cards_hang_together, one_rule_for_one_job, raters_are_comparable,
    nobody_scores_themselves, figures_are_cross_checked, split_targets_are_exact, only_amounts_are_split,
    targets_set_needs_a_sound_plan,
)  # fmt: skip
