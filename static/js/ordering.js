/* Order: rows are dragged by a handle or moved by arrows, and numbered from 1.

   A row holds an `input.position`: one of an inline of the admin, or an item of [data-ordered].
   Who adds an item tells its container by the event `row:added`, whose detail is the item. The
   words are attributes of the <script>. Without this script one types the numbers. */

(() => {
  "use strict";

  const words = document.currentScript.dataset;
  const ROWS = "tr.form-row, .inline-related:not(.tabular), [data-ordered] > *";
  const NAME_LENGTH = 80; // characters
  const controls = new WeakMap(); // the handle and the arrows of a row
  const errors = new WeakMap(); // the errors of a row of a table are a row above it
  const sorted = new WeakSet(); // the lists whose rows can be dragged

  const told = document.createElement("div");
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  document.body.append(told);

  function numberOf(row) {
    return row.querySelector("input.position");
  }

  function rowsOf(list) {
    return [...list.children].filter((row) => controls.has(row));
  }

  function textOf(row) {
    const label = row.matches(".has_original") && row.querySelector(".inline_label");
    if (label) return label.textContent.trim();
    const fields = [...row.querySelectorAll("textarea, input[type=text], input[type=url]")];
    return fields.map((field) => field.value.trim()).find(Boolean) ?? "";
  }

  function nameOf(row, place) {
    const name = `${place}. ${textOf(row)}`.trim();
    return name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name;
  }

  /* Tell what each arrow moves, and whether it can. */
  function refresh(list) {
    rowsOf(list).forEach((row, at, rows) => {
      const { up, down } = controls.get(row);
      const name = nameOf(row, at + 1);
      up.ariaLabel = `${words.up}: ${name}`;
      down.ariaLabel = `${words.down}: ${name}`;
      up.ariaDisabled = String(at === 0);
      down.ariaDisabled = String(at === rows.length - 1);
      const label = row.querySelector(".inline_label"); // Django counts new rows
      if (label && /^\s*#\d+\s*$/.test(label.textContent)) label.textContent = `#${at + 1}`;
    });
  }

  function arrange(list, rows) {
    const focused = document.activeElement;
    let last = null;
    for (const row of rows) {
      if (last) last.after(row);
      else rowsOf(list)[0].before(row);
      last = row;
    }
    for (const row of rows) if (errors.has(row)) row.before(errors.get(row));
    if (list.contains(focused)) focused.focus();
  }

  function numberAll(list) {
    rowsOf(list).forEach((row, at) => {
      numberOf(row).value = at + 1;
    });
    refresh(list);
  }

  function tell(row) {
    const rows = rowsOf(row.parentElement);
    told.textContent = words.moved
      .replace("%(place)s", rows.indexOf(row) + 1)
      .replace("%(count)s", rows.length);
  }

  /* Move `row` to the place `to`, counted from 0, of its list. */
  function move(row, to) {
    const list = row.parentElement;
    const rows = rowsOf(list).filter((each) => each !== row);
    rows.splice(to, 0, row);
    arrange(list, rows);
    numberAll(list);
    tell(row);
  }

  function arrow(row, sign, by) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.addEventListener("click", () => {
      if (button.ariaDisabled === "true") return;
      move(row, rowsOf(row.parentElement).indexOf(row) + by);
    });
    return button;
  }

  function handle() {
    const grip = document.createElement("span");
    grip.className = "ordering-handle";
    grip.title = words.drag;
    grip.ariaHidden = "true"; // the arrows do the same
    grip.textContent = "⠿";
    return grip;
  }

  function letDrag(list) {
    if (sorted.has(list)) return;
    sorted.add(list);
    new window.Sortable(list, {
      handle: ".ordering-handle",
      draggable: ".ordered-row",
      ghostClass: "ordering-ghost",
      onEnd: ({ item }) => {
        arrange(list, rowsOf(list));
        numberAll(list);
        tell(item);
      },
    });
  }

  function enhance(row) {
    if (!numberOf(row) || controls.has(row) || row.matches(".empty-form")) return;
    const number = numberOf(row);
    const made = { up: arrow(row, "↑", -1), down: arrow(row, "↓", 1) };
    const group = document.createElement("span");
    group.className = "ordering";
    number.replaceWith(group);
    group.append(number, made.up, made.down, handle());
    row.classList.add("ordered-row");
    controls.set(row, made);
    const above = row.previousElementSibling;
    if (above?.matches(".row-form-errors")) errors.set(row, above);
    letDrag(row.parentElement);
    refresh(row.parentElement);
  }

  function indexOf(row) {
    return Number(row.id.split("-").pop());
  }

  /* A new row was taken out: Django now counts the fields anew, from the first row to the last,
     and those of saved records have to come first. */
  function recount({ detail }) {
    const list = document.querySelector(`#${detail.formsetName}-group .ordered-row`)?.parentElement;
    if (!list) return;
    const shown = rowsOf(list);
    arrange(list, [...shown].sort((one, other) => indexOf(one) - indexOf(other)));
    queueMicrotask(() => {
      arrange(list, shown);
      numberAll(list);
    });
  }

  function typed({ target }) {
    const row = target.closest(".ordered-row");
    if (row) refresh(row.parentElement);
  }

  function changed({ target }) {
    const row = target.matches("input.position") && target.closest(".ordered-row");
    if (!row || !target.validity.valid) return;
    const last = rowsOf(row.parentElement).length - 1;
    const place = target.value === "" ? last : Number(target.value) - 1;
    move(row, Math.min(Math.max(place, 0), last));
  }

  for (const input of document.querySelectorAll("input.position")) {
    const row = input.closest(ROWS);
    if (row) enhance(row);
  }
  document.addEventListener("formset:added", ({ target }) => enhance(target));
  document.addEventListener("formset:removed", recount);
  // The event need not bubble to be heard on its way down.
  document.addEventListener("row:added", ({ detail }) => enhance(detail), true);
  document.addEventListener("input", typed);
  document.addEventListener("change", changed);
})();
