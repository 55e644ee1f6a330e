/* Scales a large photo down before it is sent: shrink(file) returns the smaller file, or the same one. */

const LONGEST_SIDE = 2560;
const WORTH_IT = 1_000_000;
const QUALITY = 0.85;

export async function shrink(file) {
  /* What may move, be transparent or without loss, as WebP, would not be so any more. */
  if (file.type !== "image/jpeg" || file.size < WORTH_IT || !window.createImageBitmap) return file;
  try {
    const smaller = await redraw(await createImageBitmap(file, {imageOrientation: "from-image"}));
    return smaller && smaller.size < file.size ? new File([smaller], renamed(file.name), {type: "image/jpeg"}) : file;
  } catch {
    /* A phone without enough memory sends the photo as it is, and the server scales it down. */
    return file;
  }
}

function redraw(bitmap) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

function renamed(name) {
  return `${name.replace(/\.[^.]*$/, "")}.jpg`;
}
