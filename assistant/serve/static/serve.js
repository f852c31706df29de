"use strict";
// The page works without this script. With it an answer is shown as it is made, and keys lead from place to place.
// Text of articles and models is only ever put in as text; what the server rendered passes the one policy below.
(() => {
  const policy = window.trustedTypes
    ? trustedTypes.createPolicy("assistant", { createHTML: (html) => html })
    : { createHTML: (html) => html };
  const byId = (id) => document.getElementById(id);
  const say = (words) => { byId("status").textContent = words; };

  const follow = (answer) => {
    const job = answer.dataset.job;
    const events = new EventSource(`/answers/${job}/events`);
    const draft = byId("draft");
    let pieces = [];
    events.addEventListener("open", () => { pieces = []; draft.textContent = ""; });
    events.addEventListener("draft", (event) => {
      pieces.push(JSON.parse(event.data).text);
      draft.textContent = pieces.join("");
      if (byId("drafting").hidden) { byId("drafting").hidden = false; say("The model is writing a draft."); }
    });
    events.addEventListener("stage", (event) => say(JSON.parse(event.data).words));
    events.addEventListener("answer", (event) => { events.close(); show(job, answer, JSON.parse(event.data)); });
    events.addEventListener("failed", (event) => { events.close(); end(JSON.parse(event.data).error); });
    byId("stopping").addEventListener("submit", (event) => {
      event.preventDefault();
      fetch(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && byId("stopping")) byId("stopping").requestSubmit();
    });
  };

  const end = (words) => {
    byId("running")?.remove();
    byId("next").hidden = false;
    say(words);
  };

  const show = async (job, answer, told) => {
    const reply = await fetch(`/answers/${job}`, { headers: { Accept: "text/html" } });  // leads to the saved chat
    if (!reply.ok) { location.reload(); return; }
    const made = document.createElement("template");
    made.innerHTML = policy.createHTML(await reply.text());
    for (const id of ["heading", "answer", "next"]) byId(id).replaceWith(made.content.querySelector(`#${id}`));
    if (told.place) history.replaceState(null, "", told.place);
    if (told.number > 1) byId(`q${told.number}`)?.scrollIntoView();
    end(told.words);
  };

  const typing = (target) => target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  const step = (by) => {
    const all = [...document.querySelectorAll(".statement")];
    const at = all.indexOf(document.activeElement);
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) { next.tabIndex = -1; next.focus(); }
  };
  document.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); byId("question")?.focus(); }
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });
  document.addEventListener("submit", (event) => {
    const sure = event.submitter?.dataset.sure;
    if (sure && !confirm(sure)) event.preventDefault();
  });
  const answer = byId("answer");
  if (answer?.dataset.job) follow(answer);
  const cited = byId("cited");
  if (cited && !location.hash) cited.scrollIntoView({ block: "center" });
})();
