import type { OnionAddress } from '../../domain/address.ts';
import type { OwnSpaces, Sharing } from './access.ts';
import { Doors } from './doors.ts';
import type { Context } from './context.ts';
import type { Conversations, Say } from './conversations/conversations.ts';
import { PrivateTalk } from './conversations/private-talk.ts';
import { Feed } from './feed/feed.ts';
import { mentionableAddresses } from './feed/mentionable.ts';
import { Posting } from './feed/posting.ts';
import type { ForumViews } from './forums/forum-views.ts';
import type { Forums } from './forums/forums.ts';
import { personForums } from './forums/person-forums.ts';
import { SharedCircles } from './forums/shared-circles.ts';
import type { Letter } from '../../domain/friend/request.ts';
import type { SpaceName } from '../../domain/space/name.ts';
import type { Blocks } from './friends/blocks.ts';
import { FriendBook } from './friends/friend-book.ts';
import { type FormerFriends, formerRecordOf } from './friends/former-friends.ts';
import type { FriendViews } from './friends/friend-views.ts';
import type { Friendships } from './friends/friendships.ts';
import { Inbox } from './friends/inbox.ts';
import { personFriends } from './friends/person-friends.ts';
import { Leaving } from './self/leaving.ts';
import type { Messages } from './conversations/messages.ts';
import type { Moves } from './friends/moves.ts';
import { OwnChain } from './self/own-chain.ts';
import { certifyDevice, foundOwnSpaces, noteDevice, readWhole } from './self/own-spaces.ts';
import { PreKeys } from './self/pre-keys.ts';
import type { Partings } from './friends/partings.ts';
import { PublicLife } from './spaces/public-life.ts';
import { syncIn } from './spaces/space-sync.ts';
import { personSpaces, type PersonSpaces } from './spaces/person-spaces.ts';
import type { PersonPorts } from './person-ports.ts';
import { peerEvents, type PersonEvents } from './peer-events.ts';
import type { Missing } from './refused/missing.ts';
import type { Refusals } from './refused/refusals.ts';
import { OwnProfile, type ProfileWords } from './self/profile.ts';
import { Files } from './files/files.ts';
import { Orphans } from './files/orphans.ts';
import { Search } from './search/search.ts';
import { Keeping } from './storage/keeping.ts';
import { Storage } from './storage/storage.ts';

/**
 * The person at this machine, with all that is theirs. Made once the identity, the stores and the
 * vault are open; everything the pages can ask ends here.
 */
export class Person {
  readonly context: Context;
  readonly book: FriendBook;
  readonly profile: OwnProfile;
  readonly feed: Feed;
  readonly posting: Posting;
  readonly talk: PrivateTalk;
  readonly messages: Messages;
  readonly conversations: Conversations;
  readonly friendships: Friendships;
  readonly moves: Moves;
  readonly friendViews: FriendViews;
  readonly former: FormerFriends;
  readonly partings: Partings;
  readonly blocks: Blocks;
  readonly events: PersonEvents;
  readonly preKeys: PreKeys;
  readonly doors: Doors;
  readonly refusals: Refusals;
  readonly missing: Missing;
  readonly publics: PublicLife;
  readonly places: PersonSpaces;
  readonly forums: Forums;
  readonly forumViews: ForumViews;
  readonly storage: Storage;
  readonly files: Files;
  readonly keeping: Keeping;
  readonly orphans: Orphans;
  readonly search: Search;
  readonly #own: OwnSpaces;
  readonly #ports: PersonPorts;
  readonly #inbox: Inbox;

