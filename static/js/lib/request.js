/* Requests of scripts: marked as such, so that refusals come back as {message, code}; POST carries the CSRF token. */

export function get(url) {
  return fetch(url, {headers: {"X-Requested-With": "fetch"}, credentials: "same-origin"});
}

export function post(url, body) {
  return fetch(url, {method: "POST", body, headers: postHeaders(), credentials: "same-origin"});
}

export function postHeaders() {
  return {...JSON.parse(document.body.getAttribute("hx-headers") || "{}"), "X-Requested-With": "fetch"};
}

/* The sentence of a refusal; empty if the response is not one of ours. */
export async function refusalOf(response) {
  try {
    return await response.json();
  } catch {
    return {message: "", code: ""};
  }
}
