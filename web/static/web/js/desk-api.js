// The front desk's calls to the city's API, each with the device's own token.

import { read, takeOfflineLog, forget, write } from "./desk-store.js";

const API = "/api/v1/";
// Longer than a good answer takes, shorter than a person waits: then the offline rules answer.
const TIMEOUT_MS = 4_000;

export class DeviceNotAccepted extends Error {}

export async function call(path, { method = "POST", body, headers = {} } = {}) {
  const token = await read("token");
  // In the address: やさしい日本語 is no language that a header may ask for.
  const response = await fetch(`${API}${path}?lang=${document.body.dataset.language}`, {
    method,
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      Accept: "application/json",
      Authorization: `Device ${token}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.status === 401) throw new DeviceNotAccepted();
  return response;
}

/** Exchange the one-time token of the set-up QR for the device's own; false where it is refused. */
export async function initialize(setupToken, thumbprint) {
  const response = await fetch(`${API}device/initialize`, {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ setup_token: setupToken }),
  });
  if (!response.ok) return false;
  const { token } = await response.json();
  await write("token", token);
  await write("roots", [thumbprint]);
  await forget("bundle");
  return true;
}

/** What this device is for. */
export async function profileOf() {
  const response = await call("device/me", { method: "GET" });
  if (!response.ok) throw new Error(`device/me answered ${response.status}`);
  return (await response.json()).profile;
}

/** Verify online; the answer is the server's JSON. Throws where the server cannot be reached. */
export async function verifyOnline(scan) {
  const response = await call("verifications", { body: scan });
  if (!response.ok) throw new Error(`verification answered ${response.status}`);
  return response.json();
}

export async function makeChallenge() {
  const response = await call("verifier/challenges");
  if (!response.ok) throw new Error(`challenge answered ${response.status}`);
  return response.json();
}

/** Fetch the newest bundle (304 where nothing changed) and give back the counts made offline. */
export async function synchronize() {
  const kept = await read("bundle");
  const sent = Date.now();
  const response = await call("verifier/bundle", {
    method: "GET",
    headers: kept?.etag ? { "If-None-Match": kept.etag } : {},
  });
  const offset = clockOffset(response, sent);
  if (response.status === 200) {
    await write("bundle", { etag: response.headers.get("ETag"), document: await response.json(), offset });
  } else if (response.status === 304) {
    await write("bundle", { ...kept, offset });
  } else {
    throw new Error(`bundle answered ${response.status}`);
  }
  const log = await takeOfflineLog();
  if (log && (await call("verifier/offline-log", { body: log })).ok) await forget("pending-log");
}

/** Seconds that the server's clock is ahead of ours, as far as its Date header tells. */
export function clockOffset(response, sent) {
  const server = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isNaN(server)) return 0;
  const middle = (sent + Date.now()) / 2;
  const offset = Math.round((server - middle) / 1000);
  return Math.abs(offset) <= 1 ? 0 : offset;
}