  private constructor(context: Context, own: OwnSpaces, preKeys: PreKeys, ports: PersonPorts) {
    this.context = context;
    this.#own = own;
    this.preKeys = preKeys;
    this.#ports = ports;
    this.doors = new Doors(() => this.#sharing, ports, context.now());
    this.book = new FriendBook(context, () => this.#background(this.sharingChanged()));
    this.profile = new OwnProfile(context, new OwnChain(context, own.profile));
    this.publics = new PublicLife(context, own, ports);
    this.files = new Files(context, ports);
    const { files } = this;
    this.keeping = new Keeping(context, {
      spaces: () => this.feed.spaces,
      marks: () => this.feed.marks,
      files,
      ...ports,
    });
    this.feed = new Feed(context, {
      hasLetGo: (space, time) => this.keeping.hasLetGo(space, time),
      nameOf: (address) => this.nameOf(address),
      mayCall: ({ kind }, author) => {
        if (this.publics.spaces.mutes.person(author)) return false;
        // Where anybody may write, a stranger calls nobody: else whoever knows an address could ring there.
        return kind !== 'public-forum' || this.book.find(author)?.record.state === 'friend';
      },
      isMuted: (space) => this.publics.spaces.mutes.isMuted(space),
      files: this.files,
      hiding: () => this.publics.spaces.mutes.hiding(),
      hasRead: (space, isNew) => {
        ports.refusals.look(space);
        if (!isNew) return;
        ports.missing.read(space);
        this.search.hasRead(space.name);
      },
      gapAt: (space, post) => ports.missing.at(space, post),
    });
    this.orphans = new Orphans(context, { feed: this.feed, files });
    this.refusals = ports.refusals;
    this.missing = ports.missing;
    this.posting = new Posting({
      files,
      feed: this.feed,
      mentionable: (space) => mentionableAddresses(this, space),
      ownFeed: own.feed,
      peers: ports.peers,
      carry: (space) => this.publics.carry(space),
      background: (work) => this.#background(work),
    });
    const { book } = this;
    const { peers, erase, sweepIn } = ports;
    const forget = (space: SpaceName) => this.feed.leave(space, () => ports.forget(space));
    this.talk = new PrivateTalk(context, { book, preKeys, files, peers, forget, erase, sweepIn });
    const { talk } = this;
    this.messages = talk.messages;
    this.conversations = talk.conversations;
    this.search = new Search(context, {
      feed: this.feed,
      messages: talk.messages,
      book,
      hiding: () => this.publics.spaces.mutes.hiding(),
      nameOf: (address) => this.nameOf(address),
    });
    const shared = {
      ...ports,
      forget,
      book,
      talk,
      profile: this.profile,
      feed: this.feed,
      sharingChanged: () => this.sharingChanged(),
      saveProfile: (words: ProfileWords) => this.saveProfile(words),
      background: (work: Promise<unknown>) => this.#background(work),
    };
    const friends = personFriends(context, {
      ...shared,
      circles: new SharedCircles(() => this.forums),
    });
    this.friendships = friends.friendships;
    this.moves = friends.moves;
    this.friendViews = friends.friendViews;
    this.former = friends.former;
    this.partings = friends.partings;
    this.blocks = friends.blocks;
    this.events = peerEvents(context, {
      ...shared,
      ...friends,
      publics: this.publics,
      memberChanged: (address) => this.forums.memberChanged(address),
    });
    this.places = personSpaces(context, {
      ...shared,
      own,
      former: this.former,
      publics: this.publics,
      nameOf: (address) => this.nameOf(address),
      syncOf: syncIn(this.doors, ports),
    });
    const { forums, forumViews } = personForums(context, {
      ...shared,
      letters: {
        say: (address, content, changes) => this.say(address, content, changes),
        handle: (kind, receive) => this.conversations.handle(kind, receive),
      },
      onSharing: shared.sharingChanged,
    });
    this.forums = forums;
    this.forumViews = forumViews;
    this.storage = new Storage(context, {
      meter: ports.meter,
      whose: () => ({ own, friends: this.book.all(), spaces: this.feed.spaces }),
      levelChanged: () => this.#background(this.sharingChanged()),
    });
    this.#inbox = new Inbox(context, (letter) => this.#receive(letter));
  }

  /**
   * Opens everything; founds what a new identity lacks. `name` is used for a first profile only. When
   * it resolves, an address that was being left (`me.leaving`) has been left.
   */
  static async open(
    context: Context,
    name: string,
    makePorts: (events: PersonEvents) => PersonPorts,
  ): Promise<Person> {
    const { me } = context;
    const leaving = me.leaving && new Leaving(context, me.leaving);
    const first = { name, about: '', interests: [], shownFriends: [] };
    const words = (await leaving?.takeAlong()) ?? first;
    const own = await foundOwnSpaces(context, words.name);
    const deviceChanged = await certifyDevice(context, own);
    const preKeys = new PreKeys(context);
    await preKeys.renew();
    const later: { person?: Person } = {};
    const ports = makePorts({
      peerState: (address, state) => later.person?.events.peerState(address, state),
      delivered: (address) => later.person?.events.delivered(address),
      undeliverable: (address, code) => later.person?.events.undeliverable(address, code),
      seen: (address) => later.person?.events.seen(address),
    });
    const person = new Person(context, own, preKeys, ports);
    later.person = person;
    await new OwnChain(context, own.profile).finish();
    await person.files.finish();
    await person.publics.finish();
    await person.profile.load(words);
    person.forums.open();
    await person.sharingChanged();
    for (const friend of person.book.all()) {
      await person.#readProfile(friend.profileName);
    }
    await person.talk.open();
    await person.forums.tendAll();
    await person.readInbox();
    person.#background(person.publics.judgeAll());
    person.#background(person.storage.measureIfDue());
    person.#background(person.keeping.sweepIfDue());
    if (leaving) await person.partings.leave(leaving);
    else if (deviceChanged) await person.friendships.tellAll();
    await noteDevice(context);
    return person;
  }

  get spaces(): OwnSpaces {
    return this.#own;
  }

  /** Documents were written to a database of ours, by us, by replication, or at the onion door. */
  async spaceChanged(name: string): Promise<void> {
    await this.renewKeys();
    await this.feed.read(name);
    await this.publics.judge(name);
    if (this.publics.projectBlogs.haveOtherAuthors()) await this.sharingChanged();
    await this.talk.read(name);
    this.files.arrived(name);
    await this.forums.tend(name);
    await this.#readProfile(name);
    await this.storage.measureIfDue();
    await this.keeping.sweepIfDue();
    this.#background(this.orphans.sweepIfDue());
  }

  /** Opens letters that strangers left, if there is a host to leave them at. */
  async readInbox(): Promise<void> {
    const inbox = await this.#ports.openInbox(this.#own.inbox);
    if (inbox) await this.#inbox.read(inbox);
  }

  async saveProfile(content: ProfileWords): Promise<void> {
    const document = await this.profile.save(content);
    this.context.changed('feed');
    this.#background(this.#ports.peers.push(this.#own.profile, [document]));
  }

  sendMessage(address: string, text: string): Promise<{ id: string }> {
    return this.talk.sendMessage(address, text);
  }

  /** Says something of any kind to a friend, privately. */
  get say(): Say {
    return this.talk.say;
  }

  /** The browser may stay open for weeks: whatever happens is a chance to see that it is time. */
  async renewKeys(): Promise<void> {
    const bundle = await this.preKeys.renewIfDue();
    if (!bundle) return;
    await this.profile.reload();
    this.#background(this.#ports.peers.push(this.#own.profile, [bundle]));
  }

  async #readProfile(name: string): Promise<void> {
    const friend = this.book.all().find(({ profileName }) => profileName === name);
    if (!friend) return;
    const documents = await readWhole(await this.context.stores.open(name));
    // Before the first replication there is nothing to say.
    if (documents.length === 0) return;
    const { address } = friend.record;
    await this.friendships.refresh(address, documents);
    // They may have keys now that a message has waited for.
    await this.talk.goOn(address);
  }

  get #sharing(): Sharing {
    const { sharing: publics } = this.publics;
    const full = this.storage.level === 'full';
    return {
      own: this.#own,
      friends: this.book.all(),
      shared: this.forums.shared(),
      publics,
      full,
    };
  }

  /** Whom we share with, or what, has changed. */
  async sharingChanged(): Promise<void> {
    const friends = this.book.all();
    this.doors.changed();
    await this.feed.setSpaces([...this.publics.open(friends), ...this.forums.spaces]);
    this.publics.visit(friends, this.storage.level === 'full');
  }

  /** What we call a person; `undefined` for who is no friend, and was none. */
  nameOf(address: OnionAddress): string | undefined {
    if (address === this.context.me.identity.address) return this.profile.name;
    return this.book.find(address)?.record.petname ?? formerRecordOf(this.context, address)?.name;
  }

  async #receive(letter: Letter): Promise<void> {
    if (this.blocks.has(letter.from.address))
      return this.context.refused('blocked', { by: letter.from.address });
    if (letter.kind === 'moved') return this.moves.receive(letter);
    return this.friendships.receive(letter);
  }

  /** Work nobody waits for. */
  #background(work: Promise<unknown>): void {
    work.catch(this.context.failed);
  }
}
