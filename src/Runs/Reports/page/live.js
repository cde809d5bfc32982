// The page of `watch`: the list of all runs, and beside it one of them or several compared. What is shown stands in the address, so that it can be kept and sent.
(() => {
  const { $, element, button } = dom, start = JSON.parse($("data").textContent);
  const SECONDS = 1.5;
  const filter = element("input", { type: "search", placeholder: "Filter", "aria-label": "Filter the runs", oninput: () => drawList() });
  const order = element("select", { "aria-label": "Sort by", onchange: () => drawList() }, ...Object.entries(listing.ORDERS).map(([value, { label }]) => element("option", { value }, label)));
  const ordering = element("label", { class: "choice" }, "Sort by", order), list = element("ul"), trouble = element("p", { class: "error", role: "alert", hidden: true }), hint = element("p", { class: "none" });
  const stage = element("div", { class: "shown-runs" });
  let runs = [], folder = "", shown = null, loaded = {}, drawn = null, updating = false, outdated = false;

  const wanted = () => {
    const address = new URLSearchParams(location.hash.slice(1)), compared = address.getAll("compare").slice(0, compare.MOST);
    return { run: address.get("run"), compared };
  };
  const address = ({ run: name, compared }) => `#${new URLSearchParams([...(name ? [["run", name]] : []), ...compared.map(other => ["compare", other])])}`;

  // ---- The list

  function item(entry) {
    const { name, state, step, steps, about, problem, notes } = entry, tags = entry.tags ?? [], figure = listing.figure(entry, order.value), { run: chosen, compared } = wanted(), isCompared = compared.includes(name);
    const box = element("input", { type: "checkbox", checked: isCompared, "aria-label": `Compare ${name}`, disabled: !isCompared && compared.length >= compare.MOST, onchange: () => {
      location.hash = address({ run: chosen, compared: isCompared ? compared.filter(other => other !== name) : [...compared, name] });
    } });
    return element("li", { class: chosen === name && compared.length < 2 ? "chosen" : null },
      box, element("a", { href: address({ run: name, compared: [] }), "aria-current": chosen === name && compared.length < 2 ? "true" : null },
        element("b", {}, name), about ? element("small", {}, about) : null, problem ? element("small", { class: "error" }, problem) : null,
        notes ? element("small", { class: "notes" }, notes) : null, figure ? element("small", { class: "figure" }, figure) : null,
        element("small", {}, element("i", { class: state }, state), ` ${format.count(step)}${steps ? ` of ${format.count(steps)}` : ""} steps`)),
      tags.length ? element("div", { class: "tags" }, ...tags.map(tag => button(`Filter by ${tag}`, () => { filter.value = `#${tag}`; drawList(); }, tag))) : null);
  }

  function drawList() {
    const seen = listing.sorted(runs.filter(entry => listing.fits(entry, filter.value)), order.value);
    const text = JSON.stringify([seen, location.hash, order.value]);
    if (text === drawn) return;
    drawn = text;
    const focused = list.contains(document.activeElement) ? [...list.querySelectorAll("a, input, button")].indexOf(document.activeElement) : -1;
    list.replaceChildren(...seen.map(item));
    if (focused >= 0) list.querySelectorAll("a, input, button")[focused]?.focus({ preventScroll: true });
    filter.hidden = runs.length < 6 && !runs.some(({ tags }) => tags?.length) && !filter.value;
    ordering.hidden = runs.length < 2;
    hint.textContent = runs.length === 0 ? `There are no runs in ${folder} yet. Start one with train: it will appear here.`
      : seen.length === 0 ? "No run matches the filter." : runs.length > 1 ? "Tick two or more to compare them." : "";
  }

  // ---- What is beside it

  // One view for one choice of runs; it is made anew only when the choice changes.
  function viewFor({ run: name, compared }) {
    const key = compared.length >= 2 ? JSON.stringify(compared) : name ?? "";
    if (shown?.key === key) return shown;
    shown?.stop();
    if (compared.length >= 2) {
      const comparison = compare.create();
      shown = { key, names: compared, stop: comparison.stop, node: comparison.node, player: comparison.player, update: all => comparison.update(all) };
    } else if (name) {
      const page = run.create();
      let played = null;
      shown = {
        key, names: [name], node: page.node, player: page.player, networks: null,
        stop() { page.stop(); played?.stop(); },
        async update([data]) {
          page.update({ ...data, networks: this.networks });
          if (data.checkpoints.length > 0) {
            if (played) played.update(data); else page.extra.append((played = play.create(data)).node);
          }
          if (this.networks === null) {
            this.networks = await server.networks(name);
            page.update({ ...data, networks: this.networks });
          }
        },
      };
    } else {
      shown = { key, names: [], node: element("p", { class: "none" }), stop() {}, update() {} };
    }
    loaded = {};
    stage.replaceChildren(shown.node);
    samples.takeKeys(shown.player ?? null);
    return shown;
  }

  function drawHeading(view, all) {
    const single = all.length === 1 ? all[0] : null;
    $("eyebrow").textContent = "MiniGan watch";
    $("title").textContent = single ? single.name : view.names.length > 1 ? `${view.names.length} runs` : "Runs";
    document.title = `${$("title").textContent} – MiniGan`;
    $("summary").replaceChildren(...(single ? [run.stateChip(single.state), ` ${run.summary(single)}`] : [view.names.length > 1 ? "side by side" : ""]));
  }

  // Takes over what has changed since it was asked last, of the runs in sight alone.
  async function update() {
    if (updating) { outdated = true; return; }
    updating = true;
    try {
      do {
        outdated = false;
        const view = viewFor(wanted()), versions = Object.fromEntries(runs.map(entry => [entry.name, entry.version]));
        drawList();
        const stale = view.names.filter(name => !loaded[name] || loaded[name].of !== versions[name]);
        const failed = [];
        const fresh = await Promise.all(stale.map(async name => {
          try {
            return { ...await server.run(name), of: versions[name] };
          } catch (error) {
            if (!error.status) throw error;
            if (error.status !== 404) failed.push(`${name}: ${error.message}`); // else it was there once
            return null;
          }
        }));
        if (view !== shown) continue;
        stale.forEach((name, i) => { if (fresh[i]) loaded[name] = fresh[i]; });
        const all = view.names.map(name => loaded[name]).filter(Boolean);
        drawHeading(view, all);
        if (fresh.some(Boolean)) await view.update(all);
        say(failed.length > 0 ? failed.join(" ") : view.names.length > all.length ? `There is no run ${view.names.filter(name => !loaded[name]).join(", ")} in ${folder}.` : null);
      } while (outdated);
    } catch (error) {
      say(error.status ? error.message : "The server does not answer: is minigan watch still running? This page asks again by itself.");
    } finally {
      updating = false;
    }
  }

  function say(text) {
    trouble.hidden = text === null;
    trouble.textContent = text ?? "";
  }

  async function refresh() {
    try {
      ({ runs, folder } = await server.runs());
      runs = listing.sorted(runs, "newest");
    } catch {
      say("The server does not answer: is minigan watch still running? This page asks again by itself.");
      return;
    }
    const { run: name, compared } = wanted();
    if (!name && compared.length === 0 && runs.length > 0) history.replaceState(null, "", address({ run: start.selected ?? runs[0].name, compared: [] }));
    await update();
  }

  $("main").classList.add("live");
  $("main").append(element("nav", { class: "panel runs", "aria-label": "Runs" }, element("h2", {}, "Runs"), filter, ordering, list, hint), element("div", { class: "beside" }, trouble, stage));
  dom.themeButton();
  addEventListener("hashchange", () => { scrollTo({ top: 0 }); update(); });
  server.poll(refresh, SECONDS);
})();
