/**
 * What every test browser needs.
 * @param {string} addonId @param {string} uuid
 */
export const basicPrefs = (addonId, uuid) => ({
  // The add-on lies in the profile, unsigned, and may run at once.
  'xpinstall.signatures.required': false,
  'extensions.autoDisableScopes': 0,
  'extensions.startupScanScopes': 1,
  // Its pages get an address we know.
  'extensions.webextensions.uuids': JSON.stringify({ [addonId]: uuid }),
  // Names and sentences as the tests read them, whatever the machine speaks.
  'intl.locale.requested': 'en-US',
  'intl.accept_languages': 'en-US, en',
  // Nobody is there to answer the browser's own question; the add-on's is clicked.
  'extensions.webextOptionalPermissionPrompts': false,
  // Nothing here may look for the outside world.
  'app.normandy.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
});

/**
 * Tor Browser's own prefs, as far as Firefox ESR knows them and they may touch an add-on. Left out are
 * those that exist only in Tor Browser (tor-launcher, torbutton, the security slider), those on download
 * folders, crash reports and the look of the window, and `security.nocertdb` and the like, which no part
 * of Network25 can meet.
 * @param {number} socksPort
 */
export const torBrowserPrefs = (socksPort) => ({
  // Only private browsing, and nothing of it on disk: no IndexedDB for add-ons.
  'browser.privatebrowsing.autostart': true,
  'browser.cache.disk.enable': false,
  'permissions.memory_only': true,
  'browser.privatebrowsing.forceMediaMemoryCache': true,
  'dom.quotaManager.temporaryStorage.fixedLimit': 52_428_800,
  'browser.sessionstore.privacy_level': 2,
  'browser.sessionstore.resume_from_crash': false,
  'dom.serviceWorkers.enabled': false,
  'dom.push.enabled': false,
  // Against fingerprinting: coarse clocks, no shared memory, no WebRTC.
  'privacy.resistFingerprinting': true,
  'privacy.resistFingerprinting.exemptedDomains': '',
  'privacy.resistFingerprinting.block_mozAddonManager': true,
  'privacy.resistFingerprinting.letterboxing': true,
  'gfx.offscreencanvas.enabled': false,
  'webgl.enable-webgl2': false,
  'dom.postMessage.sharedArrayBuffer.withCOOP_COEP': false,
  'media.peerconnection.enabled': false,
  // What sites may know of each other.
  'privacy.firstparty.isolate': true,
  'privacy.partition.network_state': false,
  'network.cookie.cookieBehavior': 1,
  'network.cookie.cookieBehavior.pbmode': 1,
  'network.http.referer.hideOnionSource': true,
  'network.http.referer.XOriginTrimmingPolicy': 2,
  // Everything by Tor, names too, this machine included.
  'network.proxy.type': 1,
  'network.proxy.socks': '127.0.0.1',
  'network.proxy.socks_port': socksPort,
  'network.proxy.socks_version': 5,
  'network.proxy.socks_remote_dns': true,
  'network.proxy.no_proxies_on': '',
  'network.proxy.allow_hijacking_localhost': true,
  'network.proxy.allow_bypass': false,
  'network.proxy.failover_direct': false,
  'network.security.ports.banned': '',
  'network.lna.enabled': true,
  'network.lna.blocking': true,
  'network.lna.block_trackers': true,
  'network.dns.disabled': true,
  'network.trr.mode': 5,
  'network.http.http3.enable': false,
  'network.http.max-persistent-connections-per-proxy': 256,
  'network.http.connection-retry-timeout': 0,
  'network.dns.disablePrefetch': true,
  'network.prefetch-next': false,
  'network.predictor.enabled': false,
  'network.http.speculative-parallel-limit': 0,
  // HTTPS only, but an onion is as good.
  'dom.security.https_only_mode': true,
  'dom.security.https_only_mode_pbm': true,
  'dom.security.https_only_mode.upgrade_onion': false,
  'dom.securecontext.allowlist_onions': true,
  // Add-ons from the profile and the application only, and on every site.
  'extensions.enabledScopes': 5,
  'extensions.webextensions.restrictedDomains': '',
  'extensions.getAddons.cache.enabled': false,
});
