import { sliceOf } from '../format/slice.ts';

interface AvatarProps {
  address: string;
  size?: number;
}

/** The onion slice of an address. It decorates a name that stands beside it. */
export function Avatar({ address, size = 40 }: AvatarProps) {
  const slice = sliceOf(address);
  return (
    <svg class="avatar" viewBox="0 0 100 100" width={size} height={size} aria-hidden="true">
      <circle cx="50" cy="50" r="50" fill={slice.base} />
      {slice.rings.map((ring) => (
        <circle
          key={ring.radius}
          cx="50"
          cy="50"
          r={ring.radius}
          fill="none"
          stroke={ring.colour}
          stroke-width={ring.width}
          stroke-linecap="round"
          pathLength={100}
          stroke-dasharray={ring.arc === 1 ? 'none' : `${ring.arc * 100} 100`}
          transform={`rotate(${ring.turn} 50 50)`}
        />
      ))}
      <circle cx="50" cy="50" r="7" fill={slice.core} />
    </svg>
  );
}
