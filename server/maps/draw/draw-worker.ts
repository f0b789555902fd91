// A drawing thread: takes jobs one after the other and answers each with the encoded picture, or with what went wrong.
import { parentPort } from 'node:worker_threads';
import { Fault } from '../../core/model/fault';
import type { FaultKind } from '../../core/model/fault';
import { renderNow } from './job';
import type { RenderJob } from './job';

export interface WorkerRequest {
  readonly id: number;
  readonly job: RenderJob;
}

export type WorkerReply =
  | { readonly id: number; readonly picture: Uint8Array }
  | { readonly id: number; readonly fault: { readonly kind: FaultKind; readonly locator: string; readonly text: string } }
  | { readonly id: number; readonly defect: string };

parentPort?.on('message', ({ id, job }: WorkerRequest) => {
  try {
    const bytes = renderNow(job);
    // small buffers are slices of node's pool, which must stay here
    const whole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
    const picture = whole ? bytes : Uint8Array.from(bytes);
    parentPort?.postMessage({ id, picture } satisfies WorkerReply, [picture.buffer as ArrayBuffer]);
  } catch (error) {
    const reply: WorkerReply =
      error instanceof Fault
        ? { id, fault: { kind: error.kind, locator: error.locator, text: error.message } }
        : { id, defect: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    parentPort?.postMessage(reply);
  }
});
