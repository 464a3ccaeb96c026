/* Texts are written with a few buttons: each textarea[data-rich] gets an editor.

   The textarea stays what is sent. It is written only once something is changed, in the marks of
   notation; whoever else sets it and tells so is followed. A row that is added gets an editor too.
   The words are attributes of the <script>. */

(() => {
  "use strict";

  const { fragment, read, safeAddress, schemaWith, write } = window.notation;
  const { buttonsOf, linkAt, linkRange, pluginsOf } = window.editing;
  const pm = window.prosemirror;
  const words = document.currentScript.dataset;
  const SVG = "http://www.w3.org/2000/svg";
  const ICONS = {
    heading: "M5 20l7-16 7 16M8 14h8",
    subheading: "M7.5 18l4.5-10 4.5 10M9.5 14h5",
    bullets: "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
    numbers: "M10 6h10M10 12h10M10 18h10M4 4.5l1.5-1v5M3.8 15.5c.8-1.5 3-.8 2.5.8L4 20h3",
    strong: "M7 4h6a4 4 0 0 1 0 8H7zM7 12h7a4 4 0 0 1 0 8H7z",
    em: "M10 4h8M6 20h8M14 4l-4 16",
    link:
      "M10 13.5a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.5 1.5" +
      "M14 10.5a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.5-1.5",
    undo: "M9 14L4 9l5-5M4 9h9a6 6 0 0 1 0 12h-3",
    redo: "M15 14l5-5-5-5M20 9h-9a6 6 0 0 0 0 12h3",
  };
  const schemas = { true: schemaWith(true), false: schemaWith(false) };
  const editors = new WeakMap();
  let count = 0;

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  /* An address as people write it: „www.biblioteka.lt“, „vardas@biblioteka.lt“. */
  function addressOf(typed) {
    const text = typed.trim();
    if (!text || /\s/.test(text)) return null;
    if (/^[^\s@/:]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return safeAddress(`mailto:${text}`);
    if (/^\+[\d-]{6,}$/.test(text)) return safeAddress(`tel:${text}`);
    if (/^[^/:?#]+\.[^/:?#.]{2,}(?::\d+)?(?:[/?#]|$)/.test(text))
      return safeAddress(`https://${text}`);
    return safeAddress(text);
  }

  class Toolbar {
    constructor(editor) {
      this.editor = editor;
      this.buttons = buttonsOf(editor.schema);
      this.element = element("div", {
        role: "toolbar",
        class: "editor-toolbar",
        "aria-label": words.toolbar,
        "aria-controls": editor.id,
      });
      for (const each of this.buttons) {
        const title = each.key ? `${words[each.name]} (Ctrl+${each.key})` : words[each.name];
        const label = element("span", {}, words[each.name]);
        each.element = element(
          "button",
          { type: "button", title, tabindex: "-1" },
          icon(each.name),
          label,
        );
        // What is selected in the text stays so.
        each.element.addEventListener("mousedown", (event) => event.preventDefault());
        each.element.addEventListener("click", () => this.press(each));
        this.element.append(each.element);
      }
      this.buttons[0].element.tabIndex = 0;
      this.element.addEventListener("keydown", (event) => this.move(event));
    }

    press(button) {
      if (button.element.getAttribute("aria-disabled") === "true") return;
      if (button.name === "link") {
        this.editor.askForLink();
        return;
      }
      const { view } = this.editor;
      button.run(view.state, view.dispatch);
      view.focus();
    }

    move(event) {
      const elements = this.buttons.map((button) => button.element);
      const at = elements.indexOf(document.activeElement);
      const last = elements.length - 1;
      const to = {
        ArrowRight: at === last ? 0 : at + 1,
        ArrowLeft: at === 0 ? last : at - 1,
        Home: 0,
        End: last,
      }[event.key];
      if (at < 0 || to === undefined) return;
      event.preventDefault();
      for (const each of elements) each.tabIndex = -1;
      elements[to].tabIndex = 0;
      elements[to].focus();
    }

    show(state) {
      for (const button of this.buttons) {
        const isPossible = !button.run || button.run(state);
        button.element.setAttribute("aria-disabled", String(!isPossible));
        if (button.isOn) button.element.setAttribute("aria-pressed", String(button.isOn(state)));
      }
    }
  }

  class LinkForm {
    constructor(editor) {
      this.editor = editor;
      const id = `${editor.id}-address`;
      this.input = element("input", {
        type: "text",
        id,
        inputmode: "url",
        autocomplete: "off",
        class: "vTextField",
        "aria-describedby": `${id}-error`,
      });
      this.error = element("p", { id: `${id}-error`, class: "editor-error", role: "alert" });
      this.remove = this.button(words.removeLink, () => this.unlink());
      this.element = element(
        "div",
        { class: "editor-link", role: "group", "aria-label": words.link },
        element("label", { for: id }, words.address),
        this.input,
        this.button(words.setLink, () => this.link()),
        this.remove,
        this.button(words.cancel, () => this.close()),
        this.error,
      );
      this.element.hidden = true;
      this.element.addEventListener("keydown", (event) => {
        if (event.key === "Escape") this.close();
        if (event.key !== "Enter" || event.target !== this.input) return;
        event.preventDefault();
        this.link();
      });
      // It is no part of the form around it: nothing of the record has changed by typing here.
      for (const name of ["input", "change"])
        this.element.addEventListener(name, (event) => event.stopPropagation());
    }

    button(label, deed) {
      const made = element("button", { type: "button", class: "button" }, label);
      made.addEventListener("click", deed);
      return made;
    }

    open() {
      const href = linkAt(this.editor.view.state);
      this.input.value = (href ?? "").replace(/^(?:mailto|tel):/, "");
      this.remove.hidden = href === null;
      this.tell("");
      this.element.hidden = false;
      this.input.focus();
      this.input.select();
    }

    close() {
      this.element.hidden = true;
      this.editor.view.focus();
    }

    tell(error) {
      this.error.textContent = error;
      this.input.setAttribute("aria-invalid", String(error !== ""));
    }

    link() {
      const href = addressOf(this.input.value);
      if (href === null) {
        this.tell(words.badAddress);
        this.input.focus();
        return;
      }
      const { state } = this.editor.view;
      const { from, to } = linkRange(state);
      const mark = state.schema.marks.link.create({ href });
      const { tr } = state;
      if (from === to) tr.insert(from, state.schema.text(this.input.value.trim(), [mark]));
      else tr.removeMark(from, to, state.schema.marks.link).addMark(from, to, mark);
      this.editor.view.dispatch(tr.removeStoredMark(state.schema.marks.link));
      this.close();
    }

    unlink() {
      const { state } = this.editor.view;
      const { from, to } = linkRange(state);
      this.editor.view.dispatch(state.tr.removeMark(from, to, state.schema.marks.link));
      this.close();
    }
  }

  class Editor {
    constructor(textarea) {
      count += 1;
      this.id = `rich-text-${count}`;
      this.textarea = textarea;
      this.schema = schemas[textarea.dataset.rich === "headings"];
      this.linkForm = new LinkForm(this);
      this.toolbar = new Toolbar(this);
      this.plugins = pluginsOf(this.schema, () => this.askForLink());
      this.mount = element("div", { id: this.id });
      this.element = element(
        "div",
        { class: "editor" },
        this.toolbar.element,
        this.linkForm.element,
        this.mount,
      );
      this.label = textarea.form?.querySelector(`label[for="${CSS.escape(textarea.id)}"]`);
      if (this.label && !this.label.id) this.label.id = `${this.id}-label`;
      this.label?.addEventListener("click", () => this.view.focus());
      textarea.after(this.element);
      const explained = textarea.parentElement.querySelector(".notation-help");
      if (explained) explained.hidden = true;
      textarea.hidden = true;
      this.view = new pm.EditorView({ mount: this.mount }, this.props());
      this.take();
      for (const name of ["input", "change"]) textarea.addEventListener(name, () => this.follow());
      textarea.form?.addEventListener("reset", () => window.setTimeout(() => this.follow()));
      this.mount.addEventListener("focus", () =>
        this.view.setProps({ attributes: this.attributes() }),
      );
    }

    props() {
      return {
        state: this.stateOf(""),
        attributes: this.attributes(),
        dispatchTransaction: (transaction) => this.apply(transaction),
        transformPastedHTML: (html) =>
          html.includes("data-pm-slice") ? html : window.pasting.clean(html),
        clipboardTextParser: (text) => pm.Slice.maxOpen(fragment(this.schema, text)),
      };
    }

    /* Numbers of rows, and with them the names that these attributes have, may change. */
    attributes() {
      const given = {
        class: "editor-text",
        role: "textbox",
        "aria-multiline": "true",
        lang: "lt",
        spellcheck: "true",
      };
      if (this.label) given["aria-labelledby"] = this.label.id;
      else given["aria-label"] = this.textarea.getAttribute("aria-label") ?? "";
      for (const name of ["aria-describedby", "aria-invalid"])
        if (this.textarea.hasAttribute(name)) given[name] = this.textarea.getAttribute(name);
      return given;
    }

    stateOf(text) {
      return pm.EditorState.create({ doc: read(this.schema, text), plugins: this.plugins });
    }

    /* Show what the textarea holds. */
    take() {
      this.known = this.textarea.value;
      this.taken = this.stateOf(this.known);
      this.text = this.known;
      this.view.updateState(this.taken);
      this.toolbar.show(this.taken);
    }

    follow() {
      if (this.textarea.value !== this.text) this.take();
    }

    apply(transaction) {
      const state = this.view.state.apply(transaction);
      this.view.updateState(state);
      this.toolbar.show(state);
      if (transaction.docChanged) this.tell(state.doc);
    }

    /* What is as it was is not written anew, in whatever marks it was. */
    tell(doc) {
      const text = doc.eq(this.taken.doc) ? this.known : write(doc);
      if (text === this.text) return;
      this.text = text;
      this.textarea.value = text;
      this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
    }

    askForLink() {
      this.linkForm.open();
      return true;
    }
  }

  function start(within) {
    for (const textarea of within.querySelectorAll("textarea[data-rich]"))
      if (!textarea.closest(".empty-form") && !editors.has(textarea))
        editors.set(textarea, new Editor(textarea));
  }

  /* A link to the field leads to its editor. */
  function lead() {
    const field = document.getElementById(window.location.hash.slice(1));
    const editor = field && editors.get(field);
    if (!editor) return;
    editor.element.closest("details")?.setAttribute("open", "");
    editor.element.scrollIntoView({ block: "center" });
    editor.view.focus();
  }

  start(document);
  document.addEventListener("formset:added", ({ target }) => start(target));
  window.addEventListener("load", lead);
  window.addEventListener("hashchange", lead);
})();
