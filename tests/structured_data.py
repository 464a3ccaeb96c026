"""Reads the data blocks of a page, as a search engine does."""

import json
import re

from rdflib import RDF, SDO, Graph

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
# Words of https://schema.org that are younger than the vocabulary which rdflib carries.
YOUNGER = {"funding"}  # https://schema.org/funding
# What "https://schema.org" as a context means to us, without asking the network.
CONTEXT = {"@vocab": str(SDO)}


def blocks(response):
    """Return what the page says, by type."""
    found = [json.loads(block) for block in BLOCK.findall(response.content.decode())]
    return {block["@type"]: block for block in found}


def unknown_words(block):
    """Return the types and properties of `block` that schema.org does not have."""
    graph = Graph().parse(data=json.dumps({**block, "@context": CONTEXT}), format="json-ld")
    assert block["@context"] == "https://schema.org"
    assert len(graph) > 1
    words = {*graph.objects(None, RDF.type), *graph.predicates()} - {RDF.type}
    names = {str(word).removeprefix(str(SDO)) for word in words}
    return {name for name in names - YOUNGER if name not in SDO}
