// The leak matrix: what a caller may not know must not change a single byte of what the caller is told. Every example of every Operation
// is asked as a subject, something hidden from that subject is changed in the database, and the same is asked again: status, headers and
// bodies (documents, counts, extents, pixels) must be equal. Then the same change is shown to be visible to somebody who may see it.
import type { Example, Operation, Target } from '../../server/services/ows/operation';
import type { TestServer } from '../setup/server';
import type { Account } from '../world/world';

export interface Probe {
  readonly operation: string;
  readonly example: Example;
}

/** Every example of the operations on the targets, each request once. */
export function probesOf(operations: readonly Operation[], targets: readonly Target[]): Probe[] {
  const probes = new Map<string, Probe>();
  for (const operation of operations)
    for (const target of targets) {
      const examples = operation.examples(target);
      if ('none' in examples) continue;
      for (const example of examples) {
        const key = JSON.stringify([example.method ?? 'GET', example.path, example.body ?? null]);
        if (!probes.has(key)) probes.set(key, { operation: `${operation.service}.${operation.name}`, example });
      }
    }
  return [...probes.values()];
}

/** Headers of the moment: whether a short answer goes out in one piece depends on it, and its bytes are compared whole. */
const momentary: ReadonlySet<string> = new Set(['date', 'content-length', 'transfer-encoding']);

/** All that can be observed of an answer, as text; what differs between any two moments is left out. */
async function observe(mig: TestServer, probe: Probe, as: Account | null): Promise<string> {
  const { method, path, headers, body } = probe.example;
  const answer = await mig.ask(path, {
    as,
    ...(method ? { method } : {}),
    ...(headers ? { headers } : {}),
    ...(body === undefined ? {} : { body }),
  });
  const kept = Object.entries(answer.headers).filter(([name]) => !momentary.has(name));
  return JSON.stringify([answer.status, kept, answer.bytes.toString('latin1')]);
}

export type Observations = ReadonlyMap<string, string>;

export async function observeAll(mig: TestServer, probes: readonly Probe[], as: Account | null): Promise<Observations> {
  const seen = new Map<string, string>();
  const queue = [...probes.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, probe] = next;
      seen.set(`${index} ${probe.operation} ${probe.example.name} ${probe.example.path}`, await observe(mig, probe, as));
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  return seen;
}

export interface Leak {
  readonly request: string;
  readonly before: string;
  readonly after: string;
}

/** The requests whose answers differ, with the place where they begin to. */
export function differences(before: Observations, after: Observations): Leak[] {
  const leaks: Leak[] = [];
  for (const [request, one] of before) {
    const other = after.get(request) ?? '';
    if (one === other) continue;
    let at = 0;
    while (at < one.length && one[at] === other[at]) at++;
    leaks.push({ request, before: one.slice(Math.max(0, at - 60), at + 120), after: other.slice(Math.max(0, at - 60), at + 120) });
  }
  return leaks;
}
