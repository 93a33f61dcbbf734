import { concat, toBase32 } from '../../domain/bytes.ts';
import type { Random } from '../../domain/sodium.ts';
import { CodedError } from '../../protocol/codes.ts';
import {
  type backupCalls,
  backupPieceBytes,
  backupReminders,
  type BackupPiece,
  type RestoredView,
} from '../../protocol/page-calls/backup.ts';
import { serial } from '../../store/serial.ts';
import { done, type HandlersOf } from '../app/calls/answers.ts';
import type { Person } from '../app/person.ts';
import { backupView, keepBackupView } from './backup-record.ts';
import { openBackup, sealBackup, type StretchBackup } from './backup-seal.ts';
import { BackupIntake } from './intake.ts';
import { makeBackup } from './make-backup.ts';
import { lookJob, type RestoreJob, spacesIn, spacesJob, wholeJob } from './restore-job.ts';
import type { Restores } from './restores.ts';

export interface BackupsParts {
  /** Throws CodedError `no-identity` or why the person can't be opened. */
  readonly person: () => Person;
  /** The same, or `undefined` where nobody is here. */
  readonly here: () => Person | undefined;
  readonly restores: Restores;
  readonly stretch: StretchBackup;
  readonly random: Random;
  readonly now: () => number;
  readonly changed: (topic: 'state') => void;
}

interface Making {
  readonly id: string;
  readonly number: number;
  readonly made: number;
  readonly next: () => Promise<BackupPiece>;
}

interface Restoring {
  readonly id: string;
  readonly intake: BackupIntake;
  readonly job: RestoreJob;
}

/** Backups on their way out and in, one of each, piece by piece: never all of one in memory. */
export class Backups {
  readonly #parts: BackupsParts;
  readonly #oneByOne = serial();
  #making: Making | undefined;
  #restoring: Restoring | undefined;

  constructor(parts: BackupsParts) {
    this.#parts = parts;
  }

  readonly calls: HandlersOf<typeof backupCalls> = {
    backup: async () => backupView(this.#vault()),
    setBackupReminder: ({ every }) => done(this.#remind(every)),
    beginBackup: ({ passphrase }) => this.#begin(passphrase),
    readBackup: ({ id }) => this.#oneByOne(() => this.#made(id).next()),
    endBackup: ({ id, kept }) => done(this.#end(id, kept)),
    beginRestore: ({ secret, what }) => this.#oneByOne(() => this.#beginRestore(secret, what)),
    addToRestore: ({ id, bytes }) =>
      done(this.#oneByOne(() => this.#orDrop(id, ({ intake }) => intake.add(bytes)))),
    finishRestore: ({ id, passphrase }) =>
      this.#oneByOne(() => this.#orDrop(id, (one) => this.#finish(one, passphrase ?? undefined))),
    dropRestore: ({ id }) =>
      done(
        this.#oneByOne(async () => {
          if (this.#restoring?.id === id) await this.#drop();
        }),
      ),
  };

  #vault() {
    return this.#parts.person().context.vault;
  }

  async #remind(text: string): Promise<void> {
    const every = backupReminders.find((one) => String(one) === text) ?? null;
    await keepBackupView(this.#vault(), { ...backupView(this.#vault()), every });
    this.#parts.changed('state');
  }

  async #begin(passphrase: string | null): Promise<{ id: string }> {
    const { person, random, now } = this.#parts;
    const { context, places } = person();
    const { me, stores, vault } = context;
    const number = (backupView(vault).last?.number ?? 0) + 1;
    const made = now();
    const titles = new Map(places.views.all().map((space) => [space.name, space]));
    const progress = { documents: 0, of: 0 };
    const lines = makeBackup(
      { identity: me.identity, stores, vault, describe: (space) => titles.get(space) },
      { number, made },
      (told) => Object.assign(progress, told),
    );
    const { head, sealer } = await sealBackup(me.identity.root, passphrase, this.#parts);
    let pieces: Uint8Array[] = [head];
    const next = async (): Promise<BackupPiece> => {
      let isDone = false;
      for (let bytes = 0; bytes < backupPieceBytes && !isDone;) {
        const line = await lines.next();
        isDone = line.done === true;
        const sealed = line.done ? [sealer.finish()] : sealer.push(line.value);
        pieces.push(...sealed);
        bytes += sealed.reduce((sum, chunk) => sum + chunk.length, 0);
      }
      const bytes = concat(...pieces);
      pieces = [];
      return { bytes, done: isDone, ...progress };
    };
    const id = toBase32(random(16));
    this.#making = { id, number, made, next };
    return { id };
  }

  #made(id: string): Making {
    if (this.#making?.id !== id) throw new CodedError('cancelled');
    return this.#making;
  }

  async #end(id: string, kept: boolean): Promise<void> {
    const { number, made } = this.#made(id);
    this.#making = undefined;
    if (!kept) return;
    const vault = this.#vault();
    await keepBackupView(vault, { ...backupView(vault), last: { number, made } });
    this.#parts.changed('state');
  }

  async #beginRestore(
    secret: Parameters<typeof openBackup>[1],
    what: 'everything' | 'look' | string[],
  ): Promise<{ id: string }> {
    await this.#drop();
    const { here, restores, stretch, random } = this.#parts;
    const own = here()?.context.me.identity.root;
    const intake = (job: RestoreJob) =>
      new BackupIntake((header) => openBackup(header, secret, own, stretch), job.taker);
    const job = await this.#job(what, restores);
    const id = toBase32(random(16));
    this.#restoring = { id, intake: intake(job), job };
    return { id };
  }

  async #job(what: 'everything' | 'look' | string[], restores: Restores): Promise<RestoreJob> {
    if (what === 'look') return lookJob();
    if (what === 'everything') return wholeJob(restores);
    const { me, stores, vault } = this.#parts.person().context;
    return spacesJob(restores, { stores, vault }, me.identity.root, what);
  }

  async #finish({ intake, job }: Restoring, passphrase: string | undefined): Promise<RestoredView> {
    await intake.finish();
    await job.finish(passphrase);
    this.#restoring = undefined;
    const { contents } = job.taker;
    const { number, made, address, documents } = contents;
    const spaces = await spacesIn(contents, this.#parts.here()?.context);
    return { number, made, address, documents, spaces };
  }

  /** What fails takes all that has come with it. */
  async #orDrop<T>(id: string, work: (restoring: Restoring) => Promise<T>): Promise<T> {
    const restoring = this.#restoring;
    if (restoring?.id !== id) throw new CodedError('cancelled');
    try {
      return await work(restoring);
    } catch (error) {
      await this.#drop();
      throw error;
    }
  }

  async #drop(): Promise<void> {
    const { job } = this.#restoring ?? {};
    this.#restoring = undefined;
    await job?.discard();
  }
}
