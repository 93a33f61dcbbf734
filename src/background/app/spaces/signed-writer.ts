import { spaceIdFromName } from '../../../domain/space/name.ts';
import { answersOf, makeSaying, type Saying } from '../../../domain/types/saying.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { Context } from '../context.ts';
import type { OwnChain } from '../self/own-chain.ts';
import { stored } from '../self/own-spaces.ts';
import type { Written } from './open-space.ts';

/**
 * Says something in a space whose documents are signed and public, next in our device's chain there.
 *
 * @param parents hashes by which our right to write is seen, where members have it
 */
export async function writeSigned(
  { now, random }: Context,
  chain: OwnChain,
  saying: Saying,
  parents: readonly Uint8Array[] = [],
): Promise<Written> {
  const { signed, documents } = await chain.append((position) => {
    const made = makeSaying(
      {
        spaceId: spaceIdFromName(chain.space),
        writer: chain.writer,
        time: now(),
        position,
        parents: [...parents, ...answersOf(saying)],
      },
      saying,
      random,
    );
    if (!made.ok) throw new CodedError('text-too-long');
    const { header, body } = made.value;
    // The body first: whoever has the header asks for it.
    const bodies = body === undefined ? [] : [stored(body.json)];
    return { signed: header, documents: [...bodies, stored(header.json)] };
  });
  return { id: signed.id, documents };
}
