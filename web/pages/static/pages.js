// What the parts of a page do in the browser. Runs once for each part; `element`, `trigger` and `watch`
// are Gradio's. Buttons carry what they ask for as data; whatever it is, the server decides.

const key = "pairwell";
const shared = (window[key] ??= { opened: new Map(), broken: new Set(), drafts: new WeakMap() });

// A second press waits for the first one's answer, but not for ever: there may be nothing to show for it.
const BUSY_MS = 2000;

const act = (target, entered = {}) => {
  const { act, clear, ...carried } = target.dataset;
  target.setAttribute("aria-busy", "true");
  setTimeout(() => target.removeAttribute("aria-busy"), BUSY_MS);
  trigger("act", { act, fields: { ...carried, ...entered } });
};

const showCartState = () => {
  const open = String(document.body.classList.contains("cart-open"));
  document.querySelectorAll(".cart-button").forEach((each) => each.setAttribute("aria-expanded", open));
};

const toggleCart = (open) => {
  document.body.classList.toggle("cart-open", open);
  showCartState();
  document.querySelector(document.body.classList.contains("cart-open") ? ".cart-close" : ".cart-button").focus();
};

element.addEventListener("click", (event) => {
  const summary = event.target.closest("summary");
  if (summary) {
    const box = summary.parentElement;
    shared.opened.set(box.dataset.key, !box.open);
    return;
  }
  if (event.target.closest("[data-toggle=cart]")) return toggleCart();
  const button = event.target.closest("button[data-act]");
  if (button && !button.disabled && button.getAttribute("aria-busy") !== "true") act(button);
});

element.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.act) return;
  event.preventDefault();
  if (form.parentElement.dataset.key) shared.opened.set(form.parentElement.dataset.key, false);
  act(form, Object.fromEntries(new FormData(form)));
  if ("clear" in form.dataset) form.reset();
});

element.addEventListener("error", (event) => {
  if (event.target.tagName !== "IMG") return;
  shared.broken.add(event.target.src);
  event.target.hidden = true;
}, true);

// A part is rendered anew with what the server knows; what only the browser knows is put back.
watch("value", () => {
  showCartState();
  const hint = element.querySelector("[data-hint]");
  if (hint) document.querySelector("#pw-words textarea").placeholder = hint.dataset.hint;
  document.querySelectorAll(".part [aria-busy]").forEach((each) => each.removeAttribute("aria-busy"));
  element.querySelectorAll("img").forEach((each) => { each.hidden = shared.broken.has(each.src); });
  element.querySelectorAll("details[data-key]").forEach((box) => {
    if (shared.opened.has(box.dataset.key)) box.open = shared.opened.get(box.dataset.key);
  });
  // A text area does not follow its attribute: what the server drafted is written in once, when it changes,
  // and what a person types meanwhile stays.
  element.querySelectorAll("textarea[value]").forEach((field) => {
    const draft = field.getAttribute("value");
    if (shared.drafts.get(field) === draft) return;
    shared.drafts.set(field, draft);
    field.value = draft;
  });
  const turns = element.querySelectorAll(".turn");
  const last = turns[turns.length - 1];
  if (last && shared.last !== last.dataset.key) {
    shared.last = last.dataset.key;
    const box = element.closest("#pw-desk-thread");
    if (box) box.scrollTop = box.scrollHeight;
    else last.scrollIntoView({ block: "start", behavior: "smooth" });
  }
});

if (!shared.started) {
  shared.started = true;
  // The server has forgotten the visit, at its restart or after a long time: the page begins anew.
  const ask = window.fetch;
  window.fetch = async (...args) => {
    const answer = await ask(...args);
    if (answer.status === 401 && answer.url.includes("/gradio_api/")) location.reload();
    return answer;
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("cart-open")) toggleCart(false);
  });
}
