/*
 * Reads the code in a picture of the camera: (await makeReader("/scan/decode/", publicUrl))(video) returns {path: "/c/…/"}
 * for one of ours, {path: ""} for another one, NO_CONNECTION, or null where there is none. The browser reads it if it can,
 * else the server, which keeps nothing.
 */
import {post, refusalOf} from "./request.js";

export const NO_CONNECTION = {path: ""};
const LONGEST_SIDE = 720;
const QUALITIES = [0.7, 0.4];
const MOST_BYTES = 100_000;
const OURS = /^\/c\/[^/]+/i;

export class TooMuch extends Error {}

export async function makeReader(url, publicUrl) {
  const canvas = document.createElement("canvas");
  const hosts = [location.host, new URL(publicUrl).host];
  let detector = await makeDetector();
  return async (video) => {
    if (detector) {
      try {
        return await readHere(detector, video, hosts);
      } catch {
        /* Some phones have a detector, and nothing that detects. */
        detector = null;
      }
    }
    return readThere(url, canvas, video);
  };
}

async function makeDetector() {
  if (!("BarcodeDetector" in window)) return null;
  try {
    const formats = await window.BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new window.BarcodeDetector({formats: ["qr_code"]}) : null;
  } catch {
    return null;
  }
}

async function readHere(detector, video, hosts) {
  const texts = (await detector.detect(video)).map((each) => each.rawValue);
  return texts.length ? {path: texts.map((text) => pathOf(text, hosts)).find(Boolean) ?? ""} : null;
}

/* Only a path of this very server is ever opened, whatever a sticker says. */
function pathOf(text, hosts) {
  if (!URL.canParse(text)) return "";
  const {host, pathname} = new URL(text);
  return hosts.includes(host) && OURS.test(pathname) ? pathname : "";
}

async function readThere(url, canvas, video) {
  const picture = await pictureOf(canvas, video);
  if (!picture) return null;
  const body = new FormData();
  body.append("picture", picture, "frame.jpg");
  let response;
  try {
    response = await post(url, body);
  } catch {
    return NO_CONNECTION;
  }
  if (response.status === 429) throw new TooMuch((await refusalOf(response)).message);
  return response.status === 200 ? response.json() : null;
}

async function pictureOf(canvas, video) {
  const {videoWidth: width, videoHeight: height} = video;
  if (!width) return null;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context.filter = "grayscale(1)";
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  for (const quality of QUALITIES) {
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", quality); });
    if (blob && blob.size <= MOST_BYTES) return blob;
  }
  return null;
}
