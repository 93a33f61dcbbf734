import { moves } from './moving-journey.ts';

moves('private');
