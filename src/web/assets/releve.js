// What makes the pages quicker. Without it everything works all the same: each of these has a button or a page of its own.
"use strict";

(() => {
  const ask = (address, fields) =>
    fetch(address, {
      method: "POST", body: new URLSearchParams(fields), headers: { "x-releve": "1" }, credentials: "same-origin",
      signal: AbortSignal.timeout(10000), // who waits for it is not kept for longer
    });

  // Who else has the case open.
  const presence = document.querySelector("[data-presence]");
  if (presence) {
    const look = async () => {
      if (document.hidden) return;
      try {
        const answer = await ask(presence.dataset.presence, { jeton: presence.dataset.jeton });
        if (!answer.ok) return;
        const others = await answer.text();
        const text = others ? `Ouverte aussi par ${others}` : "";
        if (presence.textContent.trim() !== text) presence.textContent = text;
      } catch {
        // The network is away: the next look will tell.
      }
    };
    setInterval(look, 30000);
  }

  // How long a letter can still be taken back.
  const countdown = document.querySelector("[data-countdown]");
  if (countdown) {
    // What was begun to be typed is not thrown away by a reload.
    let touched = false;
    addEventListener("input", () => { touched = true; });
    const until = Date.now() + Number(countdown.dataset.countdown) * 1000;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      countdown.textContent = left > 0 ? `, dans ${left} s` : ", maintenant";
      // A little later, so that the page shows what became of it.
      // Of what went to another service, the page may not be seen any more.
      if (left <= -6 && !touched) location.assign(countdown.dataset.after || location.href);
    };
    countdown.setAttribute("aria-hidden", "true");
    tick();
    setInterval(tick, 1000);
  }

  // A letter is kept and read again while it is written.
  const letter = document.querySelector("form[data-brouillon]");
  if (letter) {
    const kept = document.getElementById("garde");
    const lint = document.getElementById("relecture");
    const text = letter.querySelector("[data-lint]");
    let keeping, reading, sent = false, busy = false, saving = Promise.resolve();
    const fields = () => [...new FormData(letter)].filter(([name]) => name !== "action" && name !== "vu");
    const save = async () => {
      if (sent) return;
      busy = true;
      try {
        const answer = await ask(letter.dataset.brouillon, fields());
        const said = await answer.text();
        // The next time it goes on with this one.
        if (answer.ok) letter.elements.garde.value = said;
        kept.textContent = answer.ok ? "Brouillon gardé." : said;
      } catch {
        kept.textContent = "Le brouillon n'a pas pu être gardé : le serveur ne répond pas.";
      }
      busy = false;
    };
    // One after the other: each goes on with the draft that the one before has left.
    const keep = () => { saving = saving.then(save); };
    const read = async () => {
      if (!text.value.trim()) return lint.replaceChildren();
      try {
        const answer = await ask(letter.dataset.relire, { jeton: letter.elements.jeton.value, texte: text.value });
        if (!answer.ok) return;
        const { readability, remarks } = await answer.json();
        const list = document.createElement("ul");
        for (const { line, text } of remarks) {
          const item = document.createElement("li");
          item.textContent = line > 0 ? `Ligne ${line} : ${text}` : text;
          list.append(item);
        }
        const score = document.createElement("p");
        score.textContent = readability === null ? "" : `Lisibilité (Kandel et Moles) : ${readability}`;
        lint.replaceChildren(...(remarks.length ? [list] : []), score);
      } catch {
        // What was said before still stands.
      }
    };
    letter.addEventListener("input", (event) => {
      clearTimeout(keeping);
      keeping = setTimeout(keep, 3000);
      if (event.target === text) {
        clearTimeout(reading);
        reading = setTimeout(read, 600);
      }
    });
    letter.addEventListener("submit", (event) => {
      // What is sent is not kept as a draft a moment later, and is not sent twice.
      if (sent) return event.preventDefault();
      sent = true;
      clearTimeout(keeping);
      if (!busy) return;
      // A draft is on its way: the form would go on with the one before it, and be refused as if another window had
      // written it.
      event.preventDefault();
      const again = () => { sent = false; letter.requestSubmit(event.submitter); };
      saving.then(again);
    });
    addEventListener("pageshow", () => { sent = false; });
    if (text) read();
  }

  // All cases of the page at once.
  const batch = document.getElementById("lot");
  const boxes = batch ? [...batch.querySelectorAll("input[name=demande]")] : [];
  const bulk = batch && batch.querySelector(".bulk");
  if (bulk && boxes.length > 1) {
    const line = document.createElement("p");
    line.className = "check";
    const all = Object.assign(document.createElement("input"), { type: "checkbox", id: "toutes" });
    const label = Object.assign(document.createElement("label"), { htmlFor: "toutes", textContent: " Cocher toute la page" });
    all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
    line.append(all, label);
    bulk.prepend(line);
  }
})();
