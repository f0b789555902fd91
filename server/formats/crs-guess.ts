// Which CRS coordinates without one are likely to be in, from where they fall: degrees, Lambert-93, one of the nine conformal conic zones.

interface Candidate {
  readonly code: number;
  readonly name: string;
  holds(x: number, y: number): boolean;
}

const candidates: readonly Candidate[] = [
  { code: 4326, name: 'WGS 84, longitude/latitude', holds: (x, y) => Math.abs(x) <= 180 && Math.abs(y) <= 90 },
  { code: 2154, name: 'Lambert-93', holds: (x, y) => x > 0 && x < 1_300_000 && y > 6_000_000 && y < 7_200_000 },
  ...Array.from({ length: 9 }, (_, zone) => ({
    code: 3942 + zone,
    name: `CC${42 + zone}`,
    holds: (x: number, y: number) => x > 1_300_000 && x < 2_400_000 && Math.abs(y - (1_200_000 + zone * 1_000_000)) < 300_000,
  })),
];

/** Counts where points fall; a guess needs nine in ten of them. */
export class CrsGuess {
  private readonly counts = candidates.map(() => 0);
  private total = 0;

  add(x: number, y: number): void {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    this.total++;
    candidates.forEach((candidate, index) => {
      if (candidate.holds(x, y)) this.counts[index] = (this.counts[index] ?? 0) + 1;
    });
  }

  result(): { readonly code: number; readonly name: string } | null {
    if (this.total === 0) return null;
    const index = this.counts.findIndex(count => count >= this.total * 0.9);
    const found = candidates[index];
    return found ? { code: found.code, name: found.name } : null;
  }
}
