"""XES by the scanner, by the plain parser and by lxml: the same rows, on logs nobody would write by hand."""

import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from lxml import etree

from made_up.examples import examples
from vivencia.connectors import LINE, open_file
from vivencia.connectors.xes import XESSource


def lxml_rows(content: bytes) -> list[dict[str, object]]:
    """The rows by lxml, all values text: the reference."""
    rows = []
    for child in etree.fromstring(content).iterchildren("{*}trace", "{*}event"):
        if etree.QName(child).localname == "event":
            rows.append(dict(lxml_values(child)))
            continue
        case = {f"case:{name}": value for name, value in lxml_values(child)}
        rows += [case | dict(lxml_values(event)) for event in child.iterchildren("{*}event")]
    return rows


def lxml_values(parent: etree._Element, above: str = "") -> list[tuple[str, str]]:
    found = []
    for child in parent:
        kind = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if kind not in ("string", "date", "int", "float", "boolean", "id", "list", "container"):
            continue
        if child.get("key") is None:
            continue
        name = above + child.get("key")
        if kind in ("list", "container"):
            found.append((name, json.dumps(lxml_items(child), ensure_ascii=False)))
            continue
        if child.get("value") is not None:
            found.append((name, child.get("value")))
        found += lxml_values(child, f"{name}.")
    return found


def lxml_items(parent: etree._Element) -> list[dict[str, object]]:
    items = []
    for child in parent:
        if not isinstance(child.tag, str):
            continue
        if etree.QName(child).localname == "values":
            items += lxml_items(child)
            continue
        item = {name: child.get(name) for name in ("key", "value") if child.get(name) is not None}
        inner = lxml_items(child)
        items.append({**item, "items": inner} if inner or not item else item)
    return items


text = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=6)
value = st.one_of(text, st.sampled_from(["", " ", "&<>\"'", "a\tb\nc\r\nd", "]]>", "--", "<event>", "NA"]))
junk = st.sampled_from(
    [
        "",
        "\n",
        " ",
        "<!-- <event> -->",
        "<![CDATA[<trace>]]>",
        "<?pi </event>?>",
        "some text",
        "&amp;",
        "\r\n\t",
    ]
)
kinds = st.sampled_from(["string", "id", "string", "x:string"])
keys = st.one_of(st.sampled_from(["a", "b", "concept:name", "a.b", "k&"]), text.filter(bool))


def quoted(found: str, how: int) -> str:
    escaped = found.replace("&", "&amp;").replace("<", "&lt;" if how % 2 else "&#60;")
    escaped = escaped.replace("\r", "&#13;") if how % 3 else escaped
    if how % 2:
        return '"' + escaped.replace('"', "&quot;") + '"'
    return "'" + escaped.replace("'", "&#x27;") + "'"


@st.composite
def attribute(draw: st.DrawFn, depth: int = 0) -> str:
    key, found, how = draw(keys), draw(value), draw(st.integers(0, 11))
    pair = [f"key={quoted(key, how)}", f"value = {quoted(found, how + 1)}", 'note="&lt;x>"']
    order = draw(st.permutations(pair))[: draw(st.integers(1, 3))]
    inner = (
        draw(st.lists(attribute(depth + 1), max_size=2)) if depth < 3 and draw(st.integers(0, 3)) == 0 else []
    )
    kind = draw(kinds)
    if draw(st.integers(0, 7)) == 0:
        items = "".join(inner)
        return (
            f"<list key={quoted(key, how)}>" + (f"<values>{items}</values>" if how % 2 else items) + "</list>"
        )
    if draw(st.integers(0, 9)) == 0:
        kind = draw(st.sampled_from(["other", "x:y", "event", "trace", "log"]))
    if not inner and how % 2:
        return f"<{kind} {' '.join(order)}/>"
    return f"<{kind}\n{' '.join(order)} >{draw(junk)}{''.join(inner)}</{kind} >"


DECLARED = "<?xml version='1.0' encoding='utf-8'?>"


@st.composite
def log(draw: st.DrawFn) -> str:
    def event() -> str:
        return f"<event>{draw(junk)}{''.join(draw(st.lists(attribute(), max_size=4)))}</event>"

    def trace() -> str:
        parts = draw(st.lists(attribute(), max_size=2)) + [event() for _ in range(draw(st.integers(0, 3)))]
        parts = draw(st.permutations(parts))
        return f"<trace>{draw(junk).join(parts)}</trace>" if parts else "<trace/>"

    parts = [trace() for _ in range(draw(st.integers(0, 3)))]
    parts += [event() for _ in range(draw(st.integers(0, 1)))]
    declaration = draw(st.sampled_from(["", '<?xml version="1.0"?>', "<!-- x -->\n", DECLARED]))
    heading = "".join(draw(st.lists(attribute(), max_size=1)))
    content = f"{draw(junk)}{heading}{draw(junk).join(parts)}{draw(junk)}"
    return f"{declaration}<log xmlns:x='urn:x'>{content}</log>" + draw(
        st.sampled_from(["", "\n", "<!-- end -->"])
    )


@examples(300, suppress_health_check=[HealthCheck.too_slow])
@given(content=log(), block=st.integers(1, 300))
def test_scanner_plain_parser_and_lxml_agree(
    content: str, block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "property.xes"
    path.write_bytes(content.encode())
    expected = lxml_rows(content.encode())
    for small in (0, 1 << 40):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(XESSource, "small", small)
            patch.setattr("vivencia.connectors.xes.reader.BLOCK", block)
            source = open_file(path)
            rows = [row for table in source.batches() for row in table.to_pylist()]
        found = [{name: row[name] for name in row if name != LINE and row[name] is not None} for row in rows]
        assert found == expected
        assert source.broken == []
