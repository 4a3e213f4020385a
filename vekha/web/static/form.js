// A form with JavaScript: questions that are not asked are not shown, a file too big is told at once, and a draft that
// could not be saved says so. Everything works without this file; then the server says the same.
"use strict";

(() => {
  const answersTo = (form, name) =>
    [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
      .filter((each) => !["radio", "checkbox"].includes(each.type) || each.checked)
      .map((each) => each.value);

  // A question that is not asked is disabled too: it is neither sent nor read out.
  const show = (form) => {
    for (const box of form.querySelectorAll("[data-when]")) {
      const wanted = box.dataset.answers.split("|");
      const asked = answersTo(form, box.dataset.when).some((each) => wanted.includes(each));
      box.hidden = !asked;
      for (const each of box.querySelectorAll("input, select, textarea, button")) each.disabled = !asked;
      for (const hint of box.querySelectorAll(".when")) hint.hidden = true;
    }
  };

  const measure = (input) => {
    const big = input.files.length && input.files[0].size > Number(input.dataset.most);
    let told = input.parentElement.querySelector(".field-problem.size");
    if (big && !told) {
      told = document.createElement("span");
      told.className = "field-problem size";
      told.setAttribute("role", "alert");
      told.textContent = input.dataset.tooBig;
      input.after(told);
    } else if (!big && told) told.remove();
    if (big) input.value = "";
  };

  const prepare = () => {
    for (const form of document.querySelectorAll("form")) if (form.querySelector("[data-when]")) show(form);
  };

  document.addEventListener("change", (event) => {
    if (event.target.form) show(event.target.form);
    if (event.target.matches("input[type=file][data-most]")) measure(event.target);
  });
  document.addEventListener("htmx:afterSettle", prepare);

  const fail = (kind) => (event) => {
    const box = event.target.closest("#draft");
    if (!box) return;
    for (const old of box.querySelectorAll(".unsaved, .hint")) old.remove();
    const told = document.createElement("p");
    told.className = "unsaved is-late note";
    const gone = event.detail.xhr && event.detail.xhr.status === 401;
    told.textContent = gone ? box.dataset.gone : box.dataset[kind];
    if (gone) {
      const link = document.createElement("a");
      link.href = "/login";
      link.target = "_blank";
      link.textContent = box.dataset.enter;
      told.append(" ", link);
    }
    box.append(told);
  };
  document.addEventListener("htmx:sendError", fail("offline"));
  document.addEventListener("htmx:responseError", fail("offline"));
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.id === "draft" && event.detail.xhr.status >= 400) event.detail.shouldSwap = false;
  });
  window.addEventListener("online", () => {
    const box = document.querySelector("#draft .unsaved");
    if (box) box.closest("form").dispatchEvent(new Event("change", { bubbles: true }));
  });
  prepare();
})();
