// How one page is cut out of several queries that follow one another (WFS 2.0 § 7.6.3: startIndex and count span the whole answer; the items of
// OGC API - Features § 7.15 are the case of one query), and how a head waits for what it announces.
import type { Count, Snapshot } from '../../core/ports/doors';
import type { Query, Rendering } from '../../core/query/query';

/** The slice of one query that a page holds. */
export interface Slice {
  readonly matched: Count;
  /** Rows skipped and taken; nothing is asked for when take is 0. */
  readonly skip: number;
  readonly take: number;
}

export interface Cut {
  readonly slices: readonly Slice[];
  readonly matched: Count;
  readonly returned: number;
  /** Rows known to exist; at least one more than the page's end when there is more. */
  readonly available: number;
}

/**
 * Counts each query in the snapshot and cuts the page `start`, `size`; with hits nothing is taken. `rendering` tells how the members of a single
 * query will be printed: they may be fetched along with the count.
 */
export async function cutPage(
  snapshot: Snapshot,
  queries: readonly Query[],
  page: {
    readonly start: number;
    readonly size: number;
    readonly hits: boolean;
    readonly rendering?: Rendering;
    /** The answer can do without numbers: one that is not known need not be found out. `returned` means nothing then. */
    readonly untold?: boolean;
  },
): Promise<Cut> {
  const slices: Slice[] = [];
  let { start } = page;
  let left = page.hits ? 0 : page.size;
  let available = 0;
  for (const query of queries) {
    const { rendering } = page;
    const along =
      rendering && queries.length === 1 && left > 0 ? { query: { ...query, page: { start, count: left } }, rendering } : undefined;
    const matched = await snapshot.count(query, along);
    // a count alone needs no rows: that there are some is all its link says
    const rows =
      matched !== 'unknown'
        ? matched
        : page.hits
          ? 1
          : page.untold === true && queries.length === 1
            ? start + left
            : await rowsUpTo(snapshot, query, start + page.size + 1);
    const skip = Math.min(rows, start);
    const take = Math.min(rows - skip, left);
    slices.push({ matched, skip, take });
    start -= skip;
    left -= take;
    available += rows;
  }
  const unknown = slices.some(slice => slice.matched === 'unknown');
  const matched = unknown ? 'unknown' : slices.reduce((sum, slice) => sum + Number(slice.matched), 0);
  return { slices, matched, returned: slices.reduce((sum, slice) => sum + slice.take, 0), available };
}

/** How many rows there are, looked at no further than `most`: numberReturned must be right even where the whole was too costly to count. */
async function rowsUpTo(snapshot: Snapshot, query: Query, most: number): Promise<number> {
  let rows = 0;
  for await (const feature of snapshot.features({ ...query, properties: [], sort: [], page: { start: 0, count: most } })) {
    if (feature.id !== '') rows += 1;
  }
  return rows;
}

/** A head and what follows it, in one chunk at least: the head waits for the first members, so that a failure still has a status of its own. */
export async function* firstTogether(body: AsyncGenerator<Uint8Array | string>): AsyncGenerator<Uint8Array | string> {
  const head = await body.next();
  if (head.done) return;
  const first = await body.next();
  yield head.value;
  if (first.done) return;
  yield first.value;
  yield* body;
}
