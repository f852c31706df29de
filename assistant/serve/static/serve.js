"use strict";
// The page works without this script. With it an answer is shown as it is made, a source opens beside its statement, and
// keys lead from place to place. Text of articles and models is only ever put in as text; what the server rendered
// passes the one policy below.
(() => {
  const policy = window.trustedTypes
    ? trustedTypes.createPolicy("assistant", { createHTML: (html) => html })
    : { createHTML: (html) => html };
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (words) => { byId("status").textContent = words; };
  const made = (name, words, more = {}) => Object.assign(document.createElement(name), { textContent: words, ...more });
  const rendered = async (place) => {
    const reply = await fetch(place, { headers: { Accept: "text/html" } });
    if (!reply.ok) return null;
    const page = document.createElement("template");
    page.innerHTML = policy.createHTML(await reply.text());
    return page.content;
  };

  // -- an answer while it is made
  const data = (event) => JSON.parse(event.data);
  const follow = (answer) => {
    const place = `/answers/${answer.dataset.job}`;
    const events = new EventSource(`${place}/events`);
    const draft = byId("draft");
    let pieces = [];
    events.addEventListener("open", () => { pieces = []; draft.textContent = ""; });
    events.addEventListener("draft", (event) => {
      pieces.push(data(event).text);
      draft.textContent = pieces.join("");
      if (byId("drafting").hidden) { byId("drafting").hidden = false; say("The model is writing a draft."); }
    });
    events.addEventListener("evidence", async (event) => {
      const page = !byId(`found${data(event)[0].number}`) && (await rendered(place));
      if (page) byId("found")?.replaceWith(page.querySelector("#found") ?? "");
    });
    events.addEventListener("stage", (event) => say(data(event).words));
    events.addEventListener("answer", (event) => { events.close(); show(place, data(event)); });
    events.addEventListener("error", () => { if (events.readyState === 2) setTimeout(() => location.reload(), 5000); });
    events.addEventListener("failed", (event) => { events.close(); end(data(event).error); });
    byId("stopping").addEventListener("submit", (event) => {
      event.preventDefault();
      fetch(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
    });
  };

  const end = (words) => {
    const stopped = byId("running")?.contains(document.activeElement);  // its button goes away: focus must not be lost
    byId("running")?.remove();
    if (byId("next")) byId("next").hidden = false;
    if (stopped) byId("question")?.focus();
    say(words);
  };

  const show = async (place, told) => {
    if (told.reload) { location.reload(); return; }
    const page = await rendered(place);  // leads to what is kept of it
    if (!page) { location.reload(); return; }
    for (const id of ["heading", "answer", "next"]) if (byId(id)) byId(id).replaceWith(page.querySelector(`#${id}`));
    if (told.place) history.replaceState(null, "", told.place);
    if (told.number > 1) byId(`q${told.number}`)?.scrollIntoView();
    end(told.words);
    offerCopies();
  };

  // -- the article beside the statements, open at the cited sentence
  const wide = matchMedia("(min-width: 60rem)");
  let opener = null;
  const sources = () => all(".source").filter((card) => card.querySelector('a[href^="/s/"]'));
  const open = async (card, from, calmly) => {
    const place = card?.querySelector('a[href^="/s/"]')?.getAttribute("href");
    const page = place && (await rendered(place));
    const article = page?.querySelector("article.reader");
    if (!article) { if (place) location.href = place; return; }
    for (const mark of all("[aria-current='true'].marker")) mark.removeAttribute("aria-current");
    for (const mark of all(`.marker[href="#${card.id}"]`)) mark.setAttribute("aria-current", "true");
    opener = from ?? opener;
    hide();
    const heading = made("h2", article.querySelector("h1").textContent, { id: "reader-heading", tabIndex: -1, dir: "auto" });
    article.querySelector("h1").replaceWith(heading);
    const beside = article.querySelector("#beside-heading");
    beside.replaceWith(made("h3", beside.textContent, { id: "beside-heading" }));
    byId("reader").replaceChildren(tools(card, place), article);
    byId("reader").hidden = false;
    document.querySelector(".desk").classList.add("open");
    const cited = byId("cited");
    byId("reader").scrollTop = cited ? cited.offsetTop - byId("reader").clientHeight / 3 : 0;
    if (!wide.matches) byId("reader").scrollIntoView();
    if (!calmly) heading.focus({ preventScroll: true });
    history.replaceState(null, "", `#${card.id}`);  // an address to send: it opens the same article
    offerCopies();
  };
  const tools = (card, place) => {
    const known = sources(), at = known.indexOf(card);
    const bar = made("div", "", { className: "tools" });
    const step = (by, words, sign) => made("button", sign, {
      className: "quiet", type: "button", ariaLabel: words, disabled: !known[at + by], onclick: () => open(known[at + by]),
    });
    const own = made("a", "Its own page", { href: place, className: "small" });
    const where = made("span", `${at + 1} of ${known.length}`, { className: "small soft" });
    const shut = made("button", "Close", { className: "quiet", type: "button", onclick: close });
    bar.append(step(-1, "Source before", "‹"), where, step(1, "Next source", "›"), own, shut);
    return bar;
  };
  const close = () => {
    byId("reader").hidden = true;
    byId("reader").replaceChildren();
    document.querySelector(".desk").classList.remove("open");
    for (const mark of all(".marker[aria-current]")) mark.removeAttribute("aria-current");
    opener?.focus();
  };
  document.addEventListener("click", (event) => {
    if (!byId("reader") || event.ctrlKey || event.metaKey || event.shiftKey || !wide.matches) return;
    const link = event.target.closest?.(".marker, .timeline a, .source a[href^='/s/']");
    if (!link) return;
    const card = link.closest(".source") ?? byId(link.getAttribute("href").slice(1));
    if (card?.querySelector('a[href^="/s/"]')) { event.preventDefault(); open(card, link); }
  });

  // -- the proving sentence at its number, for pointer and keyboard; it stays while the pointer is on it
  let peeked = null, leaving = 0;
  const hide = () => {
    clearTimeout(leaving);
    byId("peek")?.remove();
    peeked?.removeAttribute("aria-describedby");
    peeked = null;
  };
  const peek = (marker) => {
    clearTimeout(leaving);
    if (marker === peeked) return;
    hide();
    const card = byId(marker.hash.slice(1));
    if (!card?.matches(".source")) return;
    const words = all(".context mark", card).flatMap((part) => [...part.childNodes].filter((node) => node.nodeType === 3));
    const quote = words.map((node) => node.data).join(" ");
    const box = made("div", "", { id: "peek", role: "tooltip", dir: "auto" });
    const from = card.querySelector(".from").innerText.replace(/\s+/g, " ");
    box.append(made("p", quote), made("p", from, { className: "small soft" }));
    byId("main").append(box);
    const at = marker.getBoundingClientRect(), room = document.documentElement.clientWidth - box.offsetWidth - 8;
    const above = at.bottom + box.offsetHeight + 8 > innerHeight && at.top > box.offsetHeight;
    box.style.left = `${Math.max(8, Math.min(at.left, room)) + scrollX}px`;
    box.style.top = `${(above ? at.top - box.offsetHeight : at.bottom) + scrollY}px`;
    peeked = marker;
    marker.setAttribute("aria-describedby", "peek");
  };
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const marker = event.target.closest?.(".marker");
    if (marker) peek(marker);
    else if (event.target.closest?.("#peek")) clearTimeout(leaving);
    else if (peeked) { clearTimeout(leaving); leaving = setTimeout(hide, 200); }
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".marker:focus-visible")) peek(event.target);
    else hide();
  });

  // -- keys
  const typing = (target) => target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  const step = (by) => {
    const statements = all(".statement");
    const at = statements.indexOf(document.activeElement.closest(".statement"));
    const next = statements[Math.min(Math.max(at + by, 0), statements.length - 1)];
    if (next) { next.tabIndex = -1; next.focus(); }
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (peeked) hide();
      else if (byId("reader") && !byId("reader").hidden) close();
      else if (byId("stopping")) byId("stopping").requestSubmit();
    }
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); byId("question")?.focus(); }
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
    if (event.key === "?") { byId("keys").open = true; byId("keys").querySelector("summary").focus(); }
    if (event.key >= "1" && event.key <= "9") {
      const within = document.activeElement.closest(".statement") ?? document;
      within.querySelectorAll(".marker")[event.key - 1]?.click();
    }
  });
  document.addEventListener("submit", (event) => {
    const sure = event.submitter?.dataset.sure;
    if (sure && !confirm(sure)) event.preventDefault();
  });

  // -- files: dropped or chosen, and sent with a bar that tells how far they are
  const uploading = byId("uploading");
  if (uploading) {
    for (const kind of ["dragover", "drop"]) uploading.addEventListener(kind, (event) => {
      event.preventDefault();
      uploading.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) byId("files").files = event.dataTransfer.files;
    });
    uploading.addEventListener("dragleave", () => uploading.classList.remove("over"));
    uploading.addEventListener("submit", (event) => {
      event.preventDefault();
      const sender = new XMLHttpRequest();
      const idle = (words) => { byId("sending").hidden = true; say(words); };
      sender.upload.onprogress = (sent) => { byId("sent").value = (100 * sent.loaded) / sent.total; };
      sender.onload = () => {
        if (sender.status === 200) { location.href = sender.responseURL; return; }
        const told = document.createElement("template");
        told.innerHTML = policy.createHTML(sender.responseText);
        idle(told.content.querySelector("main p")?.textContent ?? "That did not work.");
      };
      sender.onerror = () => idle("The connection was lost. Nothing was taken in.");
      sender.onabort = () => idle("Stopped. Nothing was taken in.");
      sender.open("POST", uploading.action);
      sender.setRequestHeader("Accept", "text/html");
      sender.send(new FormData(uploading));
      byId("sending").hidden = false;
      byId("unsend").onclick = () => sender.abort();
      say("Sending.");
    });
  }

  // -- small things
  const offerCopies = () => {
    for (const button of navigator.clipboard ? all("button[data-copy][hidden]") : []) {
      button.hidden = false;
      button.onclick = async () => {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = "Copied";
      };
    }
  };
  offerCopies();
  const answer = byId("answer");
  if (answer?.dataset.job) follow(answer);
  const named = byId(location.hash.slice(1) || "none");
  if (named?.matches(".source") && wide.matches) {
    open(named, null, true).then(() => document.querySelector(".marker[aria-current]")?.scrollIntoView({ block: "center" }));
  }
  const cited = byId("cited");
  if (cited && !location.hash) cited.scrollIntoView({ block: "center" });
})();
