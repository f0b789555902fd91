// All that a service can hold: doors already bound to one caller, one scope and one instant. There is no other way to the data.
import type { CellGrid, GridFrame } from '../model/coverage';
import type { Envelope, Geometry } from '../model/geometry';
import type { FeatureType } from '../model/feature-type';
import type { Layer } from '../model/layer';
import type { Text } from '../model/text';
import type { Filter } from '../filter/filter';
import type { Action, Caller, Decision } from '../policy/charter';
import type { Change, WriteReport } from '../query/change';
import type { Query, Rendering, SortKey } from '../query/query';
import type { Scene } from './scene';

/** A count is exact, or not known within the budget. */
export type Count = number | 'unknown';

export interface Feature {
  /** `stem.key` (D4). */
  readonly id: string;
  readonly geometry: Geometry | null;
  /** In the order of the type's properties; null = no value. */
  readonly properties: Readonly<Record<string, string | number | boolean | readonly string[] | null>>;
}

/** The text that will be asked for after a count, as the last question, unless the count says that there is none. */
export interface Upcoming {
  readonly query: Query;
  readonly rendering: Rendering;
}

/** One REPEATABLE READ view of the data. It must be closed; an AbortSignal given to open() cancels what runs in it. */
export interface Snapshot {
  /** Number of features the filter matches, whatever the page says. The text named as `next` may be fetched along. */
  count(query: Query, next?: Upcoming): Promise<Count>;
  /** Members printed by the database (GML, GeoJSON, CSV rows). */
  text(query: Query, rendering: Rendering): AsyncIterable<Uint8Array>;
  features(query: Query): AsyncGenerator<Feature>;
  /** Bounds of what the filter matches, in the query's CRS; null when it matches nothing. */
  extent(query: Query): Promise<Envelope | null>;
  /** Nothing will be asked after what has been asked by now: the end of the view may travel along. */
  last?(): void;
  /** Typed arrays for maps, with the attributes that query.properties names. */
  scene(query: Query): Promise<Scene>;
  close(): Promise<void>;
}

export interface FeatureSource {
  /** Types the caller may use with that action, narrowed to what they may see, in the order of their names. */
  types(action: Action): readonly FeatureType[];
  /** Layers the caller may see (action view), in drawing order of the capabilities. */
  layers(): readonly Layer[];
  /**
   * The type a request names (`prefix:local`, `local` where unique, or the short name), for that action. Journals the decision (R54).
   * Faults: unknown-type (unknown or hidden, R23), unauthenticated, forbidden, conditions-not-accepted (R47, R51).
   */
  type(name: string, action: Action, locator: string): FeatureType;
  /** The same for a map layer. */
  layer(name: string, action: 'view' | 'query', locator: string): Layer;
  /** Whether everyone may do that with that type (FeatureType.name): decides on cache headers (R47). */
  isPublic(typeName: string, action: Action): boolean;
  /** Text T1 with owner and date, for answers made of that type (R50). */
  mention(typeName: string): string;
  /** Licence, usage scale, owner's name and code and record of a type, for capabilities and collection metadata. */
  about(typeName: string): TypeAbout;
  open(signal: AbortSignal): Promise<Snapshot>;
  /**
   * All changes in one transaction, in their order, or none. Rows are found among those that the caller sees and may edit, and the grant must hold
   * for what they become (SEC06, R61, R63); what was done is journaled in the same transaction (R54, SEC16). Types are resolved through
   * `type(…, 'edit')`. Faults name the action: unknown-type, unauthenticated, forbidden, unknown-property, refused-value, processing,
   * invalid-value, busy, unavailable; what `changes` throws.
   */
  write(signal: AbortSignal, changes: AsyncIterable<Change>): Promise<WriteReport>;
  /** Hash of all that this caller may see: the key of capability fragments. Grows stale with the generation inside it. */
  readonly fingerprint: string;
}

export interface TypeAbout {
  readonly licence: string | null;
  readonly usageScale: number | null;
  readonly owner: { readonly code: string; readonly name: string } | null;
  readonly kind: 'pooled' | 'coproduced';
  /** Record's file identifier, null when the caller may not see it. */
  readonly record: string | null;
  readonly resourceId: string;
  readonly frozen: boolean;
  readonly public: boolean;
  readonly conditions: Text | null;
}

