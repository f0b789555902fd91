// The Operation: everything the server answers is one of these, and routes, capabilities and the leak matrix enumerate them (D27).
import type { Fault } from '../../core/model/fault';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import type { Kvp } from './kvp';

/** A body that was put aside as it came. */
export interface LargeBody {
  readonly head: Uint8Array;
  chunks(): AsyncIterable<Uint8Array>;
  /** Gives it back; the HTTP edge does. */
  close(): Promise<void>;
}

/** A request as endpoint.ts hands it over: read once, under limits. */
export interface Input {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path below the endpoint's address, without a first slash. */
  readonly path: string;
  /** Named segments of the route. */
  readonly segments: Readonly<Record<string, string>>;
  /** Query parameters (for POST of a form: of the body), names case-insensitive. */
  readonly kvp: Kvp;
  /** Body of a POST or PUT that is no form, within the limit; null when there is none. */
  readonly body: Uint8Array | null;
  /** A body too large to be held: its beginning, and all of it as often as it is asked for. `body` is null then. */
  readonly large?: LargeBody;
  readonly contentType: string;
  readonly accept: string;
  readonly header: (name: string) => string | undefined;
  /** The request brings a credential of its own (header or key in the path), besides what a cookie may say. */
  readonly credentialed?: boolean;
  /** Address of the client, for brakes. */
  readonly remote: string;
}

/** What an answer rests on: everybody's rights, public data in a form that depends on the caller, or a non-public grant (R47, D29). */
export type Access = 'public' | 'caller' | 'restricted';

export interface Reply {
  /** 200 unless told. */
  readonly status?: number;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly access: Access;
  /** A stream opens what it needs in its first step and closes it in `finally`; its first chunk is pulled before the head is sent. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array | string> | null;
}

/** One published type with all that an example needs; made by the leak matrix from its world. */
export interface Target {
  readonly qname: string;
  readonly name: string;
  /** A property everyone with a right may see, and one that some grants mask. */
  readonly property: string;
  readonly maskable: string | null;
  /** A literal that occurs in `property`, and one that occurs in `maskable`. */
  readonly value: string;
  readonly maskedValue: string;
  readonly featureId: string;
  readonly srid: number;
  /** minx,miny,maxx,maxy in that CRS, x,y. */
  readonly box: readonly [number, number, number, number];
  readonly record: string;
}

/** A request that exercises the operation on a target; the path is below the server's root. */
export interface Example {
  readonly name: string;
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Operation {
  /** `WFS`, `WMS`, `CSW`, `API`, `PAGE` … */
  readonly service: string;
  /** Versions it belongs to; [''] where the service has none. */
  readonly versions: readonly string[];
  readonly name: string;
  /** Needs neither caller nor data (health, static files, the session itself): it is run without doors. */
  readonly bare?: true;
  /** Changes something: sent with our cookie, it must come from our own pages (SEC15). */
  readonly changes?: true;
  /** May take ten times as long as others: it works through a large document. */
  readonly patient?: true;
  /** Its answers come from a view of the database (`open` of a door), which tells by itself whether what is known of the charter still holds. */
  readonly inView?: true;
  /** Reads and checks the request, then gives what remains to be done. Nothing after read() sees the input. */
  readonly prepare: (input: Input, context: Context) => (doors: Doors) => Promise<Reply>;
  /** Requests for the leak matrix; an operation that touches no data may return none by saying why. */
  readonly examples: (target: Target) => readonly Example[] | { readonly none: string };
}

/** Joins read and run to an Operation, keeping the request's type between them. */
export function operation<Request>(parts: {
  readonly service: string;
  readonly versions: readonly string[];
  readonly name: string;
  readonly changes?: true;
  readonly patient?: true;
  readonly inView?: true;
  readonly read: (input: Input, context: Context) => Request;
  readonly run: (request: Request, doors: Doors, context: Context) => Promise<Reply>;
  readonly examples: Operation['examples'];
}): Operation {
  const { read, run, ...rest } = parts;
  return {
    ...rest,
    prepare: (input, context) => {
      const request = read(input, context);
      return doors => run(request, doors, context);
    },
  };
}

/** An address with its operations. */
export interface Endpoint {
  /** Express path below the root, `/wfs`, `/records/:id`. */
  readonly path: string;
  readonly methods: readonly Input['method'][];
  readonly operations: readonly Operation[];
  /** The operation a request is for; faults: missing-parameter, unknown-operation, version, malformed. */
  readonly select: (input: Input) => Operation;
  /** The fault in the dialect of the service and of the version asked. */
  readonly fault: (fault: Fault, input: Input, context: Context) => Reply;
  /** Limit of the body in bytes. */
  readonly bodyLimit: number;
  /** A larger body that is put aside instead, up to that many bytes; who may send one is asked before the rest is taken. */
  readonly large?: {
    readonly limit: number;
    /** By its beginning: whether such a document may be large. Never throws. */
    readonly fits: (head: Uint8Array) => boolean;
    /** Throws the fault for a caller who has no use for it. */
    readonly admit: (doors: Doors) => void;
  };
}

/** An operation that needs neither caller nor data. */
export function bareOperation(parts: {
  readonly service: string;
  readonly name: string;
  readonly changes?: true;
  readonly run: (input: Input, context: Context) => Promise<Reply>;
  /** Why it has no example for the leak matrix. */
  readonly none: string;
}): Operation {
  const { service, name, run, none, changes } = parts;
  return {
    service,
    versions: [''],
    name,
    bare: true,
    ...(changes ? { changes } : {}),
    prepare: (input, context) => () => run(input, context),
    examples: () => ({ none }),
  };
}
