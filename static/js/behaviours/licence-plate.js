/* Asks for a licence plate where the template is one of vehicles: <form data-behaviour="licence-plate" data-vehicles="1 5">. */
import {listen} from "../lib/listen.js";

export function connect(form) {
  const {template, licence_plate: plate} = form.elements;
  const vehicles = form.dataset.vehicles.split(" ");
  const show = () => { plate.closest(".field").hidden = !vehicles.includes(template.value); };
  show();
  return listen([template, "change", show], [template, "input", show]);
}
