// The one error class of the server. It tells three facts (what kind, where, in words) and at need the charter rule;
// each service's versions.ts turns the kind into its own exception code and HTTP status (D18). Its message is English, as the standards' clients
// read it; where an administrator's report is what it ends in, it is written in French as well (D35).
import type { Language } from './text';

/** What went wrong, in no protocol's words. */
export type FaultKind =
  | 'missing-parameter' // a required parameter is absent
  | 'invalid-value' // a parameter, literal or element has a value that cannot be taken
  | 'malformed' // the document or expression cannot be read at all
  | 'unknown-operation' // the service has no such operation
  | 'unsupported' // a standard option that this server does not offer
  | 'version' // version negotiation failed
  | 'update-sequence-current' // WMS/OWS: the client's updateSequence is the current one
  | 'update-sequence-invalid' // WMS/OWS: the client's updateSequence is higher than the current one
  | 'unknown-type' // feature type, layer or collection: unknown, or hidden from this caller
  | 'unknown-property' // property, queryable or sort key: unknown, or hidden from this caller
  | 'unknown-id' // no such record, feature or resource
  | 'unknown-style'
  | 'invalid-crs'
  | 'invalid-format'
  | 'invalid-point' // GetFeatureInfo outside the map
  | 'not-queryable' // GetFeatureInfo on a layer that may only be viewed
  | 'processing' // the request is well-formed and makes no sense for this data
  | 'unauthenticated' // no credential, or a wrong, revoked or expired one: 401
  | 'forbidden' // known to the caller, and not allowed: 403
  | 'conditions-not-accepted' // R51: 403
  | 'too-large' // a limit of size or number (SEC09, SEC10): 400 or 413
  | 'too-many' // a brake: 429, with retryAfter
  | 'busy' // a full queue or pool: 503, with retryAfter
  | 'unavailable' // the database is away: 503, with retryAfter
  | 'refused-value' // a transaction's value that its property or its row cannot take: WFS 2.0 InvalidValue
  | 'unknown-lock' // a lock that this server did not give
  | 'conflict' // the state has changed, or the request contradicts it: 409
  | 'internal'; // a defect of ours: 500, the text never tells more

export interface FaultOptions {
  /** Charter rule that decided, `R28`. */
  readonly rule?: string;
  /** Seconds until another try makes sense. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** A message in both languages. */
export interface Words {
  readonly fr: string;
  readonly en: string;
}

/** The one error class. `locator` is the name of the offending parameter, element or property ('' when there is none). */
export class Fault extends Error {
  readonly kind: FaultKind;
  readonly locator: string;
  readonly rule: string | undefined;
  readonly retryAfter: number | undefined;
  readonly #french: string;

  constructor(kind: FaultKind, locator: string, text: string | Words, options: FaultOptions = {}) {
    super(typeof text === 'string' ? text : text.en, options.cause === undefined ? undefined : { cause: options.cause });
    this.#french = typeof text === 'string' ? text : text.fr;
    this.name = 'Fault';
    this.kind = kind;
    this.locator = locator;
    this.rule = options.rule;
    this.retryAfter = options.retryAfter;
  }

  /** The message in a language, in the one that there is where it was written in one only. */
  in(language: Language): string {
    return language === 'fr' ? this.#french : this.message;
  }
}

/** Marks a switch as exhausted: the compiler refuses a value that is left over. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
