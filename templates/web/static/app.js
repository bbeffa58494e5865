// Conveniences on every page; nothing here is needed.
"use strict";

// <button data-copy="f-id" data-done="已复制"> copies the value of that field.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // where the page has no HTTPS
  }
  button.textContent = button.dataset.done;
});

// A button is pressed once: a second click of an impatient hand sends nothing more.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// What only helps with JavaScript is hidden without it.
for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
