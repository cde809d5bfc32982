// All about one run. update() takes its newest data and leaves alone what the user has set.
const run = (() => {
  const { element, panel } = dom;
  const LINES = {
    losses: [["discriminator_loss", "D", "var(--c1)"], ["generator_loss", "G", "var(--c2)"], ["penalty", "penalty", "var(--c3)"]],
    scores: [["real_score", "D(x), real", "var(--c1)"], ["fake_score", "D(G(z)), made", "var(--c2)"]],
  };

  const seconds = data => curves.lastOf(curves.series(data.speed, "seconds").max ?? curves.series(data.speed, "seconds").mean);
  const speedOf = data => curves.speed(data.speed, data.configuration.gan.batchSize ?? NaN);

  // The line under the title.
  function summary(data) {
    const { preset, width } = data.configuration.gan, { program } = data.configuration, time = seconds(data), speed = speedOf(data).mean;
    const typical = [...speed].sort((a, b) => a - b)[speed.length >> 1];
    return [
      [preset ?? program, width ? `width ${width}` : null, data.configuration.data ? `on ${data.configuration.data}` : null].filter(Boolean).join(", "),
      `step ${format.count(data.step)}${data.steps ? ` of ${format.count(data.steps)}` : ""}`,
      time === null ? null : `${format.duration(time)}${typical ? ` at ${format.count(Math.round(typical))} images/s` : ""}`,
    ].filter(Boolean).join(" · ");
  }

  const stateChip = state => element("span", { class: `state ${state}` }, state);

  function create() {
    const view = chart.createView();
    const player = samples.create(step => { if (view.marker !== step) view.set({ marker: step }); });
    const onpick = step => player.showStep(step);
    const losses = chart.create({ title: "Loss", view, onpick }), scores = chart.create({ title: "What the discriminator says", view, onpick });
    const speed = chart.create({ title: "Images per second", view, onpick, height: 170 }), quality = chart.create({ title: "Fréchet distance, less is better", view, onpick, height: 190 });
    const parts = { evaluation: element("div"), networks: element("div"), configuration: element("div"), reproduce: element("div", { class: "reproduce-body" }) };
    const state = element("p", { class: "verdict", role: "status" });
    const note = element("p", { class: "note" }), extra = element("div", { class: "extra" });
    const speedPanel = panel("speed", "Speed", speed.node), evaluationPanel = panel("evaluation", "Evaluation", quality.node, parts.evaluation);
    const asked = critic.create(view, onpick);
    const problems = element("div", { class: "problems", role: "alert" });
    const remarks = element("div", { class: "remarks" });
    const node = element("div", {}, problems, remarks, element("div", { class: "run" },
      panel("samples", "Samples", player.node, note),
      panel("curves", "Training", state, chart.createTools(view), losses.node, scores.node, element("p", { class: "hint" }, "Drag over a chart to zoom in, double-click to see all; click to see the samples of that step. Keys in a chart: ", element("kbd", {}, "←"), " ", element("kbd", {}, "→"), " cursor, ", element("kbd", {}, "+"), " ", element("kbd", {}, "−"), " zoom, ", element("kbd", {}, "0"), " all. Elsewhere: ", element("kbd", {}, "space"), " plays the samples.")),
      extra, asked.node, evaluationPanel, speedPanel,
      panel("reproduce", "Make the same run again", parts.reproduce), panel("networks", "Networks", parts.networks), panel("configuration", "Configuration", parts.configuration)));
    let shown = {};

    // Tables are made anew only when what they show has changed.
    function renew(name, value, make) {
      const text = JSON.stringify(value ?? null);
      if (shown[name] === text) return;
      shown[name] = text;
      parts[name].replaceChildren(...(value === null || value === undefined ? [] : [make(value)].flat()));
    }

    function update(data) {
      problems.replaceChildren(...data.problems.map(problem => element("p", { class: "error" }, problem)));
      remarks.replaceChildren(...(data.tags ?? []).map(tag => element("span", { class: "tag" }, tag)), ...(data.notes ? [element("p", {}, data.notes)] : []));
      view.setFull(0, Math.max(data.step, ...[data.losses, data.speed, data.evaluation].map(table => table?.step.at(-1) ?? 0), data.samples.at(-1)?.step ?? 0));
      const lines = names => names.map(([name, label, colour]) => ({ label, colour, ...curves.series(data.losses, name) })).filter(line => line.label !== "penalty" || line.mean.some(value => value));
      const said = verdict.of(data), marks = verdict.references(data.configuration.gan);
      state.hidden = !said;
      state.className = `verdict ${said?.kind ?? ""}`;
      if (state.textContent !== (said?.text ?? "")) state.textContent = said?.text ?? "";
      losses.update(lines(LINES.losses), marks.losses);
      scores.update(lines(LINES.scores), marks.scores);
      const pace = speedOf(data);
      speedPanel.hidden = !pace.mean.some(Number.isFinite);
      speed.update([{ label: "", colour: "var(--c1)", ...pace }]);
      evaluationPanel.hidden = !data.evaluation?.step.length;
      quality.update([
        { label: "samples", colour: "var(--c1)", plain: true, ...curves.series(data.evaluation, "frechet_distance") },
        { label: "real images", colour: "var(--c3)", plain: true, dashed: true, ...curves.series(data.evaluation, "real_frechet_distance") },
      ].filter(line => line.x.length));
      asked.update(data);
      player.update(data.samples, data.name);
      note.textContent = data.sampleCount > data.samples.length ? `${data.samples.length} of ${format.count(data.sampleCount)} pictures.` : "";
      renew("evaluation", data.evaluation, facts.evaluation);
      renew("networks", data.networks, facts.networks);
      renew("configuration", { configuration: data.configuration }, facts.configuration);
      renew("reproduce", { command: data.command, configuration: data.configuration }, facts.reproduce);
    }

    return { node, update, player, extra, stop: player.pause };
  }

  return { create, summary, stateChip, speedOf };
})();
