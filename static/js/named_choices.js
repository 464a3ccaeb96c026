/* Choices that one searches for bear the name of their field, and what is chosen after it:
   Django's script names them by the choice alone, which at first is nothing. */

(() => {
  "use strict";

  function nameOf(select) {
    const label = select.labels[0];
    return select.ariaLabel ?? label?.textContent.trim().replace(/:$/, "");
  }

  function nameIn(root) {
    for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
      const box = select.nextElementSibling.querySelector(".select2-selection");
      const chosen = box.querySelector(".select2-selection__rendered");
      box.ariaLabel = nameOf(select);
      box.id = `${select.id}_box`;
      box.setAttribute("aria-labelledby", `${box.id} ${chosen.id}`);
      chosen.ariaLabel = nameOf(select);
    }
  }

  // Both after Django's own script, which came before this one.
  window.django.jQuery(() => nameIn(document));
  document.addEventListener("formset:added", ({ target }) => nameIn(target));
})();
