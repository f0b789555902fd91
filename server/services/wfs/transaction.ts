// Transaction (WFS 2.0 § 15, 1.1 § 12, 1.0 § 11): all actions of a document in one database transaction, answered in its own dialect.
import { Fault } from '../../core/model/fault';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import type { Change } from '../../core/query/change';
import type { Element } from '../../core/xml/read';
import { rootTag } from '../../core/xml/stream';
import type { Endpoint, Input, Reply } from '../ows/operation';
import { rootOf } from '../ows/service';
import { readChanges, refuseLock, type Reading } from './transaction-read';
import { transactionResponse } from './transaction-response';
import type { WfsVersion } from './versions';

export interface TransactionRequest {
  readonly version: WfsVersion;
  readonly handle: string | null;
  readonly srsName: string | null;
  /** The whole document, to be read piece by piece. */
  readonly document: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** It is small enough to be read before the database is asked for anything. */
  readonly small: boolean;
}

/** Reads the root of a Transaction. Faults: unknown-operation (no document), invalid-value (releaseAction), unknown-lock. */
export function readTransaction(input: Input, version: WfsVersion): TransactionRequest {
  const root = rootOf(input);
  if (!root) throw new Fault('unknown-operation', 'Transaction', 'a Transaction is posted as an XML document: parameters are not taken');
  const release = root.attribute('releaseAction')?.trim() ?? 'ALL';
  if (release !== 'ALL' && release !== 'SOME')
    throw new Fault('invalid-value', 'releaseAction', `releaseAction is "${release.slice(0, 40)}", expected ALL or SOME`);
  refuseLock(root.attribute('lockId'));
  return {
    version,
    handle: optional(root, 'handle'),
    srsName: optional(root, 'srsName'),
    document: input.large ? input.large.chunks() : input.body ? [input.body] : [],
    small: input.large === undefined,
  };
}

function optional(root: Element, name: string): string | null {
  const text = root.attribute(name)?.trim() ?? '';
  return text === '' ? null : text.slice(0, 200);
}

export async function transaction(request: TransactionRequest, doors: Doors, context: Context): Promise<Reply> {
  const { features } = doors;
  const { version, srsName, document, small } = request;
  const reading: Reading = { version, features, srsName };
  const changes = readChanges(document, reading);
  const report = await features.write(context.signal, small ? at(await all(changes)) : changes);
  return { type: version.transactionType, access: 'restricted', body: transactionResponse(version, report, request.handle) };
}

async function all(changes: AsyncIterable<Change>): Promise<Change[]> {
  const list: Change[] = [];
  for await (const change of changes) list.push(change);
  return list;
}

async function* at(changes: readonly Change[]): AsyncGenerator<Change> {
  yield* changes;
}

/** A Transaction may be large; it is taken from those who may edit something. */
export const largeTransaction = (limit: number): NonNullable<Endpoint['large']> => ({
  limit,
  fits: head => {
    try {
      return rootTag(head).name === 'Transaction';
    } catch {
      return false;
    }
  },
  admit: ({ caller, features }) => {
    if (caller.kind === 'anonymous') throw new Fault('unauthenticated', '', 'a large transaction is taken from those who may edit');
    if (features.types('edit').length === 0) throw new Fault('forbidden', '', 'a large transaction is taken from those who may edit');
  },
});
