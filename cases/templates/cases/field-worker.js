// The shell and its files lie on the telephone; everything else goes to the network and nowhere else.
"use strict";
const CACHE = "kozot-field-{{ version }}";
const SHELL = "{% url "cases:field" %}";
const FILES = [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([SHELL, ...FILES]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("kozot-field-") && name !== CACHE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

async function shell(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) (await caches.open(CACHE)).put(SHELL, answer.clone());
    return answer;
  } catch {
    return caches.match(SHELL);
  }
}

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET") return;
  if (pathname === SHELL) event.respondWith(shell(event.request));
  else if (FILES.includes(pathname))
    event.respondWith(caches.match(pathname).then((found) => found ?? fetch(event.request)));
});
