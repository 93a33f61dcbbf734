import * as v from 'valibot';
import { badRequest, HttpError, tooLarge } from './http-error.ts';
import type { EndpointRequest } from './message.ts';

export function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? '');
}

/**
 * The request's JSON. Refuses a body over the limit before all of it is read, another content type
 * (so that no web page can send one without asking first), and what is no JSON in UTF-8.
 */
export async function readJson(request: EndpointRequest, mostBytes: number): Promise<unknown> {
  if (!isJson(request.headers['content-type'])) {
    throw new HttpError(415, 'bad_content_type', 'Content-Type must be application/json.');
  }
  const text = await readText(request, mostBytes);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
}

/** The request's JSON as this schema has it; `expected` is said when it is another. */
export async function readBody<Schema extends v.GenericSchema>(
  request: EndpointRequest,
  mostBytes: number,
  schema: Schema,
  expected: string,
): Promise<v.InferOutput<Schema>> {
  const decoded = v.safeParse(schema, await readJson(request, mostBytes), { abortEarly: true });
  if (!decoded.success) throw badRequest(expected);
  return decoded.output;
}

async function readText(request: EndpointRequest, mostBytes: number): Promise<string> {
  const { body = '' } = request;
  const refuse = () => tooLarge(`The body of a request may have at most ${mostBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw refuse();
  if (typeof body === 'string') {
    if (Buffer.byteLength(body) > mostBytes) throw refuse();
    return body;
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body instanceof Uint8Array ? [body] : body) {
    const chunk = typeof part === 'string' ? new TextEncoder().encode(part) : part;
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw refuse();
    parts.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw badRequest('The body is not valid UTF-8.');
  }
}
