"""The few marks in which texts are written, a part of CommonMark, and what they say.

    ## Antraštė            - punktas             **svarbu**  *pabrėžta*
    ### Smulkesnė          1. punktas            [žodžiai](https://…)

An empty line ends a paragraph, and a line end within one is shown. What stands in a text is read
by the inline rules of markdown-it; lines are read here, since people write lists with dashes and
mean no list by „2014. Įvyko mugė“. The editor of static/js reads and writes the same:
tests/association/notation.json holds both to it.
"""

import re
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from markdown_it import MarkdownIt
from markdown_it.rules_inline import emphasis

_SPACE = "[ \t\xa0]"
_ITEM = re.compile(
    rf"(?P<indent>{_SPACE}*)(?:(?P<dash>[–—•·▪*-])|(?P<number>[0-9]{{1,9}})[.)]){_SPACE}+(?=\S)"
)
_HEADING = re.compile(rf"{_SPACE}*(?P<marks>#{{1,6}}){_SPACE}+(?=\S)")
_ESCAPED = re.compile(r"\\(?=[–—•·▪])")  # those that a backslash escapes in CommonMark are ASCII
_ADDRESS = re.compile(r"(?:https?://[^/]|mailto:.|tel:.|/(?![/\\])|#)", re.IGNORECASE)
NESTED = 2  # spaces from which on an item belongs to the one above


@dataclass
class Heading:
    level: int  # 2 or 3
    text: str


@dataclass
class Paragraph:
    lines: list


@dataclass
class Item:
    lines: list
    lists: list = field(default_factory=list)


@dataclass
class List:
    is_ordered: bool
    items: list = field(default_factory=list)
    indent: int = 0  # characters


@dataclass
class _Line:
    kind: str  # "h", "ul", "ol", "p", or "" where it is empty
    text: str
    indent: int = 0
    number: int = 0
    mark: str = ""

    @classmethod
    def read(cls, typed):
        text = typed.strip()
        if not text:
            return cls("", "")
        indent = len(typed[: len(typed) - len(typed.lstrip())].expandtabs(4))
        if found := _HEADING.match(typed):
            return cls("h", typed[found.end() :].strip(), indent, len(found["marks"]))
        if found := _ITEM.match(typed):
            kind, number = ("ul", 0) if found["dash"] else ("ol", int(found["number"]))
            return cls(kind, typed[found.end() :].strip(), indent, number, text)
        return cls("p", _ESCAPED.sub("", text, 1) if text[0] == "\\" else text, indent)

    @property
    def is_item(self):
        return self.kind in {"ul", "ol"}

    def as_text(self):
        """What was taken for an item, as the line of text that it is."""
        return _Line("p", self.mark, self.indent) if self.is_item else self


def read(text):
    """Return the Headings, Paragraphs and Lists of `text`, whatever it is."""
    lines = [_Line.read(line) for line in re.split("\r\n?|\n", text)]
    found, above, at = [], [], 0  # above: lines that may go on as a paragraph
    while at < len(lines):
        line = lines[at]
        if line.is_item:
            end = _end_of_run(lines, at)
            for each in _lists(lines, at, end):
                if isinstance(each, List):
                    found += [*_paragraphs(above), each]
                    above = []
                else:
                    above.append(each)
            at = end
            continue
        if line.kind == "h":
            found += [*_paragraphs(above), Heading(2 if line.number < 3 else 3, line.text)]
            above = []
        else:
            above.append(line)
        at += 1
    return found + _paragraphs(above)


def _paragraphs(lines):
    groups = groupby(lines, lambda line: bool(line.text))
    return [Paragraph([line.text for line in group]) for has_text, group in groups if has_text]


def _end_of_run(lines, start):
    """Return where the items that begin at `start` end: empty lines may stand between them."""
    end = start + 1
    for at in range(start + 1, len(lines)):
        line, is_below = lines[at], at == end
        if line.is_item or (line.kind == "p" and line.indent >= NESTED and is_below):
            end = at + 1
        elif line.kind:
            break
    return end


