/*
 * Requests of scripts: marked as such, so that refusals come back as {message, code}; POST carries the CSRF token. Signing
 * in in another tab changes the token: the one of the cookie is the present one.
 */

export function get(url, headers = {}) {
  return fetch(url, {headers: {...headers, "X-Requested-With": "fetch"}, credentials: "same-origin"});
}

export function post(url, body) {
  return fetch(url, {method: "POST", body, headers: postHeaders(), credentials: "same-origin"});
}

export function postHeaders() {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  const token = presentToken();
  return {...headers, ...(token && {"X-CSRFToken": token}), "X-Requested-With": "fetch"};
}

/* Empty if the browser keeps no cookies. */
export function presentToken() {
  return document.cookie.match(/(?:^|; )fleetdesk_csrf=([^;]+)/)?.[1] ?? "";
}

/* The sentence of a refusal; empty if the response is not one of ours. */
export async function refusalOf(response) {
  try {
    return await response.json();
  } catch {
    return {message: "", code: ""};
  }
}
