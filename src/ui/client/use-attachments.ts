import { useEffect, useRef, useState } from 'preact/hooks';
import { bring, mayTell, prepare } from './bring-file.ts';
import { call } from './call.ts';
import { type Failure, failureOf } from './failure.ts';

export interface Attachment {
  readonly key: number;
  readonly name: string;
  readonly size: number;
  /** Share of it that has been brought, 0 to 1. */
  readonly brought: number;
  /** By which the background knows it, once it is there. */
  readonly id?: string;
  readonly failure?: Failure;
  /** Where it was taken and with what is out of it. */
  readonly cleaned?: boolean;
  /** It may still tell where it was taken. */
  readonly telling?: boolean;
  /** What is in a picture can be said for who doesn't see it. */
  readonly description?: string;
}

export interface Attachments {
  readonly all: readonly Attachment[];
  /** None is on its way or failed. */
  readonly ready: boolean;
  add(files: Iterable<File>): void;
  remove(key: number): void;
  describe(key: number, text: string): void;
  /** They were sent: the background has let go of them. */
  clear(): void;
}

let lastKey = 0;

/** Files for what is being written, each brought to the background as soon as it is chosen. */
export function useAttachments(): Attachments {
  const [all, setAll] = useState<readonly Attachment[]>([]);
  const stops = useRef(new Map<number, AbortController>());
  useEffect(() => () => stops.current.forEach((stop) => stop.abort()), []);

  const change = (key: number, part: Partial<Attachment>) =>
    setAll((before) => before.map((one) => (one.key === key ? { ...one, ...part } : one)));

  const addOne = async (file: File) => {
    lastKey += 1;
    const key = lastKey;
    const stop = new AbortController();
    stops.current.set(key, stop);
    setAll((before) => [...before, { key, name: file.name, size: file.size, brought: 0 }]);
    try {
      const prepared = await prepare(file);
      const { cleaned, bytes } = prepared;
      const described = prepared.picture ? { description: '' } : {};
      change(key, { cleaned, telling: mayTell(prepared), size: bytes.length, ...described });
      const progress = (brought: number) => change(key, { brought: brought / bytes.length });
      change(key, { id: await bring(prepared, progress, stop.signal), brought: 1 });
    } catch (error) {
      if (!stop.signal.aborted) change(key, { failure: failureOf(error) });
    }
  };

  return {
    all,
    ready: all.every(({ id }) => id !== undefined),
    add(files) {
      for (const file of files) void addOne(file);
    },
    remove(key) {
      stops.current.get(key)?.abort();
      const id = all.find((one) => one.key === key)?.id;
      setAll((before) => before.filter((one) => one.key !== key));
      if (id !== undefined) void call('dropFile', { id });
    },
    describe(key, text) {
      change(key, { description: text });
      const id = all.find((one) => one.key === key)?.id;
      if (id === undefined) return;
      call('describeFile', { id, text }).catch((error: unknown) =>
        change(key, { failure: failureOf(error) }),
      );
    },
    clear: () => setAll([]),
  };
}
