import type { AccessList } from '../protocol/access-list.ts';
import { systemClock } from '../store/clock.ts';
import type { SpaceStores } from '../store/ports.ts';
import { createOnionFetch } from '../sync/onion-fetch.ts';
