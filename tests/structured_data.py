"""Reads the data blocks of a page, as a search engine does, and holds them to schema.org."""

import json
import re
from datetime import date, datetime, time

from rdflib import RDF, SDO, Graph, Literal, URIRef
from schema_org.registry import (
    CLASS_METADATA,
    ENUM_MEMBERS,
    PROPERTY_BY_SCHEMA,
    ancestry,
)

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
# What "https://schema.org" as a context means to us, without asking the network.
CONTEXT = {"@vocab": str(SDO)}
NUMBERS = {"Number", "Integer", "Float"}


def graph_of(response):
    """Return the things that the page tells of, in their order."""
    (block,) = BLOCK.findall(response.content.decode())
    data = json.loads(block)
    assert data["@context"] == "https://schema.org"
    return data["@graph"]


def things(response):
    """Return what the page says, by type; the last where there are several of one."""
    return {thing["@type"]: thing for thing in graph_of(response)}


def problems(graph):
    """Return what of `graph`, a list of nodes, schema.org or the page does not know.

    Unknown types and properties, those that others have superseded, a property of what may not
    have it or with a value that it may not have, and a thing that is named but not described.
    """
    text = json.dumps({"@context": CONTEXT, "@graph": graph})
    triples = Graph().parse(data=text, format="json-ld")
    found = set()
    for subject, word, value in triples:
        if word == RDF.type:
            meta = CLASS_METADATA.get(_name(value))
            if meta is None or meta.superseded_by:
                found.add(f"type {_name(value)}")
            continue
        told = f"{'/'.join(sorted(_types(triples, subject)))}.{_name(word)}"
        meta = PROPERTY_BY_SCHEMA.get(_name(word))
        if meta is None or meta.superseded_by:
            found.add(f"{told}: no such property")
        elif not _ancestors(_types(triples, subject)) & set(meta.domains):
            found.add(f"{told}: not a property of it")
        elif not _may_be(triples, value, meta.ranges):
            found.add(f"{told}: {value}")
    named = {each for each in triples.objects() if isinstance(each, URIRef)}
    named -= set(triples.objects(None, RDF.type))
    found |= {f"{each} is not described" for each in named if not triples.value(each, SDO.name)}
    return found


def _name(word):
    return str(word).removeprefix(str(SDO))


def _types(triples, thing):
    return {_name(each) for each in triples.objects(thing, RDF.type)}


def _ancestors(types):
    known = [each for each in types if each in CLASS_METADATA]
    return {above for each in known for above in [each, *ancestry(each)]}


def _may_be(triples, value, ranges):
    if not isinstance(value, Literal):
        return bool(_ancestors(_types(triples, value)) & set(ranges))
    if isinstance(value.value, bool):
        return "Boolean" in ranges
    if not isinstance(value.value, str):
        return bool(NUMBERS & set(ranges))
    return any(_reads_as(str(value), each) for each in ranges)


def _reads_as(text, name):
    """Whether `text` is a value of the data type or enumeration `name`."""
    if name == "Text":
        return True
    if name == "URL":
        return text.startswith(("http://", "https://"))
    readers = {"Date": date, "DateTime": datetime, "Time": time}
    if name in readers:
        try:
            readers[name].fromisoformat(text)
        except ValueError:
            return False
        return True
    if name == "Duration":
        return re.fullmatch(r"P(\d+[YMWD])+", text) is not None
    return text.removeprefix(str(SDO)) in ENUM_MEMBERS.get(name, ())
