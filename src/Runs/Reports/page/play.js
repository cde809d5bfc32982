// The playground of `watch`, for any checkpoint of a run: in the page where its generator can be computed there, else drawn by the server.
const play = (() => {
  const { element } = dom;
  const NAMES = { checkpoint: "newest", best: "best" };

  // data: a run's, with its checkpoints. → { node, update, stop }
  function create(data) {
    const node = element("div"),
      state = { checkpoint: data.checkpoints[0].name, raw: false };
    const checkpoint = element("select", {
      "aria-label": "Checkpoint",
      onchange: () => {
        state.checkpoint = checkpoint.value;
        load();
      },
    });
    const average = element("input", {
      type: "checkbox",
      checked: true,
      onchange: () => {
        state.raw = !average.checked;
        load();
      },
    });
    const chooser = element(
      "div",
      { class: "choices" },
      element("label", { class: "choice" }, "Checkpoint", checkpoint),
      data.configuration.gan.averageDecay > 0 ? element("label", { class: "check" }, average, "moving average") : null,
    );
    const problem = element("p", { class: "error", role: "alert", hidden: true });
    let shown = null,
      loaded = null,
      isLoading = false,
      isStopped = false;

    const wanted = () => `${state.checkpoint} ${state.raw} ${data.checkpoints.find(({ name }) => name === state.checkpoint)?.written}`;

    // The weights, when they are not those in sight; what comes meanwhile is loaded after.
    async function load() {
      if (isLoading) return;
      isLoading = true;
      try {
        while (loaded !== wanted() && !isStopped) {
          const next = wanted(),
            generator = await server.generator(data.name, state.checkpoint, state.raw);
          if (!isStopped) show(generator);
          loaded = next;
        }
        problem.hidden = true;
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
      }
      isLoading = false;
    }

    function show(generator) {
      const kind = generator.problem ? "server" : "page";
      if (shown?.kind === kind && shown.update(generator) !== false) return;
      shown?.stop();
      shown = {
        kind,
        ...(generator.problem ? playground.create(data, state, chooser, generator.problem) : explore.create(generator, data.name, chooser)),
      };
      node.replaceChildren(shown.node, problem);
    }

    // Newer data of the same run: a checkpoint may have come, or the one in sight may be newer now.
    function update(next) {
      data = next;
      if (!data.checkpoints.some(({ name }) => name === state.checkpoint)) state.checkpoint = data.checkpoints[0]?.name ?? "checkpoint";
      checkpoint.replaceChildren(
        ...data.checkpoints.map(({ name }) =>
          element("option", { value: name, selected: name === state.checkpoint }, NAMES[name] ?? name.replace(/^step-0*/, "step ")),
        ),
      );
      checkpoint.value = state.checkpoint;
      load();
    }

    function stop() {
      isStopped = true;
      shown?.stop();
    }

    update(data);
    return { node, update, stop };
  }

  return { create };
})();
