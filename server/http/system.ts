// /healthz and /readyz: alive; ready (database and migrations). They tell nothing else.
import { bareOperation, type Endpoint, type Reply } from '../services/ows/operation';
import { problem } from './problem';

export interface SystemParts {
  /** null when ready, else one word that says what is awaited: `starting`, `database`, `migrations`, `stopping`. */
  readonly awaiting: () => Promise<string | null>;
}

export function systemEndpoints(parts: SystemParts): Endpoint[] {
  return [one('/healthz', 'Health', () => Promise.resolve(plain(200, 'ok'))), one('/readyz', 'Readiness', readiness)];

  async function readiness(): Promise<Reply> {
    const awaited = await parts.awaiting();
    return awaited === null ? plain(200, 'ready') : plain(503, awaited);
  }
}

function one(path: string, name: string, run: () => Promise<Reply>): Endpoint {
  const operation = bareOperation({ service: 'SYSTEM', name, none: 'it tells nothing of the data', run });
  return { path, methods: ['GET'], operations: [operation], select: () => operation, fault: problem, bodyLimit: 0 };
}

function plain(status: number, text: string): Reply {
  return { status, type: 'text/plain; charset=utf-8', access: 'caller', body: `${text}\n` };
}
