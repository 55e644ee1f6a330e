/* A recording of this browser, for the behaviour `player`: listening(file, address, {duration, peaks}) returns its element. */
const SVG = "http://www.w3.org/2000/svg";

export function listening(file, address, {duration, peaks}) {
  const place = document.createElement("div");
  Object.assign(place, {className: "attachment__played"});
  Object.assign(place.dataset, {behaviour: "player", duration});
  const [kind] = file.type.split("/");
  const player = document.createElement(kind);
  Object.assign(player, {src: address, controls: true, preload: "auto", className: "attachment__player"});
  player.setAttribute("aria-label", file.name);
  const note = document.createElement("p");
  note.hidden = true;
  if (kind === "audio") place.append(waveOf(peaks));
  place.append(player, note);
  return place;
}

/* As `wave_path` of the server draws it. */
function waveOf(peaks) {
  const wave = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const width = 256 / Math.max(1, peaks.length);
  const attributes = {class: "attachment__wave", viewBox: "0 0 256 100", preserveAspectRatio: "none", "aria-hidden": "true"};
  Object.entries(attributes).forEach(([name, value]) => wave.setAttribute(name, value));
  const bars = peaks.map((peak, place) => [width * (place + 0.5), Math.max(4, Math.round(100 * peak))]);
  path.setAttribute("d", bars.map(([x, height]) => `M${x} ${50 - height / 2}v${height}`).join(""));
  wave.append(path);
  return wave;
}
