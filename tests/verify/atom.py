"""Checks an Atom feed on standard input against RFC 4287 and prints it as JSON; stops at the first fault."""

import json
import re
import sys
import xml.etree.ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$")


def one(element, name):
    found = element.findall(ATOM + name)
    assert len(found) == 1, f"{element.tag} has {len(found)} {name}"
    return found[0]


def links(element):
    return {link.get("rel"): link.get("href") for link in element.findall(ATOM + "link")}


def common(element):
    assert UUID.match(one(element, "id").text), "an id"
    assert INSTANT.match(one(element, "updated").text), "updated"
    assert links(element)["alternate"].startswith("http"), "an absolute address"
    return {
        "id": one(element, "id").text,
        "title": one(element, "title").text,
        "updated": one(element, "updated").text,
        "links": links(element),
    }


feed = ET.fromstring(sys.stdin.buffer.read())
assert feed.tag == ATOM + "feed", feed.tag
assert one(feed, "author").find(ATOM + "name").text, "an author for all entries"
assert "self" in links(feed), "its own address"
entries = []
for entry in feed.findall(ATOM + "entry"):
    content = one(entry, "content")
    assert content.get("type") == "xhtml", "content"
    (div,) = content
    assert div.tag == XHTML + "div", "one div (section 3.1.1.3)"
    words = [{"lang": p.get(LANG), "text": "".join(p.itertext())} for p in div]
    entries.append({**common(entry), "words": words})
ids = [one["id"] for one in entries]
assert len(set(ids)) == len(ids), "ids differ"
json.dump({**common(feed), "lang": feed.get(LANG), "entries": entries}, sys.stdout)
