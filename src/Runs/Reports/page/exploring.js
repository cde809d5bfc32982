// The playground's state in the address's fragment: seed=7&label=3&offsets=0;1.5. Reading never fails: values that are unknown or out of range
// are ignored.
const exploring = (() => {
  const OURS = ["seed", "label", "offsets"];
  const whole = (text, most) => /^\d{1,16}$/.test(text ?? "") && Number(text) <= most ? Number(text) : null;
  const words = hash => hash.replace(/^#/, "").split("&").filter(Boolean);

  // own: { labels }, of which label is one; directions: how many offsets there are, each from −reach to reach.
  function read(hash, { labels }, directions, reach) {
    const said = Object.fromEntries(words(hash).map(word => word.split("="))), offsets = (said.offsets ?? "").split(";").map(Number);
    return {
      seed: whole(said.seed, Number.MAX_SAFE_INTEGER) ?? 1,
      label: Math.max(0, labels.indexOf(whole(said.label, 255))),
      offsets: Array.from({ length: directions }, (_, i) => Math.abs(offsets[i]) <= reach ? Math.round(10 * offsets[i]) / 10 : 0),
    };
  }

  // The address with all else that is in it.
  function write(hash, { seed, label, offsets }, labels) {
    const last = offsets.findLastIndex(offset => offset !== 0);
    return `#${[
      ...words(hash).filter(word => !OURS.includes(word.split("=")[0])),
      `seed=${seed}`,
      ...(labels.length ? [`label=${labels[label]}`] : []),
      ...(last >= 0 ? [`offsets=${offsets.slice(0, last + 1).join(";")}`] : []),
    ].join("&")}`;
  }

  return { read, write };
})();
