/* Who leaves a form of the admin in which something is typed and not saved is asked.

   Other scripts ask window.unsaved.is(). */

(() => {
  "use strict";

  const form = document.querySelector(".change-form #content-main > form");
  if (!form) return;

  const ROW_COUNTS = "input[name$='-TOTAL_FORMS']";
  const wasRefused = document.querySelector(".errornote") !== null;
  const counts = new Map(
    [...form.querySelectorAll(ROW_COUNTS)].map((count) => [count, count.value]),
  );
  let isSent = false;

  function chosenAtFirst(select) {
    const options = [...select.options];
    const chosen = options.filter((option) => option.defaultSelected);
    return chosen.length || select.multiple ? chosen : options.slice(0, 1);
  }

  function isChanged(field) {
    if (!field.name || field.name.includes("__prefix__")) return false;
    if (field.type === "file") return field.files.length > 0;
    if (field.type === "checkbox" || field.type === "radio")
      return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") {
      const chosen = [...field.selectedOptions];
      const first = chosenAtFirst(field);
      return chosen.length !== first.length || chosen.some((option) => !first.includes(option));
    }
    if (field.matches("input:not([type=hidden]), textarea"))
      return field.value !== field.defaultValue;
    return field.matches(ROW_COUNTS) && field.value !== counts.get(field);
  }

  function is() {
    return wasRefused || [...form.elements].some(isChanged);
  }

  form.addEventListener("submit", ({ submitter }) => {
    // The preview opens a page of its own, and the form stays.
    isSent = submitter?.formTarget !== "_blank";
  });
  window.addEventListener("pageshow", () => {
    isSent = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSent && is()) event.preventDefault();
  });
  window.unsaved = { is };
})();
