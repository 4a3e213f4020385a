// Small comforts on top of pages that work without them.
"use strict";

// What was swapped in by htmx and reports a problem gets the focus, so that a keyboard and a screen reader find it.
document.addEventListener("htmx:afterSettle", (event) => {
  const alert = event.target.matches("[role=alert]") ? event.target : event.target.querySelector("[role=alert]");
  if (alert) {
    alert.setAttribute("tabindex", "-1");
    alert.focus();
  }
});

// A form is sent once: the second click of an impatient hand does nothing. What answers with a file leaves the page as
// it is, so after a while the button works again.
const PATIENCE = 4000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (!form.hasAttribute("hx-post")) {
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, PATIENCE);
  }
  if (form.dataset.busy) sayBusy(form);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const told of document.querySelectorAll(".busy")) told.remove();
});

// A big table takes its time on the way and while it is looked through.
const sayBusy = (form) => {
  const told = document.createElement("div");
  told.className = "busy";
  told.setAttribute("role", "status");
  const words = document.createElement("label");
  words.textContent = form.dataset.busy;
  words.append(document.createElement("progress"));
  told.append(words);
  form.append(told);
};

// What somebody has ticked while a list was being looked through stays ticked in the list that comes.
let ticked = [];
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  ticked = [...detail.target.querySelectorAll("[data-ticks] input:checked")].map((each) => each.value);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const each of document.querySelectorAll("[data-ticks] input")) if (ticked.includes(each.value)) each.checked = true;
  ticked = [];
});

// What was refused or broke is said where the action was; the page stays as it is.
const tellFailure = (target, words, html) => {
  const box = document.createElement("div");
  box.className = "problems failure";
  box.setAttribute("role", "alert");
  box.tabIndex = -1;
  if (html) box.innerHTML = html;
  else box.textContent = words;
  for (const old of document.querySelectorAll(".failure")) old.remove();
  target.prepend(box);
  box.focus();
};
const FIELDS = "input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), textarea";
const written = (form) => [...form.querySelectorAll(FIELDS)].some((each) => each.value.trim());
const failureWords = (status) => {
  const { dataset } = document.getElementById("status");
  return status === 403 ? dataset.denied : status === 404 ? dataset.missing : status ? dataset.failed : dataset.offline;
};
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig, target } = event.detail;
  if (xhr.status < 400 || target.id === "draft") return;
  const form = requestConfig.elt;
  const wanted = form.getAttribute("hx-select");
  const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const told = answer.querySelector(xhr.status === 413 ? "main p" : ".problems");
  const keeps = told && xhr.status === 422 && form.matches("form") && written(form);
  if (wanted && answer.querySelector(wanted) && !keeps) return; // the same page with what is wrong on it
  event.detail.shouldSwap = false;
  tellFailure(keeps ? form : target, failureWords(xhr.status), told && xhr.status !== 404 ? told.innerHTML : "");
});
document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.target.id !== "draft") tellFailure(event.detail.target, failureWords(0), "");
});
