// Passkeys by the headless API of this site: JSON both ways, keys never leave the authenticator.

import { notePasskey } from "./card/unlock.js";

const csrf = () => document.body.dataset.csrf;

/** Ask `/_allauth/browser/v1/<call>`; throws with the status where the answer is a refusal. */
export async function ask(method, call, body) {
  const response = await fetch(`/_allauth/browser/v1/${call}`, {
    method,
    credentials: "same-origin",
    headers: { "X-CSRFToken": csrf(), ...(body ? { "Content-Type": "application/json" } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  const told = await response.json();
  if (!response.ok) throw Object.assign(new Error(String(response.status)), { told });
  return told;
}

export const canUse = () =>
  isSecureContext && Boolean(globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON);

/** Make a passkey on this device for the signed-in account. */
export async function addKey(name) {
  const { data } = await ask("GET", "account/authenticators/webauthn?passwordless");
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(data.creation_options.publicKey);
  const made = await navigator.credentials.create({ publicKey });
  const told = await ask("POST", "account/authenticators/webauthn", { name, credential: made.toJSON() });
  await notePasskey(made);
  return told;
}

/** Use a passkey: `login`, `authenticate` (second factor) or `reauthenticate`. */
export async function useKey(call) {
  const { data } = await ask("GET", `auth/webauthn/${call}`);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(data.request_options.publicKey);
  const given = await navigator.credentials.get({ publicKey });
  const told = await ask("POST", `auth/webauthn/${call}`, { credential: given.toJSON() });
  await notePasskey(given);
  return told;
}
