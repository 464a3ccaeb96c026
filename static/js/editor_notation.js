/* The marks in which texts are written, read into documents of the editor.

   It reads what association/notation.py reads: tests/association/notation.json holds both to it. */

(() => {
  "use strict";

  const { Fragment, MarkdownIt, Schema } = window.prosemirror;
  const SPACE = "[ \\t\\u00a0]";
  const ITEM = new RegExp(
    `^(?<indent>${SPACE}*)(?:(?<dash>[–—•·▪*-])|(?<number>[0-9]{1,9})[.)])${SPACE}+(?=\\S)`,
  );
  const HEADING = new RegExp(`^${SPACE}*(?<marks>#{1,6})${SPACE}+(?=\\S)`);
  const ESCAPED = /^\\(?=[–—•·▪])/;
  const ADDRESS = /^(?:https?:\/\/[^/]|mailto:.|tel:.|\/(?![/\\])|#)/i;
  const NESTED = 2; // spaces from which on an item belongs to the one above

  function schemaWith(headings) {
    const nodes = {
      doc: { content: "block+" },
      paragraph: {
        group: "block",
        content: "inline*",
        parseDOM: [{ tag: "p" }],
        toDOM: () => ["p", 0],
      },
      heading: {
        group: "block",
        content: "text*",
        attrs: { level: { default: 2 } },
        defining: true,
        parseDOM: [2, 3].map((level) => ({ tag: `h${level}`, attrs: { level } })),
        toDOM: (node) => [`h${node.attrs.level}`, 0],
      },
      bullet_list: {
        group: "block list",
        content: "list_item+",
        parseDOM: [{ tag: "ul" }],
        toDOM: () => ["ul", 0],
      },
      ordered_list: {
        group: "block list",
        content: "list_item+",
        parseDOM: [{ tag: "ol" }],
        toDOM: () => ["ol", 0],
      },
      list_item: {
        content: "paragraph list*",
        defining: true,
        parseDOM: [{ tag: "li" }],
        toDOM: () => ["li", 0],
      },
      text: { group: "inline" },
      hard_break: {
        inline: true,
        group: "inline",
        selectable: false,
        parseDOM: [{ tag: "br" }],
        toDOM: () => ["br"],
      },
    };
    if (!headings) delete nodes.heading;
    const marks = {
      link: {
        attrs: { href: {} },
        inclusive: false,
        parseDOM: [
          {
            tag: "a[href]",
            getAttrs: (link) => {
              const href = safeAddress(link.getAttribute("href"));
              return href === null ? false : { href };
            },
          },
        ],
        toDOM: (mark) => ["a", { href: mark.attrs.href, title: mark.attrs.href }, 0],
      },
      strong: { parseDOM: [{ tag: "strong" }, { tag: "b" }], toDOM: () => ["strong", 0] },
      em: { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em", 0] },
    };
    return new Schema({ nodes, marks });
  }

  const reader = new MarkdownIt("zero").enable(["escape", "newline", "emphasis", "link"]);
  reader.validateLink = (address) => ADDRESS.test(address);
  const emphasis = reader.inline.ruler.__rules__.find((rule) => rule.name === "emphasis").fn;
  reader.inline.ruler.at(
    "emphasis",
    (state, silent) => state.src[state.pos] === "*" && emphasis(state, silent),
  );

  /* The address as it is kept; null where a text may not link to it. */
  function safeAddress(address) {
    const normal = reader.normalizeLink((address ?? "").trim());
    return ADDRESS.test(normal) ? normal : null;
  }

  /* Reading: lines first, then what stands in them. */

  function widthOf(white) {
    let width = 0;
    for (const sign of white) width += sign === "\t" ? 4 - (width % 4) : 1;
    return width;
  }

  function readLine(typed) {
    const text = typed.trim();
    if (!text) return { kind: "", text: "" };
    const indent = widthOf(typed.slice(0, typed.length - typed.trimStart().length));
    let found = HEADING.exec(typed);
    const rest = () => typed.slice(found[0].length).trim();
    if (found) return { kind: "h", text: rest(), indent, number: found.groups.marks.length };
    found = ITEM.exec(typed);
    if (!found) return { kind: "p", text: text.replace(ESCAPED, ""), indent };
    const { dash, number } = found.groups;
    return { kind: dash ? "ul" : "ol", text: rest(), indent, number: Number(number), mark: text };
  }

  function isItem(line) {
    return line.kind === "ul" || line.kind === "ol";
  }

  function asText(line) {
    return isItem(line) ? { kind: "p", text: line.mark, indent: line.indent } : line;
  }

  function endOfRun(lines, start) {
    let end = start + 1;
    for (let at = start + 1; at < lines.length; at += 1) {
      const line = lines[at];
      const goesOn = line.kind === "p" && line.indent >= NESTED && at === end;
      if (isItem(line) || goesOn) end = at + 1;
      else if (line.kind) break;
    }
    return end;
  }

  function listOf(line) {
    return { isOrdered: line.kind === "ol", items: [itemOf(line)], indent: line.indent ?? 0 };
  }

  function itemOf(line) {
    return { lines: [line.text], lists: [] };
  }

  function tree(run) {
    const top = [];
    const opened = [];
    for (const line of run) {
      if (!isItem(line)) {
        opened.at(-1).items.at(-1).lines.push(line.text);
        continue;
      }
      while (opened.length > 1 && line.indent < opened.at(-1).indent) opened.pop();
      let siblings;
      if (opened.length && line.indent >= opened.at(-1).indent + NESTED) {
        siblings = opened.at(-1).items.at(-1).lists;
      } else {
        const last = opened.pop();
        siblings = opened.length ? opened.at(-1).items.at(-1).lists : top;
        const isAlike = last && last.isOrdered === (line.kind === "ol");
        if (isAlike && (line.kind === "ul" || line.number === last.items.length + 1)) {
          last.items.push(itemOf(line));
          opened.push(last);
          continue;
        }
      }
      if (line.kind === "ol" && line.number !== 1) return null;
      const made = listOf(line);
      siblings.push(made);
      opened.push(made);
    }
    return top;
  }

  function flat(run) {
    const found = [];
    const lines = run.filter((line) => line.kind);
    for (let at = 0; at < lines.length;) {
      let end = at + 1;
      while (end < lines.length && lines[end].kind === lines[at].kind) end += 1;
      const items = lines.slice(at, end);
      const { kind } = items[0];
      const counts = kind === "ul" || items.every((line, index) => line.number === index + 1);
      if (kind === "p" || !counts || items.length < 2) {
        for (const item of items) {
          found.push(asText(item));
          const below = run[run.indexOf(item) + 1];
          if (below && !below.kind) found.push(below);
        }
      } else {
        const made = { isOrdered: kind === "ol", items: items.map(itemOf), indent: 0 };
        found.push(made);
      }
      at = end;
    }
    return found;
  }

  function listsOf(lines, start, end) {
    const run = lines.slice(start, end);
    const lists = tree(run.filter((line) => line.kind));
    const around = [lines[start - 1], lines[end]].filter(Boolean);
    const isApart = around.every(({ kind }) => kind === "" || kind === "h");
    const isList = ({ items, isOrdered }) =>
      items.length > 1 ||
      items[0].lists.length > 0 ||
      (isApart && run[0].mark.startsWith("-") && !isOrdered);
    return lists?.every(isList) ? lists : flat(run);
  }

  /* The blocks of `text`: headings, paragraphs and lists. */
  function blocksOf(text) {
    const lines = text.split(/\r\n?|\n/).map(readLine);
    const found = [];
    let above = [];
    const close = () => {
      if (above.length) found.push({ lines: above });
      above = [];
    };
    const go = (line) => {
      if (line.text) above.push(line.text);
      else close();
    };
    for (let at = 0; at < lines.length;) {
      const line = lines[at];
      let end = at + 1;
      if (isItem(line)) {
        end = endOfRun(lines, at);
        for (const each of listsOf(lines, at, end)) {
          if (each.items) {
            close();
            found.push(each);
          } else {
            go(each);
          }
        }
      } else if (line.kind === "h") {
        close();
        found.push({ level: line.number < 3 ? 2 : 3, lines: [line.text] });
      } else {
        go(line);
      }
      at = end;
    }
    close();
    return found;
  }

  /* What stands in `text`: pieces of text or breaks, each with what is said of it. */
  function piecesOf(text) {
    const pieces = [];
    const of = { link: null, strong: 0, em: 0 };
    for (const token of reader.parseInline(text, {})[0].children) {
      const [, name, end] = /^(strong|em|link)_(open|close)$/.exec(token.type) ?? [];
      if (name === "link") of.link = end === "open" ? token.attrGet("href") : null;
      else if (name) of[name] += end === "open" ? 1 : -1;
      else
        pieces.push({
          text: token.type.endsWith("break") ? "\n" : token.content,
          link: of.link,
          strong: of.strong > 0,
          em: of.em > 0,
        });
    }
    return joined(pieces);
  }

  function isSame(one, other) {
    return one.link === other.link && one.strong === other.strong && one.em === other.em;
  }

  /* Pieces that follow one another and have the same said of them are one; none is empty. */
  function joined(pieces) {
    const made = [];
    for (const piece of pieces) {
      const last = made.at(-1);
      if (piece.text && last && isSame(last, piece)) last.text += piece.text;
      else if (piece.text) made.push({ ...piece });
    }
    return made;
  }

  function marksOf(schema, { link, strong, em }) {
    const marks = [];
    if (link !== null) marks.push(schema.mark("link", { href: link }));
    if (strong) marks.push(schema.mark("strong"));
    if (em) marks.push(schema.mark("em"));
    return marks;
  }

  function inlineNodes(schema, lines) {
    const nodes = [];
    for (const piece of piecesOf(lines.join("\n"))) {
      const marks = marksOf(schema, piece);
      piece.text.split("\n").forEach((text, at) => {
        if (at) nodes.push(schema.node("hard_break", null, null, marks));
        if (text) nodes.push(schema.text(text, marks));
      });
    }
    return nodes;
  }

  function nodeOf(schema, block) {
    if (block.items) {
      const items = block.items.map(({ lines, lists }) =>
        schema.node("list_item", null, [
          schema.node("paragraph", null, inlineNodes(schema, lines)),
          ...lists.map((list) => nodeOf(schema, list)),
        ]),
      );
      return schema.node(block.isOrdered ? "ordered_list" : "bullet_list", null, items);
    }
    const nodes = inlineNodes(schema, block.lines);
    if (block.level && schema.nodes.heading)
      return schema.node("heading", { level: block.level }, nodes);
    const isStrong = block.level !== undefined;
    const shown = isStrong
      ? nodes.map((node) => node.mark(schema.mark("strong").addToSet(node.marks)))
      : nodes;
    return schema.node("paragraph", null, shown);
  }

  /* The document of `schema` that `text` tells. */
  function read(schema, text) {
    const blocks = blocksOf(text).map((block) => nodeOf(schema, block));
    return schema.node("doc", null, blocks.length ? blocks : [schema.node("paragraph")]);
  }

  /* What is pasted as plain text, in the marks or without any. */
  function fragment(schema, text) {
    return Fragment.from(read(schema, text).content);
  }

  window.notation = {
    HEADING,
    ITEM,
    blocksOf,
    fragment,
    joined,
    piecesOf,
    read,
    safeAddress,
    schemaWith,
  };
})();
