# ruff: noqa: E501 -- the made-up logs stand as a tool writes them
"""OCEL 2.0: the same log in three forms."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vivencia.connectors import Broken, open_file
from vivencia.connectors.ocel import OCELSource
from vivencia.words.errors import FormatUnknown, InputError

TYPES = [
    {"name": "Order", "attributes": [{"name": "size", "type": "integer"}]},
    {"name": "Item", "attributes": []},
]
LOG = {
    "objectTypes": TYPES,
    "eventTypes": [{"name": "place", "attributes": [{"name": "by", "type": "string"}]}],
    "events": [
        {"id": "e1", "type": "place", "time": "2026-01-01T10:00:00Z", "attributes": [{"name": "by", "value": "Ana"}],
         "relationships": [{"objectId": "i1", "qualifier": "has"}, {"objectId": "i2", "qualifier": "has"},
                           {"objectId": "o1", "qualifier": "is"}, {"objectId": "absent", "qualifier": "is"}]},
        {"id": "e2", "type": "place", "time": "2026-01-03T10:00:00+01:00",
         "relationships": [{"objectId": "o1", "qualifier": "is"}]},
    ],
    "objects": [
        {"id": "o1", "type": "Order", "relationships": [{"objectId": "i1", "qualifier": "holds"}],
         "attributes": [{"name": "size", "time": "2026-01-02T00:00:00Z", "value": 7},
                        {"name": "size", "time": "1970-01-01T00:00:00Z", "value": 5}]},
        {"id": "i1", "type": "Item"},
        {"id": "i2", "type": "Item"},
    ],
}  # fmt: skip
XML = """<?xml version="1.0" encoding="UTF-8"?>
<log><object-types><object-type name="Order"><attributes><attribute name="size" type="integer"/></attributes>
</object-type><object-type name="Item"/></object-types>
<event-types><event-type name="place"><attributes><attribute name="by" type="string"/></attributes></event-type>
</event-types>
<events>
<event id="e1" type="place" time="2026-01-01T10:00:00Z"><attributes><attribute name="by">Ana</attribute></attributes>
<objects><relationship object-id="i1" qualifier="has"/><relationship object-id="i2" qualifier="has"/>
<relationship object-id="o1" qualifier="is"/><relationship object-id="absent" qualifier="is"/></objects></event>
<event id="e2" type="place" time="2026-01-03T10:00:00+01:00"><objects>
<relationship object-id="o1" qualifier="is"/></objects></event>
</events>
<objects><object id="o1" type="Order"><attributes><attribute name="size" time="2026-01-02T00:00:00Z">7</attribute>
<attribute name="size" time="1970-01-01T00:00:00Z">5</attribute></attributes>
<objects><relationship object-id="i1" qualifier="holds"/></objects></object>
<object id="i1" type="Item"/><object id="i2" type="Item"/></objects></log>
"""
SQL = """
CREATE TABLE event (ocel_id TEXT, ocel_type TEXT);
CREATE TABLE object (ocel_id TEXT, ocel_type TEXT);
CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT);
CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT);
CREATE TABLE event_place (ocel_id TEXT, ocel_time TIMESTAMP, by TEXT);
CREATE TABLE object_Order (ocel_id TEXT, ocel_time TIMESTAMP, size INTEGER, ocel_changed_field TEXT);
CREATE TABLE object_Item (ocel_id TEXT, ocel_time TIMESTAMP);
INSERT INTO event_map_type VALUES ('place', 'place');
INSERT INTO object_map_type VALUES ('Order', 'Order'), ('Item', 'Item');
INSERT INTO event VALUES ('e1', 'place'), ('e2', 'place');
INSERT INTO event_place VALUES ('e1', '2026-01-01T10:00:00Z', 'Ana'), ('e2', '2026-01-03T10:00:00+01:00', NULL);
INSERT INTO object VALUES ('o1', 'Order'), ('i1', 'Item'), ('i2', 'Item');
INSERT INTO object_Order VALUES ('o1', '2026-01-02T00:00:00Z', 7, 'size'), ('o1', '1970-01-01T00:00:00Z', 5, NULL);
INSERT INTO event_object VALUES ('e1', 'i1', 'has'), ('e1', 'i2', 'has'), ('e1', 'o1', 'is'), ('e1', 'absent', 'is'),
  ('e2', 'o1', 'is');
