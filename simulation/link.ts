import { heartbeat, links, second, sizes, tokenLife } from './assumptions.ts';
import { has, type Written } from './documents.ts';
import type { Node } from './node.ts';
import type { World } from './world.ts';

/** One connection, from the dial until it breaks, as `PeerSession` has it: questions, then one long-poll after the other. */
export class Link {
  readonly from: Node;
  readonly to: Node;
  readonly #world: World;
  #state: 'dialling' | 'asking' | 'waiting' | 'over' = 'dialling';
  #since = 0;
  #roundTrip = 0;
  #bytesPerMillisecond = 0;
  /** What the other one has heard of since it last answered. */
  #news: Written[] = [];
  #answering = false;

  constructor(world: World, from: Node, to: Node) {
    this.#world = world;
    this.from = from;
    this.to = to;
  }

  get isUp(): boolean {
    return this.#state === 'asking' || this.#state === 'waiting';
  }

  dial(): void {
    const { events, chance, traffic } = this.#world;
    const slow = this.from.isSlow || this.to.isSlow;
    const { roundTrip, bytesPerSecond, dial, vainDial } = links;
    this.#roundTrip =
      chance.lognormal(roundTrip.median, roundTrip.sigma) * (slow ? links.slowRoundTrip : 1);
    this.#bytesPerMillisecond =
      (chance.lognormal(bytesPerSecond.median, bytesPerSecond.sigma) / second) *
      (slow ? links.slowBandwidth : 1);
    if (traffic.counting) traffic.dials += 1;
    if (!this.to.isOnline || chance.yes(links.dialFails)) {
      const wait = Math.min(chance.lognormal(vainDial.median, vainDial.sigma), vainDial.most);
      events.after(wait, () => this.#inVain());
      return;
    }
    const knows = this.from.holdsToken(this.to);
    const wait = chance.lognormal(dial.median, dial.sigma) + this.#roundTrip * (knows ? 1 : 3);
    events.after(wait, () => (this.to.isOnline ? this.#connected(knows) : this.#inVain()));
  }

  #inVain(): void {
    if (this.#state === 'over') return;
    this.#world.traffic.cells('dialling', sizes.vainCells);
    if (this.#world.traffic.counting) this.#world.traffic.vainDials += 1;
    this.#state = 'over';
    this.from.lost(this);
  }

  #connected(knows: boolean): void {
    if (this.#state === 'over') return;
    const { events, chance, traffic } = this.#world;
    traffic.cells('dialling', sizes.dialCells + sizes.answerCells);
    if (!knows) this.#request('dialling', sizes.handshake);
    this.#request('dialling', sizes.welcome);
    this.#request('dialling', sizes.updates);
    this.#state = 'asking';
    this.#since = events.now;
    this.to.inbound.add(this);
    this.from.connected(this);
    this.to.rung(this.from);
    for (const each of this.#world.waitingFor(this.from, this.to)) this.push(each);
    events.after(chance.exponential(links.circuitLife), () => this.breakOff());
    events.after(this.#roundTrip, () => {
      const { missing, spaces, rows } = this.#world.catchUp(this.from, this.to);
      this.#ask(missing, spaces, rows);
    });
  }

  /** Brings what has just been written. */
  push(written: Written): void {
    const bytes = written.documents * sizes.bulkDocsRow;
    const { traffic, events } = this.#world;
    traffic.request('documents', sizes.bulkDocs.up + bytes, sizes.bulkDocs.down);
    if (traffic.counting) traffic.pushes += 1;
    events.after(this.#roundTrip / 2 + bytes / this.#bytesPerMillisecond, () => {
      if (this.isUp && this.to.isOnline) this.#world.arrive(written, this.to, this.from);
    });
  }

  /** The other one has something new. */
  hear(written: Written): void {
    if (!this.isUp) return;
    this.#news.push(written);
    if (this.#state === 'waiting') this.#answer(this.#roundTrip / 2);
  }

  #answer(wait: number): void {
    if (this.#answering) return;
    this.#answering = true;
    this.#world.events.after(wait, () => {
      this.#answering = false;
      if (!this.isUp) return;
      const news = this.#news;
      this.#news = [];
      const rows = news.reduce((sum, { documents }) => sum + documents, 0);
      this.#ask(news, new Set(news.map(({ shared }) => shared)).size, rows);
    });
  }

  /** What changed, then what of it is missing here. */
  #ask(candidates: readonly Written[], spaces: number, rows: number): void {
    if (!this.isUp) return;
    this.#state = 'asking';
    if (spaces === 0) {
      this.#wait();
      return;
    }
    const { events, traffic } = this.#world;
    const listed = rows * sizes.changesRow;
    traffic.request('asking', sizes.changes.up * spaces, sizes.changes.down * spaces + listed);
    if (traffic.counting) traffic.requests += spaces - 1;
    events.after(this.#roundTrip + listed / this.#bytesPerMillisecond, () => {
      if (!this.isUp) return;
      const missing = candidates.filter((each) => !has(each, this.from.id));
      if (missing.length === 0) this.#wait();
      else this.#fetch(missing);
    });
  }

  #fetch(missing: readonly Written[]): void {
    const { events, traffic } = this.#world;
    const { bulkGet, bulkGetRow } = sizes;
    const documents = missing.reduce((sum, each) => sum + each.documents, 0);
    const bytes = documents * bulkGetRow.down;
    traffic.request(
      'documents',
      bulkGet.up + documents * bulkGetRow.up,
      bulkGet.down + documents * bulkGetRow.down,
    );
    events.after(this.#roundTrip + bytes / this.#bytesPerMillisecond, () => {
      if (!this.isUp) return;
      for (const each of missing) this.#world.arrive(each, this.from, this.to);
      this.#wait();
    });
  }

  #wait(): void {
    this.#state = 'waiting';
    this.#request('waiting', sizes.longPoll);
    if (this.#news.length > 0) this.#answer(this.#roundTrip);
  }

  /** The circuit is gone, or the other end: this end has noticed. */
  breakOff(): void {
    if (!this.isUp) return;
    this.from.meets(this.to.id);
    this.end();
    this.from.lost(this);
  }

  /** How long it takes until this end notices that the other one has gone. */
  noticedAfter(): number {
    return this.#world.chance.yes(links.cleanEnd) ? this.#roundTrip / 2 : links.missedAfter;
  }

  /** Ended by this end. */
  end(): void {
    if (this.isUp) this.#countHeld();
    this.#state = 'over';
    this.to.inbound.delete(this);
  }

  /** Heartbeats, and tokens renewed with the long-polls that they end. */
  #countHeld(): void {
    const { traffic, events, counted } = this.#world;
    const held = Math.min(events.now, counted.until) - Math.max(this.#since, counted.from);
    if (held <= 0) return;
    traffic.longPollTime += held;
    traffic.bytes.waiting += Math.floor(held / heartbeat) * sizes.cell;
    for (let renewed = Math.floor(held / tokenLife); renewed > 0; renewed -= 1) {
      this.#request('waiting', sizes.handshake);
      this.#request('waiting', sizes.longPoll);
    }
  }

  #request(cause: 'dialling' | 'waiting', { up, down }: { up: number; down: number }): void {
    this.#world.traffic.request(cause, up, down);
  }
}
