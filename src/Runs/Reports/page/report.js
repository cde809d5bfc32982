// The report of one run, as a file.
(() => {
  const { $ } = dom, data = JSON.parse($("data").textContent).run;
  document.title = `${data.name} – MiniGan`;
  $("eyebrow").textContent = "MiniGan report";
  $("title").textContent = data.name;
  $("summary").replaceChildren(run.stateChip(data.state), ` ${run.summary(data)}`);
  const written = new Date(data.written).toLocaleString();
  $("main").before(dom.element("p", { class: "written" }, data.state === "training" ? `As of ${written}. The run rewrites this page at each epoch: reload to see more.` : `Written ${written}.`));
  const page = run.create();
  $("main").append(page.node);
  page.update(data);
  const { generator } = data;
  if (generator) page.extra.append(generator.problem ? explore.missing(generator.problem) : explore.create(generator, data.name).node);
  samples.takeKeys(page.player);
  dom.themeButton();
})();
