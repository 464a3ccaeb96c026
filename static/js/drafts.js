/* What is typed into a form is kept in this browser until it is saved, or until one logs out: a
   closed lid, an ended session or a server that is gone lose nothing.

   A form that is kept has the <template id="kept-draft">: the note that offers a draft, with the
   number of the user, so that another person at this browser is offered nothing. A row of a saved
   record is known by its key, since its number changes when somebody else adds or deletes one. The
   cookie „saved_form“ tells which form has been saved. Files cannot be kept. */

(() => {
  "use strict";

  const START = "draft:";
  const PAUSE = 1000; // milliseconds without typing
  const LONGEST = 2_000_000; // characters
  const OLDEST = 14 * 24 * 3600 * 1000; // milliseconds
  const SKIPPED = ["hidden", "file", "password", "submit", "button", "image", "reset"];
  const POSITION = "position";

  /* What the browser lets one keep: it may be forbidden, or full. */
  function tried(deed) {
    try {
      return deed(window.localStorage) ?? null;
    } catch {
      return null;
    }
  }

  function kept(key) {
    const draft = tried((store) => JSON.parse(store.getItem(key)));
    return Array.isArray(draft?.parts) && draft.record ? draft : null;
  }

  function forget(key) {
    tried((store) => store.removeItem(key));
  }

  function forgetSaved() {
    const cookie = document.cookie.split("; ").find((each) => each.startsWith("saved_form="));
    if (!cookie) return;
    forget(START + decodeURIComponent(cookie.slice(cookie.indexOf("=") + 1)));
    document.cookie = "saved_form=; Path=/; Max-Age=0";
  }

  function forgetOld() {
    const keys = tried((store) => Object.keys(store)) ?? [];
    for (const key of keys.filter((each) => each.startsWith(START)))
      if (!(Date.now() - (kept(key)?.at ?? 0) < OLDEST)) forget(key);
  }

  forgetSaved();
  forgetOld();
  const template = document.getElementById("kept-draft");
  if (!template) return;

  const form = template.closest("form");
  const key = `${START}${template.dataset.user}:${window.location.pathname}`;
  let offered = kept(key); // until it is restored or thrown away
  let timer = null;
  let isLeaving = false; // by logging out, which takes all away

  function isKept(field) {
    return field.name && !SKIPPED.includes(field.type) && field.matches("input, select, textarea");
  }

  /* The name of `field` after that of its row; boxes that share a name are told apart. */
  function nameOf(field, prefix) {
    const name = field.name.slice(prefix.length);
    return field.type === "checkbox" || field.type === "radio" ? `${name}=${field.value}` : name;
  }

  function valueOf(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    if (field.tagName !== "SELECT") return field.value;
    return [...field.selectedOptions].map((option) => [option.value, option.text]);
  }

  function valuesOf(fields, prefix) {
    return Object.fromEntries(fields.map((field) => [nameOf(field, prefix), valueOf(field)]));
  }

  function partsOf() {
    return [...form.querySelectorAll(".js-inline-admin-formset")].map((part) =>
      part.id.replace(/-group$/, ""),
    );
  }

  function rowsOf(part) {
    const rows = form.querySelectorAll(`#${part}-group [id^="${part}-"]`);
    return [...rows].filter((row) => /^-\d+$/.test(row.id.slice(part.length)));
  }

  function keyOf(row) {
    return row.querySelector(`input[name="${row.id}-id"]`)?.value ?? "";
  }

  function fieldsOf(row) {
    const fields = [...row.querySelectorAll("input, select, textarea")].filter(isKept);
    return fields.filter((field) => field.name.startsWith(`${row.id}-`));
  }

  function ownFields() {
    const inRows = (field) => field.closest(".js-inline-admin-formset");
    return [...form.elements].filter((field) => isKept(field) && !inRows(field));
  }

  /* What is typed, in an order that is always the same. */
  function read() {
    const parts = partsOf().map((part) => {
      const rows = rowsOf(part).map((row) => ({
        key: keyOf(row),
        values: valuesOf(fieldsOf(row), `${row.id}-`),
      }));
      return { part, rows };
    });
    return { record: valuesOf(ownFields(), ""), parts };
  }

  function isSame(draft, typed) {
    const told = ({ record, parts }) => JSON.stringify({ record, parts });
    return told(draft) === told(typed);
  }

  function keep({ submitter } = {}) {
    window.clearTimeout(timer);
    timer = null;
    if (!window.unsaved.is()) {
      if (!offered) forget(key);
      return;
    }
    const draft = { at: Date.now(), seen: form.elements._seen?.value, ...read(), older: offered };
    draft.isSent = submitter ? submitter.formTarget !== "_blank" : false;
    const text = JSON.stringify(draft);
    if (text.length <= LONGEST) tried((store) => store.setItem(key, text));
  }

  function keepSoon() {
    isLeaving = false;
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, PAUSE);
  }

  function keepNow() {
    if (timer !== null && !isLeaving) keep();
  }

  function setValue(field, value) {
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = value;
    } else if (field.tagName === "SELECT") {
      const known = [...field.options].map((option) => option.value);
      for (const [each, text] of value)
        if (!known.includes(each)) field.add(new Option(text, each));
      const chosen = value.map(([each]) => each);
      for (const option of field.options) option.selected = chosen.includes(option.value);
    } else {
      field.value = value;
    }
  }

  function tell(field) {
    for (const name of ["input", "change"])
      field.dispatchEvent(new Event(name, { bubbles: true }));
  }

  function fill(fields, prefix, values) {
    for (const field of fields) {
      const name = nameOf(field, prefix);
      const isOther = JSON.stringify(values[name]) !== JSON.stringify(valueOf(field));
      if (name === POSITION && prefix) continue;
      if (!(name in values) || !isOther) continue;
      setValue(field, values[name]);
      tell(field);
    }
  }

  function added(part) {
    let made = null;
    const note = ({ target }) => {
      made = target;
    };
    document.addEventListener("formset:added", note);
    form.querySelector(`#${part}-group .add-row a`)?.click();
    document.removeEventListener("formset:added", note);
    return made;
  }

  /* Put the rows where they stood: each in turn, from the first, as if its number were typed. */
  function arrange(placed) {
    const wanted = placed.filter(([, place]) => /^[1-9]\d*$/.test(place));
    for (const [row, place] of wanted.sort(([, one], [, other]) => one - other)) {
      const field = row.querySelector(`input[name$="-${POSITION}"]`);
      if (!field || field.value === place) continue;
      field.value = place;
      tell(field);
    }
  }

  function restoreRows({ part, rows }) {
    const there = rowsOf(part);
    const known = new Map(there.filter(keyOf).map((row) => [keyOf(row), row]));
    const spare = there.filter((row) => !keyOf(row));
    const placed = [];
    for (const { key: of, values } of rows) {
      const row = (of && known.get(of)) || spare.shift() || added(part);
      if (!row) continue;
      // One that somebody else has deleted since: the server tells it by its key from a new one.
      if (of && !known.has(of)) row.querySelector(`input[name="${row.id}-id"]`).value = of;
      fill(fieldsOf(row), `${row.id}-`, values);
      placed.push([row, values[POSITION]]);
    }
    arrange(placed);
  }

  /* What somebody else has saved since is told when the form is sent, by the state it had then. */
  function restore(draft) {
    fill(ownFields(), "", draft.record);
    for (const part of draft.parts) if (partsOf().includes(part.part)) restoreRows(part);
    if (form.elements._seen && draft.seen) form.elements._seen.value = draft.seen;
  }

  function time(moment) {
    const two = (number) => String(number).padStart(2, "0");
    const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
    return `${day} ${two(moment.getHours())}.${two(moment.getMinutes())}`;
  }

  function decided(note) {
    note.remove();
    offered = offered.older ?? null;
    if (offered) tried((store) => store.setItem(key, JSON.stringify(offered)));
    keep();
    offer();
    if (!offered) document.getElementById("content-start")?.focus();
  }

  function offer() {
    // A form that was refused comes back with what was sent.
    const isHere = offered?.isSent && document.querySelector(".errornote");
    if (offered && (isHere || isSame(offered, read()))) offered = offered.older ?? null;
    if (!offered) {
      if (!window.unsaved.is()) forget(key);
      return;
    }
    const note = template.content.firstElementChild.cloneNode(true);
    const moment = note.querySelector("time");
    moment.dateTime = new Date(offered.at).toISOString();
    moment.textContent = time(new Date(offered.at));
    note.querySelector("[data-restore]").addEventListener("click", () => {
      restore(offered);
      decided(note);
    });
    note.querySelector("[data-discard]").addEventListener("click", () => decided(note));
    template.after(note);
  }

  // After Django's own scripts, which make of rows what they are.
  window.addEventListener("load", () => {
    offer();
    for (const name of ["input", "change", "click", "pointerup", "formset:added"])
      form.addEventListener(name, keepSoon);
    document.addEventListener("formset:removed", keepSoon);
    form.addEventListener("submit", keep);
    document.getElementById("logout-form")?.addEventListener("submit", () => {
      isLeaving = true;
    });
    window.addEventListener("pagehide", keepNow);
    document.addEventListener("visibilitychange", keepNow);
  });
})();
