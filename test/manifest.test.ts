import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addonId } from '../src/protocol/native-messages.ts';
import { replicationPort } from '../src/protocol/virtual-ports.ts';

interface Manifest {
  version: string;
  icons: Record<string, string>;
  permissions: string[];
  optional_permissions?: string[];
  host_permissions: string[];
  incognito: string;
  content_security_policy: { extension_pages: string };
  browser_specific_settings: {
    gecko: {
      id: string;
      strict_min_version: string;
      data_collection_permissions: unknown;
    };
    gecko_android?: unknown;
  };
  content_scripts: unknown;
  web_accessible_resources?: unknown;
  externally_connectable?: unknown;
}

const manifest = JSON.parse(readFileSync('manifest.json', 'utf8')) as Manifest;

describe('what the add-on may do', () => {
  it('asks for these permissions and no more', () => {
    expect(manifest.permissions).toEqual([
      // Starts us when a disappearing message's time is over.
      'alarms',
      // "Add friend" in the context menu of a link.
      'menus',
      // Talks with the host, which answers friends and finds Tor.
      'nativeMessaging',
      // Sends our own onion requests, and only those, through Tor where the browser has none.
      'proxy',
      // A few settings, and everything for the session in memory mode.
      'storage',
      // IndexedDB is not thrown away when the disk runs low: there is no other copy of the keys.
      'unlimitedStorage',
    ]);
    // Tells that something has come, once the person has switched that on.
    expect(manifest.optional_permissions).toEqual(['notifications']);
  });

  it('reaches onion addresses only', () => {
    expect(manifest.host_permissions).toEqual(['http://*.onion/*']);
  });

  it('reads onion pages only, once they have loaded, and no frames in them', () => {
    expect(manifest.content_scripts).toEqual([
      {
        matches: ['http://*.onion/*'],
        js: ['content/content.js'],
        run_at: 'document_end',
        all_frames: false,
      },
    ]);
  });

  it('shows web pages nothing by which they could tell that it is there', () => {
    expect(manifest.web_accessible_resources).toBeUndefined();
    expect(manifest.externally_connectable).toBeUndefined();
  });

  it('collects no data', () => {
    expect(manifest.browser_specific_settings.gecko.data_collection_permissions).toEqual({
      required: ['none'],
    });
  });

  it('lets its pages load nothing from outside, and connect to onions only', () => {
    const policy = manifest.content_security_policy.extension_pages.split('; ');
    expect(policy).toEqual([
      "default-src 'none'",
      // libsodium is WebAssembly.
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      `connect-src 'self' http://*.onion http://*.onion:${replicationPort}`,
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  it('does not have onions upgraded to https, which they do not speak', () => {
    expect(manifest.content_security_policy.extension_pages).not.toContain('upgrade-insecure');
  });
});

describe('what the add-on is', () => {
  it('has the id the host is registered for', () => {
    expect(manifest.browser_specific_settings.gecko.id).toBe(addonId);
  });

  it('runs in the browser that Tor Browser 15 is made of, which the build is made for too', () => {
    expect(manifest.browser_specific_settings.gecko.strict_min_version).toBe('140.0');
    expect(readFileSync('scripts/build/extension.mjs', 'utf8')).toContain("target: 'firefox140'");
  });

  it('does not claim to run on Android, where there is no native messaging', () => {
    expect(manifest.browser_specific_settings.gecko_android).toBeUndefined();
  });

  it('is one instance for ordinary and private windows: a person is one person', () => {
    expect(manifest.incognito).toBe('spanning');
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(manifest.version).toBe(version);
  });

  it('has every icon it names', () => {
    for (const icon of Object.values(manifest.icons)) {
      expect(existsSync(`assets/${icon}`), icon).toBe(true);
    }
  });
});
