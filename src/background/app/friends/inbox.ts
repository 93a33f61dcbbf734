import type { OnionAddress } from '../../../domain/address.ts';
import type { MoveProof } from '../../../domain/friend/move.ts';
import { type Letter, openRequest, sealRequest } from '../../../domain/friend/request.ts';
import { inboxSpace } from '../../../domain/space/charter.ts';
import type { KeyBundle } from '../../../domain/types/bundle.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import { type Code, CodedError } from '../../../protocol/codes.ts';
import { readChanges, type Since } from '../../../store/documents.ts';
import type { SpaceDatabase } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import type { Delivery } from '../../../sync/ports.ts';
import type { Context } from '../context.ts';
import { stored } from '../self/own-spaces.ts';

export interface OpenInbox {
  readonly database: SpaceDatabase;
  readonly erase: (ids: readonly string[]) => Promise<void>;
}

/**
 * What strangers leave for us. The inbox is a database of the host's that anyone may write to and
 * only we can open. Each document is opened once, told onwards and erased.
 */
export class Inbox {
  readonly #context: Context;
  readonly #receive: (letter: Letter) => Promise<void>;
  readonly #oneByOne = serial();
  #since: Since = 0;

  constructor(context: Context, receive: (letter: Letter) => Promise<void>) {
    this.#context = context;
    this.#receive = receive;
  }

  /** Opens what has come, then erases it. What is not for us or not well made is counted. */
  read({ database, erase }: OpenInbox): Promise<void> {
    return this.#oneByOne(async () => {
      let more = true;
      while (more) {
        const page = await readChanges(database, this.#since);
        for (const document of page.documents) {
          const { identity, device } = this.#context.me;
          const letter = openRequest(document, {
            encryption: device.encryption,
            sealing: device.sealing,
            address: identity.address,
          });
          if (letter.ok) await this.#receive(letter.value);
          else this.#context.refused(letter.code);
          // For good: nobody who kept it can bring it again.
          await erase([document._id]);
        }
        this.#since = page.since;
        more = page.more;
      }
    });
  }
}

export type LetterContent =
  | { readonly kind: 'request' | 'accept'; readonly name: string; readonly note: string }
  | { readonly kind: 'moved'; readonly name: string; readonly proof: MoveProof };

const letterCodes = new Map<Refusal, Code>([
  ['too-large', 'text-too-long'],
  ['expired', 'keys-expired'],
]);

/**
 * A letter, sealed for this person's inbox. Throws CodedError `text-too-long`, or `keys-expired` where
 * their bundle is too old to ask or accept them.
 */
export function writeLetter(
  context: Context,
  ourBundle: KeyBundle,
  recipient: KeyBundle,
  content: LetterContent,
): Delivery {
  const sealed = sealRequest(
    {
      ...content,
      time: context.now(),
      bundle: ourBundle,
      encryption: context.me.device.encryption,
      recipient,
    },
    context.random,
  );
  if (!sealed.ok) throw new CodedError(letterCodes.get(sealed.code) ?? 'internal');
  const address: OnionAddress = recipient.address;
  return {
    address,
    space: inboxSpace(recipient.publicKey).name,
    document: stored(sealed.value.json),
  };
}
