/*
 * The form of a new device: <form data-behaviour="nameplate" data-read-url="…" data-vehicles="1 5">. Fills the serial number
 * from the photo as soon as it is taken, and asks for a licence plate where the template is one of vehicles.
 */
import {listen} from "../lib/listen.js";
import {post, refusalOf} from "../lib/request.js";
import {shrink} from "../lib/shrink.js";

export function connect(form) {
  const {photo, template, serial_number: serial, licence_plate: plate} = form.elements;
  const said = form.querySelector("[data-said]");
  const vehicles = form.dataset.vehicles.split(" ");
  const showPlate = () => { plate.closest(".field").hidden = !vehicles.includes(template.value); };
  const read = async () => {
    if (!photo.files.length) return;
    said.textContent = form.dataset.reading;
    const answer = await ask(form.dataset.readUrl, photo.files[0], form.dataset.failed);
    if (answer.serial_number) {
      serial.value = answer.serial_number;
      serial.dispatchEvent(new Event("input", {bubbles: true}));
      said.textContent = form.dataset.found;
    } else {
      said.textContent = answer.message;
    }
    /* It has been read: the form is sent without it. */
    photo.value = "";
  };
  form.querySelector("[data-read]").hidden = true;
  showPlate();
  return listen([template, "change", showPlate], [template, "input", showPlate], [photo, "change", read]);
}

async function ask(url, photo, failed) {
  const body = new FormData();
  body.append("photo", await shrink(photo));
  try {
    const response = await post(url, body);
    if (response.ok) return await response.json();
    return {message: (await refusalOf(response)).message || failed};
  } catch {
    return {message: failed};
  }
}
