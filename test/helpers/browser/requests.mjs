/**
 * Writes down every request of this browser's to an onion, as it leaves. Types and contract: index.d.mts.
 * @type {typeof import('./index.d.mts').watchOnionRequests}
 */
export async function watchOnionRequests({ chrome }) {
  await chrome.run(`
    // The system global: it outlives the script that runs here.
    const kept = Cu.getGlobalForObject(Services);
    const seen = (kept.network25Requests = []);
    kept.network25Watcher = {
      observe(subject) {
        const channel = subject.QueryInterface(Ci.nsIHttpChannel);
        if (!channel.URI.host.endsWith('.onion')) return;
        const headers = {};
        channel.visitRequestHeaders({
          visitHeader: (name, value) => (headers[name.toLowerCase()] = value),
        });
        seen.push({ url: channel.URI.spec, method: channel.requestMethod, headers });
      },
    };
    Services.obs.addObserver(kept.network25Watcher, 'http-on-stop-request');
  `);
  return async () =>
    /** @type {import('./index.d.mts').OnionRequestSeen[]} */ (
      await chrome.run(`return Cu.getGlobalForObject(Services).network25Requests;`)
    );
}