/** What an adaptor asks of a coverage: the cells under a frame, for an action. */
export interface CoverageQuery {
  /** Short name of the layer's type (FeatureType.name), as resolved through `features.layer`. */
  readonly type: string;
  readonly action: Extract<Action, 'view' | 'query' | 'download'>;
  readonly frame: GridFrame;
}

/** The coverages, bound to one caller: they are layers of `features`, and no feature types. */
export interface CoverageSource {
  /**
   * The nearest cell of each pixel; outside the area of the caller's grant nothing is shown (R43). Faults: unknown-type, unauthenticated,
   * forbidden, invalid-crs, too-large, busy, unavailable.
   */
  cells(query: CoverageQuery, signal: AbortSignal): Promise<CellGrid>;
}

/** Forms in which a record's document is kept (D15). */
export type RecordForm = 'csw:brief' | 'csw:summary' | 'csw:full' | 'gmd:brief' | 'gmd:summary' | 'gmd:full';

export interface RecordSummary {
  readonly identifier: string;
  readonly title: string;
  readonly abstract: string;
  readonly type: string;
  readonly organisation: string | null;
  readonly modified: string;
  readonly keywords: readonly string[];
  readonly topics: readonly string[];
  readonly extent: Envelope | null;
  /** `prefix:local` of the dataset's layer, when the caller may view it. */
  readonly layer: string | null;
  readonly kind: 'pooled' | 'coproduced' | null;
  readonly visibility: 'public' | 'partners' | 'owner';
}

export interface RecordQuery {
  readonly filter: Filter;
  readonly sort: readonly SortKey[];
  readonly start: number;
  readonly count: number;
}

export interface RecordSnapshot {
  count(filter: Filter): Promise<number>;
  /** Stored documents in the asked form, each a well-formed element; the variant (owner's or public) is the caller's. */
  documents(query: RecordQuery, form: RecordForm): AsyncIterable<{ readonly identifier: string; readonly xml: string }>;
  summaries(query: RecordQuery): Promise<RecordSummary[]>;
  /** Values of one queryable with their counts, for GetDomain and facets; in the order of the values. */
  domain(property: string, filter: Filter): Promise<{ readonly value: string; readonly count: number }[]>;
  close(): Promise<void>;
}

/** The catalogue, bound to one caller: a hidden record does not exist (R23). */
export interface RecordSource {
  /** The FeatureType `record`: its properties are the queryables. */
  readonly type: FeatureType;
  /** Latest change of any record; part of ETags. */
  readonly generation: number;
  open(signal: AbortSignal): Promise<RecordSnapshot>;
}

export interface ServiceMetadata {
  readonly title: Text;
  readonly abstract: Text;
  readonly email: string;
  readonly url: string;
  /** Name of the pilot organisation. */
  readonly provider: string;
  readonly address: string | null;
}

export interface Explanation {
  readonly dataset: string;
  readonly action: Action;
  readonly decision: Decision;
  /** Clause of the charter, in French. */
  readonly clause: string;
  /** Our sentence about the rule that decided, in both languages. */
  readonly sentence: Text;
  /** Who the grant that decided is for; null for implicit rights and refusals. */
  readonly audience: string | null;
  /** Organisations whose territory bounds the data, by name; null where the territory does not matter (R43). */
  readonly territory: readonly string[] | null;
  /** Whether the owner's grant also keeps to some rows or to an area that it draws itself. */
  readonly partial: boolean;
  /** Name of the EPT that answers for the access (R38). */
  readonly responsible: string | null;
}

/** What the partnership tells to this caller. */
export interface Partnership {
  readonly service: ServiceMetadata;
  readonly organisations: readonly { readonly code: string; readonly name: string; readonly kind: string; readonly partner: boolean }[];
  /** Day the charter ends and whether the banner of R11 is due. */
  readonly charter: { readonly endsOn: string | null; readonly banner: boolean };
  /** Why this caller may or may not. Faults: unknown-type for what the caller may know nothing of (R23). */
  explain(typeName: string, action: Action): Explanation;
  /** Short name of the type that a record describes; null when there is none, or none of which the caller may know. */
  typeOfRecord(identifier: string): string | null;
}

export interface Doors {
  readonly caller: Caller;
  readonly features: FeatureSource;
  readonly coverages: CoverageSource;
  readonly records: RecordSource;
  readonly partnership: Partnership;
}
