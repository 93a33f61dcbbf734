import { moves } from './moving-journey.ts';

// About 50 s; the two modes differ in where databases are, which storage.test.ts looks at in both.
moves('ordinary');
