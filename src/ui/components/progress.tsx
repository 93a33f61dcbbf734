interface ProgressProps {
  label: string;
  /** 0 to 100; without it the bar only says that something is under way. */
  percent?: number | undefined;
}

export function Progress({ label, percent }: ProgressProps) {
  return <progress class="progress" aria-label={label} max={100} value={percent} />;
}
