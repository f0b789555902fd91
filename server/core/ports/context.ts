// What is known of a request before any service looks at it. endpoint.ts makes it once (D28).
import type { Language } from '../model/text';
import type { Caller } from '../policy/charter';

export interface Context {
  readonly caller: Caller;
  /** Name of the virtual endpoint `/at/{scope}`, null on the main one. */
  readonly scope: string | null;
  /** Absolute address that advertised links begin with, prefix of key and scope included, without a final slash: `https://…/k/abc/at/antony`. */
  readonly base: string;
  /** The same without the access key: for what is stored or shared. */
  readonly publicBase: string;
  readonly language: Language;
  /** The instant the rules see (Clock), ISO 8601 UTC. */
  readonly instant: string;
  /** Aborted when the client goes or the deadline passes. */
  readonly signal: AbortSignal;
  /** Correlation id of logs and of faults of kind `internal`. */
  readonly requestId: string;
}
