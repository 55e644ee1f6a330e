/*
 * Drawing on the picture of a row: offerDrawing(uploader, item) shows the buttons of the row. What was drawn takes the place of
 * the picture, which is kept beside it as `original`, with `shapes`, so that the drawing can be changed.
 */
import {kept} from "./kept-files.js";
import {toast} from "./toast.js";

const TEMPLATE = "template[data-drawing]";
const PATIENCE = 4_000;

/* `item` is one of uploads.js whose picture this browser can show. */
export async function offerDrawing(uploader, item) {
  if (!canDraw()) return;
  if (navigator.onLine) dialogOfPage();
  const row = item.row;
  const draw = row.find("[data-draw]");
  const back = row.find("[data-back]");
  draw.setAttribute("aria-label", `${draw.textContent.trim()}: ${row.name}`);
  draw.hidden = false;
  draw.addEventListener("click", () => open(uploader, item, draw));
  back.addEventListener("click", () => returnTo(uploader, item));
  const record = await recordOf(item);
  back.hidden = !record?.original;
}

function canDraw() {
  return document.querySelector(TEMPLATE) && window.HTMLDialogElement && window.createImageBitmap && window.Path2D;
}

/* It is loaded with the first picture, and works without a network from then on. */
function dialogOfPage() {
  const known = document.querySelector("dialog.drawing");
  if (known) return known;
  const template = document.querySelector(TEMPLATE);
  const dialog = template.content.querySelector("dialog").cloneNode(true);
  Object.assign(dialog.dataset, {behaviour: "drawing", failed: template.dataset.failed});
  document.body.append(dialog);
  return dialog;
}

async function open(uploader, item, opener) {
  const dialog = dialogOfPage();
  const record = await recordOf(item);
  const file = record?.original ?? record?.file ?? await fetched(item);
  if (!file) return void toast({text: dialog.dataset.failed, level: "error"});
  dialog.wanted = {
    file,
    name: item.row.name,
    shapes: item.shapes ?? record?.shapes ?? [],
    caption: item.row.caption,
    onDone: (made) => take(uploader, item, file, made),
    onLeave: ({shapes, caption}) => {
      item.shapes = shapes;
      uploader.caption(item, caption);
      opener.focus();
    },
  };
  dialog.dispatchEvent(new CustomEvent("drawing:open"));
  setTimeout(() => {
    if (!dialog.wanted) return;
    /* The next try loads it again. */
    dialog.remove();
    toast({text: dialog.dataset.failed, level: "error"});
  }, PATIENCE);
}

function take(uploader, item, original, {file, shapes, caption}) {
  uploader.caption(item, caption);
  const isSame = file === original && item.row.find("[data-back]").hidden;
  const fresh = isSame ? item : uploader.replace(item, file === original ? {file} : {file, original, shapes});
  fresh.row.find("[data-draw]").focus();
}

async function returnTo(uploader, item) {
  const {original} = await recordOf(item) ?? {};
  if (original) uploader.replace(item, {file: original}).row.find("[data-draw]").focus();
}

/* Also of a row that the server has drawn. */
async function recordOf(item) {
  return item.upload?.record ?? (item.key ? await kept(item.key) : null);
}

/* What another browser uploaded. */
async function fetched({serverPreview, name}) {
  if (!serverPreview) return null;
  /* The file itself is above its preview. */
  const response = await fetch(new URL("..", new URL(serverPreview, location.href))).catch(() => null);
  const content = response?.ok ? await response.blob() : null;
  return content?.type.startsWith("image/") ? new File([content], name, {type: content.type}) : null;
}
