/* Documents of the editor, written in the marks of texts, so that they are read again the same. */

(() => {
  "use strict";

  const { HEADING, ITEM, blocksOf, joined, piecesOf } = window.notation;
  const PUNCTUATION = /[\s\p{P}\p{S}]/u;
  const LISTS = ["bullet_list", "ordered_list"];

  function piecesIn(node) {
    const pieces = [];
    node.forEach((child) => {
      const marks = Object.fromEntries(child.marks.map((mark) => [mark.type.name, mark]));
      const text = child.isText ? child.text.replace(/[\r\n\t]+/g, " ") : "\n";
      const link = marks.link?.attrs.href ?? null;
      pieces.push({ text, link, strong: "strong" in marks, em: "em" in marks });
    });
    return trimmed(joined(pieces));
  }

  /* No white space stands at the ends of lines, and no line is empty. */
  function trimmed(pieces) {
    const made = [];
    let isStart = true;
    for (const piece of pieces) {
      let text = "";
      for (const sign of piece.text) {
        if (isStart && /\s/.test(sign)) continue;
        isStart = sign === "\n";
        text += sign;
      }
      made.push({ ...piece, text });
    }
    let isEnd = true;
    for (const piece of made.reverse()) {
      let text = "";
      for (const sign of [...piece.text].reverse()) {
        if (isEnd && /\s/.test(sign)) continue;
        isEnd = sign === "\n";
        text = sign + text;
      }
      piece.text = text;
    }
    return joined(made.reverse());
  }

  /* What a mark begins or ends with a sign of punctuation may not be read so: it is taken out. */
  function narrowed(pieces) {
    const signs = pieces.flatMap((piece) => [...piece.text].map((text) => ({ ...piece, text })));
    for (const name of ["strong", "em"])
      for (const way of [signs, [...signs].reverse()])
        way.forEach((sign, at) => {
          if (!way[at - 1]?.[name] && PUNCTUATION.test(sign.text)) sign[name] = false;
        });
    return joined(signs);
  }

  function grouped(pieces, key) {
    const groups = [];
    for (const piece of pieces) {
      if (groups.length && groups.at(-1)[0][key] === piece[key]) groups.at(-1).push(piece);
      else groups.push([piece]);
    }
    return groups;
  }

  function writePieces(pieces, escape, marks = ["link", "strong", "em"]) {
    const [mark, ...others] = marks;
    if (!mark) return pieces.map(({ text }) => escape(text)).join("");
    return grouped(pieces, mark)
      .map((group) => {
        const value = group[0][mark];
        const written = writePieces(group, escape, others);
        if (value === null || value === false) return written;
        if (mark === "link") return `[${written}](${writeAddress(value)})`;
        const sign = mark === "strong" ? "**" : "*";
        const [, before, words, after] = /^(\s*)([^]*?)(\s*)$/.exec(written);
        return words ? `${before}${sign}${words}${sign}${after}` : written;
      })
      .join("");
  }

  function writeAddress(address) {
    return /^[^\s<>()\\]*$/.test(address)
      ? address
      : `<${address.replace(/[<>\\\s]/g, encodeURIComponent)}>`;
  }

  function without(pieces, change) {
    return joined(pieces.map((piece) => ({ ...piece, ...change(piece) })));
  }

  /* White space has no marks: they would not be read at it. */
  function comparable(pieces) {
    const signs = pieces.flatMap((piece) => [...piece.text].map((text) => ({ ...piece, text })));
    return JSON.stringify(
      joined(
        signs.map((sign) => (/\s/.test(sign.text) ? { ...sign, strong: false, em: false } : sign)),
      ),
    );
  }

  const escaped = (text) => text.replace(/[\\*[\]]/g, "\\$&");
  const asIs = (text) => text;

  /* The text that is read as `pieces`; marks that cannot be written so are left out. */
  function writeInline(pieces) {
    const narrow = narrowed(pieces);
    const apart = without(narrow, ({ strong, em }) => ({ em: em && !strong }));
    const plain = without(pieces, () => ({ strong: false, em: false }));
    const ways = [
      [pieces, asIs],
      [pieces, escaped],
      [narrow, escaped],
      [apart, escaped],
      [plain, escaped],
    ];
    for (const [each, escape] of ways) {
      const text = writePieces(each, escape);
      if (comparable(piecesOf(text)) === comparable(each)) return text;
    }
    return writePieces(
      without(plain, () => ({ link: null })),
      escaped,
    );
  }

  const written = new WeakMap(); // nodes never change

  function linesOf(node) {
    if (!written.has(node)) {
      const text = writeInline(piecesIn(node));
      written.set(node, text ? text.split("\n") : []);
    }
    return written.get(node);
  }

  function escapedLine(line) {
    return /^[0-9]/.test(line) ? line.replace(/[.)]/, "\\$&") : `\\${line}`;
  }

  function isOneParagraph(lines) {
    const blocks = blocksOf(lines.join("\n"));
    return blocks.length === 1 && !blocks[0].items && blocks[0].level === undefined;
  }

  function writeItems(list, indent) {
    const lines = [];
    let number = 0;
    list.forEach((item) => {
      const own = linesOf(item.firstChild);
      const mark = list.type.name === "ordered_list" ? `${number + 1}. ` : "- ";
      const within = own.length ? indent + " ".repeat(mark.length) : indent;
      if (own.length) {
        number += 1;
        const more = own.slice(1).map((line) => within + safeLine(line));
        lines.push(indent + mark + own[0], ...more);
      }
      item.forEach((child, _offset, at) => {
        if (at) lines.push(...writeItems(child, within));
      });
    });
    return lines;
  }

  function safeLine(line) {
    return ITEM.test(line) || HEADING.test(line) ? escapedLine(line) : line;
  }

  function writeBlock(node) {
    if (LISTS.includes(node.type.name)) return writeItems(node, "");
    const lines = linesOf(node);
    if (!lines.length) return lines;
    if (node.type.name === "heading") return [`${"#".repeat(node.attrs.level)} ${lines.join(" ")}`];
    const safe = lines.map((line) => (HEADING.test(line) ? escapedLine(line) : line));
    return isOneParagraph(safe) ? safe : safe.map(safeLine);
  }

  function joins(above, below) {
    if (!ITEM.test(below[0])) return false;
    const [together, ...apart] = [[...above, "", ...below], above, below].map((lines) =>
      blocksOf(lines.join("\n")),
    );
    return JSON.stringify(together) !== JSON.stringify(apart.flat());
  }

  /* A paragraph that ends or begins as an item does may join a list beside it. */
  function keepApart(blocks) {
    for (const [at, { lines }] of blocks.slice(1).entries()) {
      const above = blocks[at];
      const below = blocks[at + 1];
      if (!joins(above.lines, lines)) continue;
      if (below.isParagraph) lines[0] = escapedLine(lines[0]);
      else if (above.isParagraph) above.lines.push(escapedLine(above.lines.pop()));
    }
  }

  /* The text of the document `doc`. */
  function write(doc) {
    const blocks = [];
    doc.forEach((node) => {
      const lines = [...writeBlock(node)];
      if (lines.length) blocks.push({ lines, isParagraph: node.type.name === "paragraph" });
    });
    keepApart(blocks);
    return blocks.map(({ lines }) => lines.join("\n")).join("\n\n");
  }

  window.notation.write = write;
})();
