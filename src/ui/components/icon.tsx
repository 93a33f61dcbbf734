/** Line drawings on a 20 × 20 grid. They decorate; the words beside them, or an aria-label, tell. */
const paths = {
  feed: 'M4 5.5h12M4 10h12M4 14.5h7',
  friends:
    'M7.5 9.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5ZM2.5 16c.4-2.6 2.4-4 5-4s4.6 1.4 5 4M13 4.3a2.6 2.6 0 0 1 0 5M14.5 12.2c1.7.5 2.8 1.8 3 3.8',
  add: 'M8.5 9.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5ZM3 16c.4-2.6 2.6-4 5.5-4 1 0 2 .2 2.8.5M15 11v6M12 14h6',
  spaces: 'M4 4.5h8v6H7.5L4.8 13v-2.5H4v-6ZM14 8h2.2v6h-1v2.3L12.6 14H9',
  muted: 'M4 8v4h2.5L10 15V5L6.5 8H4ZM13 8l4 4M17 8l-4 4',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM13 13l4 4',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  open: 'M11 4h5v5M16 4l-7 7M8 5H5.5A1.5 1.5 0 0 0 4 6.5v8A1.5 1.5 0 0 0 5.5 16h8a1.5 1.5 0 0 0 1.5-1.5V12',
  settings: 'M4 6h7M15 6h1M13 4v4M4 14h1M9 14h7M7 12v4',
  copy: 'M8 7h6.5A1.5 1.5 0 0 1 16 8.5V15a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 15V8.5A1.5 1.5 0 0 1 8 7ZM4 12.5V5A1.5 1.5 0 0 1 5.5 3.5H13',
  check: 'm4.5 10.5 3.5 3.5 7.5-8',
  shield:
    'M10 3 4.5 5v4.5c0 3.5 2.2 6 5.5 7.5 3.3-1.5 5.5-4 5.5-7.5V5L10 3ZM7.5 10l1.8 1.8 3.4-3.6',
  attach:
    'm15.5 9.5-5.8 5.8a3.3 3.3 0 0 1-4.7-4.7l6.3-6.3a2.2 2.2 0 0 1 3.1 3.1L8.2 13.6a1.1 1.1 0 0 1-1.6-1.6l5.4-5.4',
  close: 'm5.5 5.5 9 9M14.5 5.5l-9 9',
  lock: 'M6 9h8a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-5a1 1 0 0 1 1-1ZM7 9V7a3 3 0 0 1 6 0v2',
  globe:
    'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM3 10h14M10 3c2 2 3 4.3 3 7s-1 5-3 7c-2-2-3-4.3-3-7s1-5 3-7Z',
  warning: 'M10 4 2.8 16h14.4L10 4ZM10 8.5v3.5M10 14v.1',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.2l2.6 1.6',
  key: 'M7 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM10.5 10H17v2.5M14 10v2',
  storage:
    'M10 7c3.3 0 6-.9 6-2s-2.7-2-6-2-6 .9-6 2 2.7 2 6 2ZM4 5v10c0 1.1 2.7 2 6 2s6-.9 6-2V5M4 10c0 1.1 2.7 2 6 2s6-.9 6-2',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9.2V14M10 6.5v.1',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
