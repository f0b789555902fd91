// What the main thread and the thread of the embedded engine say to each other.
import type { TransactionStatus } from './wire';

/** What the main thread gives at the start. */
export interface EngineStart {
  /** Directory of the cluster; made when empty. */
  readonly directory: string;
  /** Two integers that both threads see: `control`. */
  readonly control: SharedArrayBuffer;
}

/** Places in the control words: chunks that have been taken (the thread waits when it is too far ahead); 1 = what runs shall end. */
export const control = { taken: 0, interrupt: 1 } as const;

/** Main thread → engine. */
export type EngineRequest = { readonly kind: 'run'; readonly bytes: Uint8Array } | { readonly kind: 'close' };

/** Engine → main thread. */
export type EngineReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'done'; readonly status: TransactionStatus | null }
  | { readonly kind: 'closed' };
