// The pages that open without a network. Served at /sw.js behind three constants:
// VERSION (hash of the shell's files), SHELL (static files), PAGES (pages without personal data).
// Answers of the API are never kept: the card's data live in the page's own IndexedDB.
/* global VERSION, SHELL, PAGES, OFFLINE */

const FILES = `shell-${VERSION}`;
const KEPT_PAGES = "pages";
// The QR reader is a megabyte that only front desks need: their page keeps it here itself.
const SCANNER = "scanner";
const SCANNER_FILES = "/static/vendor/zxing-wasm/";
// A personal page is never kept; without a network its shell shows what the page itself kept.
const SHELLS = { "/tourism/wallet/": "/tourism/wallet/kept/" };
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const files = await caches.open(FILES);
      await files.addAll(SHELL);
      const pages = await caches.open(KEPT_PAGES);
      // One missing page must not keep the others from working offline.
      await Promise.allSettled(PAGES.map((path) => keep(pages, path)));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (![FILES, KEPT_PAGES, SCANNER].includes(name)) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(page(request, url));
  } else if (SHELL.includes(url.pathname)) {
    event.respondWith(file(request, url));
  } else if (url.pathname.startsWith(SCANNER_FILES)) {
    event.respondWith(caches.match(url.pathname, { cacheName: SCANNER }).then((kept) => kept || fetch(request)));
  }
});

async function keep(pages, path) {
  const answer = await fetch(path, { credentials: "same-origin" });
  if (await isForAnybody(answer)) await pages.put(path, answer);
}

/** Whether a page may be kept: one that names for whom somebody acts is theirs, for now alone. */
async function isForAnybody(answer) {
  return answer.ok && !answer.redirected && !(await answer.clone().text()).includes('class="acting"');
}

/** Network first, so that a page is never older than it must be; then what was kept. */
async function page(request, url) {
  const pages = await caches.open(KEPT_PAGES);
  const isKept = PAGES.includes(url.pathname);
  const shell = SHELLS[url.pathname];
  try {
    const answer = await withPatience(fetch(request), isKept || Boolean(shell));
    if (isKept && (await isForAnybody(answer))) await pages.put(url.pathname, answer.clone());
    return answer;
  } catch {
    const kept = (isKept || shell) && (await pages.match(shell ?? url.pathname));
    return kept || (await pages.match(OFFLINE)) || Response.error();
  }
}

/** A dead server can take a minute to say so; who shows a card at a counter cannot wait. */
function withPatience(answer, isKept) {
  if (!isKept) return answer;
  return Promise.race([
    answer,
    new Promise((_, refuse) => setTimeout(() => refuse(new Error("no answer")), PATIENCE_MS)),
  ]);
}

async function file(request, url) {
  const kept = await (await caches.open(FILES)).match(url.pathname);
  return kept || fetch(request);
}

// A notice says that there is news and where; the news itself is read behind the sign-in.
self.addEventListener("push", (event) => {
  const told = event.data?.json();
  if (!told) return;
  const options = { body: told.body, tag: told.link, icon: "/icons/192.png", data: { link: told.link } };
  event.waitUntil(self.registration.showNotification(told.title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = new URL(event.notification.data?.link || "/my/notices/", location.origin);
  if (link.origin === location.origin) event.waitUntil(self.clients.openWindow(link.href));
});
