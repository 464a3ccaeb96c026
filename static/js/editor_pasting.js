/* What is pasted from Word, a browser or another editor, as the few elements that texts have.

   Word tells its lists by styles of paragraphs, Word online and Google Docs each in their own way.
   Here all of it becomes a row of blocks, each with its words and, if it is an item, its level; of
   these the HTML is made that the editor reads. No style, class or address of a file is in it. */

(() => {
  "use strict";

  const { safeAddress } = window.notation;
  const LEFT_OUT = new Set(
    (
      "audio button canvas head iframe img input math meta noscript object picture script select " +
      "svg template textarea title video x-style xml"
    ).split(" "),
  );
  const BLOCKS = new Set(
    (
      "address article aside blockquote body caption center dd details div dl dt figcaption " +
      "figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table " +
      "tbody td tfoot th thead tr ul"
    ).split(" "),
  );
  const WORD_HEADING = /^Mso(?:Heading(\d)|(Title)|(Subtitle))$/;
  const WORD_ITEM = /mso-list:\s*l\d+\s+level(\d+)/i;
  const ORDERED_MARK = /^\s*\(?(?:\d{1,3}|[a-z]|[ivxlc]{1,6})[.)]/i;

  function styleOf(element) {
    return element.dataset.style ?? "";
  }

  /* A policy of the page forbids styles in what is read, even where nothing of it is shown. */
  function documentOf(html) {
    const inert = html
      .replace(/<(\/?)style\b/gi, "<$1x-style")
      .replace(/<[^<>]*>/g, (tag) => tag.replace(/(?<=[\s"'])style\s*=/gi, "data-style="));
    return new DOMParser().parseFromString(inert, "text/html");
  }

  /* What an element says of the words in it. */
  function emphasised(element, context) {
    const name = element.localName;
    const style = styleOf(element);
    const weight = /(?<![\w-])font-weight:\s*(\w+)/i.exec(style)?.[1].toLowerCase();
    const slant = /(?<![\w-])font-style:\s*(\w+)/i.exec(style)?.[1].toLowerCase();
    let { strong, em } = context;
    if (name === "b" || name === "strong") strong = true;
    if (name === "i" || name === "em") em = true;
    if (weight) strong = /^(bold|bolder|[6-9]00)$/.test(weight);
    if (slant) em = /^(italic|oblique)$/.test(slant);
    return { ...context, strong, em };
  }

  function headingOf(element) {
    const own = /^h([1-6])$/.exec(element.localName);
    if (own) return Number(own[1]);
    if (element.getAttribute("role") === "heading")
      return Number(element.getAttribute("aria-level")) || 2;
    const word = [...element.classList].map((name) => WORD_HEADING.exec(name)).find(Boolean);
    if (word) return Number(word[1]) || (word[2] ? 1 : 2);
    return Number(/mso-outline-level:\s*([1-9])/i.exec(styleOf(element))?.[1]) || null;
  }

  function itemOf(element, context) {
    if (element.localName === "li") {
      const told = Number(element.getAttribute("aria-level") ?? element.dataset.ariaLevel);
      const isOrdered = element.closest("ul, ol")?.localName === "ol";
      return { level: told || context.level, isOrdered, block: null };
    }
    const level = WORD_ITEM.exec(styleOf(element))?.[1];
    return level ? { level: Number(level), isOrdered: false, block: null } : null;
  }

  class Blocks {
    constructor() {
      this.all = [];
      this.current = null;
    }

    end() {
      this.current = null;
    }

    /* The block that words in `context` belong to: what stands in an item is one. */
    open({ item, heading }) {
      if (this.current) return this.current;
      if (item?.block && this.all.at(-1) === item.block) {
        this.current = item.block;
        this.current.pieces.push({ text: "\n" });
        return this.current;
      }
      this.current = { item: item && { ...item }, heading, pieces: [] };
      if (item && !item.block) item.block = this.current;
      this.all.push(this.current);
      return this.current;
    }

    add(text, { strong, em, href, ...context }) {
      if (!this.current && !text.trim()) return;
      this.open(context).pieces.push({ text, strong: strong && !context.heading, em, href });
    }

    break() {
      this.current?.pieces.push({ text: "\n" });
    }
  }

  function walk(node, context, blocks) {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) {
        blocks.add(child.data.replace(/[\s\u00a0]+/g, " "), context);
      } else if (child.nodeType === Node.ELEMENT_NODE) {
        walkElement(child, context, blocks);
      }
    }
  }

  function walkElement(element, context, blocks) {
    const name = element.localName;
    const style = styleOf(element);
    if (LEFT_OUT.has(name) || /display:\s*none|mso-hide:\s*all/i.test(style)) return;
    if (/mso-list:\s*ignore/i.test(style)) {
      if (context.item) context.item.isOrdered = ORDERED_MARK.test(element.textContent);
      return;
    }
    if (name === "br") {
      blocks.break();
      return;
    }
    let within = emphasised(element, context);
    if (name === "a" && element.hasAttribute("href")) {
      const href = safeAddress(element.getAttribute("href"));
      within = { ...within, href: href?.startsWith("#") ? null : href };
    }
    if (!BLOCKS.has(name)) {
      walk(element, within, blocks);
      return;
    }
    blocks.end();
    if (name === "ul" || name === "ol") within.level += 1;
    // A heading that Word numbers is none of its items.
    const heading = headingOf(element);
    const item = heading ? null : itemOf(element, within);
    if (item) within.item = item;
    within.heading = within.item ? null : (heading ?? within.heading);
    walk(element, within, blocks);
    blocks.end();
  }

  /* The blocks of `root` that have words in them. */
  function blocksOf(root) {
    const blocks = new Blocks();
    const context = { level: 0, item: null, heading: null, strong: false, em: false, href: null };
    walk(root, context, blocks);
    return blocks.all.filter(({ pieces }) => pieces.some(({ text }) => text.trim()));
  }

  function escaped(text) {
    return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  }

  function inlineOf(pieces) {
    return pieces
      .map(({ text, strong, em, href }) => {
        if (text === "\n") return "<br>";
        let html = escaped(text);
        if (em) html = `<em>${html}</em>`;
        if (strong) html = `<strong>${html}</strong>`;
        return href ? `<a href="${escaped(href)}">${html}</a>` : html;
      })
      .join("")
      .replace(/^(?:\s|<br>)+|(?:\s|<br>)+$/g, "");
  }

  function paragraphsOf(pieces) {
    const parts = inlineOf(pieces).split(/(?:\s*<br>\s*){2,}/);
    return parts.map((part) => `<p>${part}</p>`).join("");
  }

  /* Items that follow one another, as lists within lists. */
  function listsOf(items) {
    const opened = [];
    let html = "";
    const close = () => {
      html += `</li></${opened.pop().tag}>`;
    };
    for (const { item, pieces } of items) {
      const tag = item.isOrdered ? "ol" : "ul";
      while (opened.length && opened.at(-1).level > item.level) close();
      const last = opened.at(-1);
      if (last?.level === item.level && last.tag === tag) {
        html += "</li><li>";
      } else {
        if (last?.level === item.level) close();
        opened.push({ level: item.level, tag });
        html += `<${tag}><li>`;
      }
      html += `<p>${inlineOf(pieces)}</p>`;
    }
    while (opened.length) close();
    return html;
  }

  /* The HTML of what texts have, of `html` that was pasted. */
  function clean(html) {
    const blocks = blocksOf(documentOf(html).body);
    const highest = Math.min(...blocks.map(({ heading }) => heading ?? Infinity));
    let made = "";
    for (let at = 0; at < blocks.length;) {
      let end = at;
      while (end < blocks.length && blocks[end].item) end += 1;
      if (end > at) {
        made += listsOf(blocks.slice(at, end));
        at = end;
        continue;
      }
      const { heading, pieces } = blocks[at];
      const tag = `h${heading === highest ? 2 : 3}`;
      if (heading) made += `<${tag}>${inlineOf(pieces).replaceAll("<br>", " ")}</${tag}>`;
      else made += paragraphsOf(pieces);
      at += 1;
    }
    return made;
  }

  window.pasting = { clean };
})();