INSERT INTO object_object VALUES ('o1', 'i1', 'holds');
"""
ROWS = [
    {"id": "e1", "type": "place", "time": datetime(2026, 1, 1, 10, tzinfo=UTC), "by": "Ana", "object:Item": "i1",
     "objects:Item": ["i1", "i2"], "object:Order": "o1", "objects:Order": ["o1"], "object:Order.size": 5},
    {"id": "e2", "type": "place", "time": datetime(2026, 1, 3, 9, tzinfo=UTC), "by": None, "object:Item": None,
     "objects:Item": [], "object:Order": "o1", "objects:Order": ["o1"], "object:Order.size": 7},
]  # fmt: skip


def write(folder: Path, form: str) -> Path:
    path = folder / f"log.{form}"
    if form == "sqlite":
        with sqlite3.connect(path) as connection:
            connection.executescript(SQL)
        connection.close()
        return path
    path.write_text(XML if form == "xmlocel" else json.dumps(LOG, indent=1))
    return path


@pytest.mark.parametrize("form", ["jsonocel", "xmlocel", "sqlite"])
def test_one_row_an_event_with_objects_as_they_were_then(tmp_path: Path, form: str) -> None:
    source = open_file(write(tmp_path, form))
    assert isinstance(source, OCELSource)
    (table,) = source.batches()
    assert table.drop_columns("_line").to_pylist() == ROWS
    assert source.broken == []
    assert sorted(source.objects.to_pylist(), key=str) == sorted(
        [
            {"id": "o1", "type": "Order", "attribute": "size", "time": "1970-01-01T00:00:00Z", "value": "5"},
            {"id": "o1", "type": "Order", "attribute": "size", "time": "2026-01-02T00:00:00Z", "value": "7"},
            {"id": "i1", "type": "Item", "attribute": None, "time": None, "value": None},
            {"id": "i2", "type": "Item", "attribute": None, "time": None, "value": None},
        ],
        key=str,
    )
    relations = [tuple(row.values()) for row in source.relations.to_pylist()]
    assert relations == [
        ("event", "e1", "i1", "has"),
        ("event", "e1", "i2", "has"),
        ("event", "e1", "o1", "is"),
        ("event", "e1", "absent", "is"),
        ("event", "e2", "o1", "is"),
        ("object", "o1", "i1", "holds"),
    ]


@pytest.mark.parametrize(("form", "reason"), [("jsonocel", "truncated"), ("xmlocel", "not-well-formed")])
def test_a_cut_log_gives_what_is_whole(tmp_path: Path, form: str, reason: str) -> None:
    path = write(tmp_path, form)
    content = path.read_text()
    path.write_text(content[: content.index('"e2"') + 10])
    source = open_file(path)
    assert [row["id"] for table in source.batches() for row in table.to_pylist()] == ["e1"]
    assert {broken.reason for broken in source.broken} == {reason}


def test_an_event_without_an_id_is_broken(tmp_path: Path) -> None:
    log = {**LOG, "events": [{"type": "place", "time": "2026-01-01T10:00:00Z"}, *LOG["events"]]}
    (tmp_path / "a.json").write_text(json.dumps(log))
    source = open_file(tmp_path / "a.json")
    assert [row["id"] for table in source.batches() for row in table.to_pylist()] == ["e1", "e2"]
    assert source.broken == [Broken(1, "no-id", '{"type": "place", "time": "2026-01-01T10:00:00Z"}')]


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = XML.replace("<log>", '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><log>').replace(
        "Ana", "&b;"
    )
    (tmp_path / "a.xmlocel").write_text(bomb)
    with pytest.raises(InputError, match="entities"):
        open_file(tmp_path / "a.xmlocel")


def test_another_database_is_no_log(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.sqlite") as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()
    with pytest.raises(FormatUnknown):
        open_file(tmp_path / "a.sqlite")


@pytest.mark.data
@pytest.mark.parametrize("form", ["jsonocel", "xmlocel", "sqlite"])
def test_the_reference_log(reference_data: Path, form: str) -> None:
    source = open_file(reference_data / "ocel" / f"ocel20_example.{form}")
    assert isinstance(source, OCELSource)
    (table,) = source.batches()
    assert (table.num_rows, source.relations.num_rows) == (13, 27)
    assert len(source.objects["id"].unique()) == 9
    changed = [
        row["object:Purchase Order.po_quantity"] for row in table.to_pylist() if row["id"] in ("e3", "e4")
    ]
    assert changed == ["500", "600"]
