import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { concat, fromHex, toHex, utf8 } from '../../src/domain/bytes.ts';
import { CodedError } from '../../src/protocol/codes.ts';
import {
  connectControl,
  type ControlAddress,
  type ControlConnection,
} from './control-connection.ts';
import { keywordValues } from './control-values.ts';

/** What we know beforehand about one control port; the port itself says the rest. */
export interface AuthenticationHints {
  /** Tried in this order where Tor takes a password. */
  readonly passwords: readonly string[];
  /** Where the cookie lies, when somebody we trust said so; else the port names it. */
  readonly cookieFile?: string;
}

/** A control port's first answer (PROTOCOLINFO); Tor gives it once before authentication. */
interface ProtocolInfo {
  readonly version: string;
  readonly methods: ReadonlySet<string>;
  readonly cookieFile: string | undefined;
}

type Method =
  | { readonly name: 'null' }
  | { readonly name: 'safecookie' | 'cookie'; readonly file: string }
  | { readonly name: 'password'; readonly password: string };

export interface Authenticated {
  readonly connection: ControlConnection;
  readonly version: string;
  readonly method: Method['name'];
}

/**
 * Opens a control port and authenticates by whatever it takes. Tor ends the connection after a wrong
 * answer, so every method gets a connection of its own.
 *
 * Rejects with the socket's error when nothing listens, `malformed` or `too-large` when it is no
 * Tor, and `tor-cookie-unreadable`, `tor-wrong-password` (wrong, or none known) or `tor-refused`.
 */
export async function openControl(
  address: ControlAddress,
  hints: AuthenticationHints,
  signal?: AbortSignal,
): Promise<Authenticated> {
  let refusal: CodedError | undefined;
  for (let nth = 0; ; nth += 1) {
    const connection = await connectControl(address, signal);
    try {
      const info = await protocolInfo(connection);
      const method = methodsToTry(info, hints)[nth];
      if (method === undefined) throw refusal ?? new CodedError(withoutMethod(info));
      const refused = await authenticateBy(connection, method);
      if (refused === undefined) return { connection, version: info.version, method: method.name };
      refusal = refused;
      connection.close();
    } catch (error) {
      connection.close();
      throw error;
    }
  }
}

async function protocolInfo(connection: ControlConnection): Promise<ProtocolInfo> {
  const { status, lines } = await connection.ask('PROTOCOLINFO 1');
  const line = (keyword: string) =>
    lines.find(({ text }) => text.startsWith(`${keyword} `))?.text.slice(keyword.length + 1);
  const auth = keywordValues(line('AUTH') ?? '');
  const methods = auth.get('METHODS');
  if (status !== 250 || methods === undefined) throw new CodedError('malformed', 'PROTOCOLINFO');
  return {
    version: (keywordValues(line('VERSION') ?? '').get('Tor') ?? '').slice(0, 100),
    methods: new Set(methods.split(',')),
    cookieFile: auth.get('COOKIEFILE'),
  };
}

/** The methods this port takes and we can try, the safest first. */
function methodsToTry(info: ProtocolInfo, hints: AuthenticationHints): Method[] {
  const methods: Method[] = [];
  if (info.methods.has('NULL')) methods.push({ name: 'null' });
  const file = hints.cookieFile ?? info.cookieFile;
  if (file !== undefined && info.methods.has('SAFECOOKIE'))
    methods.push({ name: 'safecookie', file });
  else if (file !== undefined && info.methods.has('COOKIE') && isCookieName(file, hints))
    methods.push({ name: 'cookie', file });
  if (info.methods.has('HASHEDPASSWORD'))
    methods.push(...hints.passwords.map((password) => ({ name: 'password' as const, password })));
  return methods;
}

/**
 * Plain COOKIE shows the file to whoever asks. An impostor could so have any 32-byte file of ours (a
 * key!), therefore only a file somebody we trust named, or one with the names Tor gives its cookies.
 */
function isCookieName(file: string, hints: AuthenticationHints): boolean {
  return (
    file === hints.cookieFile ||
    ['control_auth_cookie', 'control.authcookie'].includes(basename(file))
  );
}

const withoutMethod = (info: ProtocolInfo) =>
  info.methods.has('HASHEDPASSWORD') ? 'tor-wrong-password' : 'tor-refused';

/** Gives the refusal after which another method may be tried; throws when this port must not get more from us. */
function authenticateBy(
  connection: ControlConnection,
  method: Method,
): Promise<CodedError | undefined> {
  if (method.name === 'null') return answered(connection, 'AUTHENTICATE', 'tor-refused');
  if (method.name !== 'password') return authenticateByCookie(connection, method);
  // As hex, so that no character of a password can end the line.
  const hex = toHex(utf8(method.password));
  return answered(connection, `AUTHENTICATE ${hex}`, 'tor-wrong-password');
}

async function authenticateByCookie(
  connection: ControlConnection,
  { name, file }: Method & { file: string },
): Promise<CodedError | undefined> {
  const cookie = await readCookie(file);
  if (cookie === undefined) return new CodedError('tor-cookie-unreadable');
  const proof = name === 'cookie' ? cookie : await safeCookieProof(connection, cookie);
  return answered(connection, `AUTHENTICATE ${toHex(proof)}`, 'tor-refused');
}

async function answered(
  connection: ControlConnection,
  command: string,
  refusal: 'tor-refused' | 'tor-wrong-password',
): Promise<CodedError | undefined> {
  const { status } = await connection.ask(command);
  return status === 250 ? undefined : new CodedError(refusal);
}

const cookieBytes = 32;

/** A cookie is exactly 32 bytes; nothing longer is read, and anything else is no cookie. */
async function readCookie(file: string): Promise<Uint8Array | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const buffer = new Uint8Array(cookieBytes + 1);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      return bytesRead === cookieBytes ? buffer.slice(0, cookieBytes) : undefined;
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

/** The two fixed keys of control-spec, AUTHCHALLENGE. */
const serverKey = 'Tor safe cookie authentication server-to-controller hash';
const controllerKey = 'Tor safe cookie authentication controller-to-server hash';

/**
 * Both sides prove that they know the cookie without showing it. A server that does not know it is
 * not the Tor that wrote the file: it gets nothing more from us, no password either.
 */
async function safeCookieProof(
  connection: ControlConnection,
  cookie: Uint8Array,
): Promise<Uint8Array> {
  const clientNonce = new Uint8Array(randomBytes(32));
  const { status, lines } = await connection.ask(`AUTHCHALLENGE SAFECOOKIE ${toHex(clientNonce)}`);
  const values = keywordValues(lines[0]?.text ?? '');
  const serverHash = bytes32(values.get('SERVERHASH'));
  const serverNonce = bytes32(values.get('SERVERNONCE'));
  if (status !== 250 || serverHash === undefined || serverNonce === undefined)
    throw new CodedError('tor-refused');
  const message = concat(cookie, clientNonce, serverNonce);
  if (!timingSafeEqual(hmac(serverKey, message), serverHash)) throw new CodedError('tor-refused');
  return hmac(controllerKey, message);
}

const hmac = (key: string, message: Uint8Array) =>
  new Uint8Array(createHmac('sha256', key).update(message).digest());

/** Hash and nonce are 32 bytes each; Tor writes them in capitals. */
function bytes32(hex: string | undefined): Uint8Array | undefined {
  const bytes = fromHex((hex ?? '').toLowerCase());
  return bytes.ok && bytes.value.length === 32 ? bytes.value : undefined;
}