def _lists(lines, start, end):
    """Return what lines[start:end] are: Lists, and lines that turn out to be text."""
    run = lines[start:end]
    lists = _tree([line for line in run if line.kind])
    around = [*lines[max(start - 1, 0) : start], *lines[end : end + 1]]
    is_apart = all(line.kind in {"", "h"} for line in around)
    if lists is not None and all(_is_list(each, run[0], is_apart=is_apart) for each in lists):
        return lists
    return _flat(run)


def _is_list(found, line, *, is_apart):
    """Whether it is one: a single dash may be of a dialogue, a single number of a year.

    A single item that begins with a hyphen, apart from all else, is a list.
    """
    many = len(found.items) > 1 or found.items[0].lists
    return bool(many or (is_apart and line.mark.startswith("-") and not found.is_ordered))


def _tree(run):
    """Return the Lists that the items of `run` make by their indents.

    None where their numbers do not count from 1.
    """
    top, opened = [], []
    for line in run:
        if not line.is_item:
            opened[-1].items[-1].lines.append(line.text)
            continue
        while len(opened) > 1 and line.indent < opened[-1].indent:
            opened.pop()
        is_ordered = line.kind == "ol"
        if opened and line.indent >= opened[-1].indent + NESTED:
            siblings = opened[-1].items[-1].lists
        else:
            last = opened.pop() if opened else None
            siblings = opened[-1].items[-1].lists if opened else top
            fits = last and last.is_ordered == is_ordered
            if fits and (not is_ordered or line.number == len(last.items) + 1):
                last.items.append(Item([line.text]))
                opened.append(last)
                continue
        if is_ordered and line.number != 1:
            return None
        made = List(is_ordered, [Item([line.text])], line.indent)
        siblings.append(made)
        opened.append(made)
    return top


def _flat(run):
    """Return Lists of lines of `run` that follow one another, and the lines that make none."""
    found = []
    lines = [line for line in run if line.kind]
    for kind, group in groupby(lines, attrgetter("kind")):
        items = list(group)
        numbers = [line.number for line in items]
        counts = kind == "ul" or numbers == list(range(1, len(items) + 1))
        if kind == "p" or not counts or len(items) < 2:
            found += _as_text(run, items)
        else:
            found.append(List(kind == "ol", [Item([line.text]) for line in items]))
    return found


def _as_text(run, items):
    """Return `items` as lines of text, with the empty lines that follow them in `run`."""
    for item in items:
        at = next(number for number, line in enumerate(run) if line is item)
        yield item.as_text()
        yield from (line for line in run[at + 1 : at + 2] if not line.kind)


def is_safe_address(address):
    """Whether a text may link to `address`: of the web, a letter, a phone, or this site."""
    return bool(_ADDRESS.match(address))


def _inline_reader():
    reader = MarkdownIt("zero").enable(["escape", "newline", "emphasis", "link"])
    reader.validateLink = is_safe_address
    # Stars alone: names of files have underscores.
    reader.inline.ruler.at(
        "emphasis",
        lambda state, silent: state.src[state.pos] == "*" and emphasis.tokenize(state, silent),
    )
    return reader


_INLINE = _inline_reader()


def inline(lines):
    """Return the tokens of markdown-it for `lines` of a text."""
    return _INLINE.parseInline("\n".join(lines))[0].children or []


def plain(text):
    """Return `text` without its marks, as it is read: items begin with „–“ or with numbers."""
    return "\n\n".join(_plain_block(block) for block in read(text))


def _plain_block(block):
    if isinstance(block, List):
        return "\n".join(_plain_items(block, ""))
    return _words([block.text] if isinstance(block, Heading) else block.lines)


def _plain_items(block, indent):
    for number, item in enumerate(block.items, start=1):
        mark = f"{number}." if block.is_ordered else "–"
        yield f"{indent}{mark} {_words(item.lines)}"
        for each in item.lists:
            yield from _plain_items(each, f"{indent}  ")


def _words(lines):
    is_break = {"softbreak", "hardbreak"}
    return "".join("\n" if token.type in is_break else token.content for token in inline(lines))


def first_paragraph(text):
    """Return the words of the first paragraph of `text` on one line; "" where it has none."""
    found = (block for block in read(text) if isinstance(block, Paragraph))
    return next((" ".join(_words(each.lines).split()) for each in found), "")
