// What the page asks the server of `watch`.
const server = (() => {
  async function answer(response) {
    if (!response.ok) throw Object.assign(new Error((await response.text()).trim() || `The server answers ${response.status}.`), { status: response.status });
    return response;
  }

  const get = async (path, parameters) => (await answer(await fetch(`api/${path}?${new URLSearchParams(parameters)}`, { cache: "no-store" }))).json();
  const draw = async drawing => (await answer(await fetch("api/draw", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(drawing) }))).blob();

  // Calls body again and again, some time after it has ended; rarely while nobody looks.
  function poll(body, seconds) {
    const again = async () => {
      await body();
      setTimeout(again, 1000 * (document.hidden ? 5 * seconds : seconds));
    };
    document.addEventListener("visibilitychange", () => { if (!document.hidden) body(); });
    again();
  }

  return { runs: () => get("runs", {}), run: name => get("run", { run: name }), networks: name => get("networks", { run: name }), generator: (name, checkpoint, raw) => get("generator", { run: name, checkpoint, raw }), draw, poll };
})();
