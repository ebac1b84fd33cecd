"use strict";
// The form works without this. With it, questions that are not asked are put aside, and what is typed is saved.
(() => {
  const form = document.querySelector("form");
  const status = document.getElementById("status");
  if (!form || !status) return;
  document.body.classList.add("scripted");
  const summary = document.getElementById("summary");
  if (summary) summary.focus();

  const values = (name) => new FormData(form).getAll(name).filter((value) => value !== "");
  const conditional = [...form.querySelectorAll("[data-if]")];
  const ask = () => {
    for (const question of conditional) {
      const wanted = question.dataset.any.split(" ").filter(Boolean);
      const given = values(question.dataset.if);
      const above = form.elements[question.dataset.if];
      const first = above && (above.length ? above[0] : above);
      const aside = first && first.closest(".question").hidden;
      const asked = given.length > 0 && (wanted.length === 0 || given.some((value) => wanted.includes(value)));
      question.hidden = aside || !asked;
    }
  };
  form.addEventListener("change", ask);
  ask();

  let waiting = null;
  let saving = Promise.resolve();
  const save = async () => {
    const body = new URLSearchParams(new FormData(form));
    for (const question of conditional.filter((question) => question.hidden)) {
      for (const field of question.querySelectorAll("[name]")) body.delete(field.name);
    }
    body.set("action", "save");
    try {
      const answer = await fetch(location.pathname, { method: "POST", body, headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { saved, conflicts, mistakes } = await answer.json();
      for (const [question, [revision, mark]] of Object.entries(saved)) {
        // Of what was saved only: an answer that a colleague gave meanwhile is not taken for seen.
        if (form.elements[`r.${question}`]) form.elements[`r.${question}`].value = String(revision);
        if (form.elements[`o.${question}`]) form.elements[`o.${question}`].value = mark;
      }
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      const open = conflicts.length + Object.keys(mistakes).length;
      status.textContent = open === 0 ? `Saved at ${time}` : `Saved at ${time}, but for ${open} to put right`;
    } catch {
      status.textContent = "Not saved: the server cannot be reached. What you typed is still here.";
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { saving = saving.then(save); }, 800);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
})();
