/** The sign of Network25: two rings of an onion and five people on the outer one, none in the middle. */
export function Mark({ size }: { size: number }) {
  return (
    <svg class="mark" viewBox="0 0 64 64" width={size} height={size} aria-hidden="true">
      <circle class="mark__disc" cx="32" cy="32" r="31" />
      <circle class="mark__ring" cx="32" cy="32" r="21" />
      <circle class="mark__ring" cx="32" cy="32" r="10" />
      <circle class="mark__person" cx="32" cy="11" r="5" />
      <circle class="mark__person" cx="52" cy="25.5" r="5" />
      <circle class="mark__person" cx="44.3" cy="49" r="5" />
      <circle class="mark__person" cx="19.7" cy="49" r="5" />
      <circle class="mark__person" cx="12" cy="25.5" r="5" />
    </svg>
  );
}
