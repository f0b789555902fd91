// The access journal (R54, D23): who used which non-public data, allowed or denied, and by which rule. Implemented by store/journals.ts.
import type { Action, Caller, Decision } from '../policy/charter';

export interface JournalEntry {
  readonly caller: Caller;
  /** `wfs`, `wms`, `csw`, … */
  readonly service: string;
  /** `GetFeature`, `GetMap`, … */
  readonly operation: string;
  /** Code of the dataset. */
  readonly dataset: string;
  readonly action: Action;
  readonly decision: Decision;
  /** ISO 8601, UTC. */
  readonly instant: string;
}

export interface Journal {
  /**
   * Notes a decision; what everyone may do is not noted. Features, downloads and edits are a line each; maps, questions at a point and
   * listings are counted per caller, dataset, operation and minute. Written soon after, in batches.
   */
  note(entry: JournalEntry): void;
  /** Writes what is still held. */
  flush(): Promise<void>;
  /** Writes what is still held and stops. */
  close(): Promise<void>;
}
