"""Elements cut out of XML leave every other byte, and nothing hollow behind."""

from __future__ import annotations

import pytest

from kpi_xl.hosts.publishing.elements import elements, placed, relation_ids, tag, without, without_relations

PART = (
    '<?xml version="1.0"?>\n<w xmlns:r="u" xmlns:m="v"><a n="1>2" /><控 r:id=\'x1\'>文字</控>'
    '<hyperlinks><hyperlink r:id="x2"/></hyperlinks><m:AlternateContent><m:Choice><b r:id="x3"/></m:Choice>'
    '<m:Fallback/></m:AlternateContent><pageSetup r:id="x4" scale="9"/></w>'
).encode()


def test_offsets_are_those_of_the_bytes() -> None:
    named = {each.name: each for each in elements(PART)}
    assert PART[named["a"].start : named["a"].end] == b'<a n="1>2" />'
    assert PART[named["控"].inside : named["控"].content_end].decode() == "文字"
    assert named["w"].end == len(PART) and named["b"].depth == 3


@pytest.mark.parametrize(
    ("lost", "gone"),
    [
        ("x1", ["控"]), ("x2", ["hyperlinks", "hyperlink"]), ("x3", ["AlternateContent", "Choice", "b", "Fallback"]), ("x4", []),
    ],
)  # fmt: skip
def test_what_pointed_at_a_lost_part_goes_with_its_hollow_parents(lost: str, gone: list[str]) -> None:
    left = without_relations(PART, {lost})
    before, after = ([each.name for each in elements(part)] for part in (PART, left))
    assert [name for name in before if name not in after] == gone
    assert relation_ids(left) == relation_ids(PART) - {lost}


def test_nothing_to_cut_leaves_the_very_bytes() -> None:
    assert without(PART, lambda each: each.name == "absent") == PART
    assert without_relations(PART, {"x9"}) == PART


def test_attributes_are_set_and_dropped() -> None:
    page = next(each for each in elements(PART) if each.name == "pageSetup")
    assert tag(PART, page, {"r:id": None, "scale": "8", "new": "1"}) == b'<pageSetup scale="8" new="1"/>'


def test_a_child_is_placed_before_its_followers() -> None:
    assert placed(PART, b"<n/>", ("hyperlinks",)).index(b"<n/>") == PART.index(b"<hyperlinks>")
    assert placed(PART, b"<n/>", ("absent",)).endswith(b"<n/></w>")
