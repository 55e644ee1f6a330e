/*
 * Makes links that htmx follows behave as others: <div data-behaviour="boosted" tabindex="-1"><nav hx-boost="true">…
 * A page that is refused or out of reach is opened, to show why. The focus stays inside when its link is replaced.
 * Empty fields of forms stay out of the address. A drawer around it closes.
 */
import {listen} from "../lib/listen.js";

export function connect(element) {
  const open = ({detail}) => { if (detail.boosted) location.assign(detail.pathInfo.finalRequestPath); };
  const onBegin = () => {
    element.setAttribute("aria-busy", "true");
    element.closest("[popover]")?.hidePopover();
  };
  const onEnd = () => element.removeAttribute("aria-busy");
  const onSettle = ({detail}) => {
    if (detail.boosted && document.activeElement === document.body) element.focus({preventScroll: true});
  };
  const onConfigRequest = ({detail}) => {
    if (detail.verb !== "get") return;
    Object.entries(detail.parameters).forEach(([name, value]) => { if (value === "") delete detail.parameters[name]; });
  };
  return listen(
    [element, "htmx:configRequest", onConfigRequest],
    [element, "htmx:beforeRequest", ({detail}) => detail.boosted && onBegin()],
    [element, "htmx:afterRequest", onEnd],
    [element, "htmx:afterSettle", onSettle],
    [element, "htmx:responseError", open],
    [element, "htmx:sendError", open],
  );
}
